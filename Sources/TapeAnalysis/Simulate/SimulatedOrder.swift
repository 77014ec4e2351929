/// One order under one of scenarios A to C (docs/domain.md, Scenarios).
package struct SimulatedOrder: Hashable, Sendable {
    package var orderID: Int64
    package var scenario: AnalysisSettings.Scenario
    package var group: Int
    package var side: Int64
    package var actualQuantity: Int64
    package var actualNotional: Int64
    package var benchmark: Benchmark?
    /// Whether the mid lies within the order's limit; nil without a benchmark.
    package var isDarkEligible: Bool?
    package var quantity: Int64?
    package var notional: Double?
    /// Only where all of the order would have been filled.
    package var savings: Double?

    package var price: Double? {
        guard let quantity, quantity > 0, let notional else { return nil }
        return notional / Double(quantity)
    }

    package var savingsBps: Double? {
        guard let savings, actualNotional != 0 else { return nil }
        return savings / Double(actualNotional) * 1e4
    }
}
