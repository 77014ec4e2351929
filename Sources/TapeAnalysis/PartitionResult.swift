/// All that the analysis of one partition gives.
package struct PartitionResult: Sendable {
    /// By order id.
    package var orders: [OrderMetrics]
    /// By (order id, scenario).
    package var simulated: [SimulatedOrder]
    /// By key.
    package var cells: [RollupCell]
    package var anomalies: Anomalies

    /// Analyses one partition: a pure function of its rows and the settings.
    package init(_ events: OrderEvents, _ legs: TradeLegs, _ settings: AnalysisSettings) throws(AnalysisError) {
        anomalies = Anomalies()
        orders = try Measurement(events, legs, settings).orders(&anomalies)
        simulated = Simulation(settings).rows(orders)
        cells = RollupCell.cells(orders, simulated)
    }
}
