/// All that the analysis of one partition gives.
package struct PartitionResult: Sendable {
    /// By order id.
    package var orders: [OrderMetrics]
    /// Scenarios A to C, by (order id, scenario).
    package var simulated: [SimulatedOrder]
    /// Scenario D; nil if it was not asked for.
    package var replay: ReplayResult?
    /// By level and value.
    package var cells: [RollupCell]
    package var anomalies = Anomalies()
    /// The share of trades, in percent, that the quotes of the table `nbbo` hold within the spread; nil without such quotes or trades.
    package var quoteCoverage: Double?
    /// Whether those quotes were refused, because they contradict the tape, and the orders' own quotes used instead.
    package var areQuotesRefused = false

    /// Analyses one partition: a pure function of its rows and the settings.
    ///
    /// - Parameter shouldStop: asked now and then.
    /// - Throws: `AnalysisError`, among them `stopped`.
    package init(_ input: PartitionInput, _ settings: AnalysisSettings, shouldStop: () -> Bool = { false }) throws(AnalysisError) {
        let lives = Lifecycles(input.events, settings, &anomalies)
        let executions = Executions(input.legs, lives, settings)
        let quotes = PartitionQuotes(input, settings)
        quoteCoverage = quotes.coverage
        areQuotesRefused = quotes.isRefused
        let measurement = Measurement(input, lives, executions, quotes, settings)
        orders = try measurement.orders()
        TradeChecks(input, lives, executions).count(&anomalies)
        simulated = settings.compatibility == .prototype
            ? PrototypeSimulation(settings, input.quotes).rows(orders) : Simulation(settings, quotes.series).rows(orders)
        if settings.scenarios.contains(.d) {
            replay = try ReplayResult(input, lives, executions, quotes, settings, shouldStop: shouldStop)
        }
        cells = RollupBuilder.cells(
            orders.lazy.map(OrderMeasures.init), SimulatedMeasures.all(simulated, replay?.orders ?? []), settings.timeKey)
    }
}
