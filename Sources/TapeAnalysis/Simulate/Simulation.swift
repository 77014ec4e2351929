import TapeMarket

/// One order under one scenario (domain.md, sections 7 to 7.3).
package struct SimulatedOrder: Hashable, Sendable {
    package var orderID: Int64
    package var scenario: AnalysisSettings.Scenario
    package var group: Int
    package var side: Int64
    package var actualQuantity: Int64
    package var actualNotional: Int64
    package var benchmark: Quote?
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
    package var savingsBps: Double? { savings.map { $0 / Double(actualNotional) * 1e4 } }
}

/// Scenarios A (all dark at the mid), B (a share dark) and C (a share dark, the rest lit at a worse price), in exact integers up to the last division.
struct Simulation {
    private let settings: AnalysisSettings

    init(_ settings: AnalysisSettings) { self.settings = settings }

    /// The rows of the simulated groups, by (order id, scenario).
    func rows(_ orders: [OrderMetrics]) -> [SimulatedOrder] {
        let scenarios = settings.scenarios.sorted()
        var rows: [SimulatedOrder] = []
        for order in orders where settings.groups.contains(order.group) {
            for scenario in scenarios { rows.append(row(order, scenario)) }
        }
        return rows
    }

    private func row(_ order: OrderMetrics, _ scenario: AnalysisSettings.Scenario) -> SimulatedOrder {
        var row = SimulatedOrder(
            orderID: order.orderID, scenario: scenario, group: order.group, side: order.side, actualQuantity: order.traded,
            actualNotional: order.notional, benchmark: order.arrivalQuote)
        guard order.traded > 0, let quote = order.arrivalQuote else { return row }
        let isEligible = isEligible(order, quote)
        row.isDarkEligible = isEligible
        let dark = isEligible ? darkQuantity(order.traded) : 0
        switch scenario {
        case .a:
            row.quantity = isEligible ? order.traded : 0
            guard isEligible else { return row }
            complete(&row, order, cost: Int128(order.traded) * Int128(quote.mid2), per: 2)
        case .b:
            // d·M + (Q − d)·N/Q over 2Q.
            let cost = Int128(dark) * Int128(quote.mid2) * Int128(order.traded) + 2 * Int128(order.traded - dark) * Int128(order.notional)
            complete(&row, order, cost: cost, per: 2 * Int128(order.traded))
        case .c:
            impact(&row, order, quote, dark)
        }
        return row
    }

    /// s (M − L₀) ≤ h, doubled; market orders always.
    private func isEligible(_ order: OrderMetrics, _ quote: Quote) -> Bool {
        if order.isMarketOrder || order.initialPrice == 0 { return true }
        let allowance = Midtick.hasHalfTick(Int8(truncatingIfNeeded: order.midTick)) ? TickTable.tick(at: order.initialPrice) : 0
        return order.sign * (quote.mid2 - 2 * order.initialPrice) <= allowance
    }

    private func darkQuantity(_ quantity: Int64) -> Int64 {
        Int64(Int128(quantity) * Int128(settings.darkPartsPerMillion) / 1_000_000)
    }

    private func impact(_ row: inout SimulatedOrder, _ order: OrderMetrics, _ quote: Quote, _ dark: Int64) {
        let scale: Int128 = 2_000_000
        // The lit price M + s·I, times `scale`.
        let litPrice = Int128(quote.mid2) * (1_000_000 + Int128(order.sign * settings.impactPartsPerMillion))
        let isMarket = order.isMarketOrder || order.initialPrice == 0
        guard isMarket || Int128(order.sign) * (litPrice - Int128(order.initialPrice) * scale) <= 0 else {
            row.quantity = dark
            row.notional = Double(dark) * quote.mid
            return
        }
        let cost = Int128(dark) * Int128(quote.mid2) * 1_000_000 + Int128(order.traded - dark) * litPrice
        complete(&row, order, cost: cost, per: scale)
    }

    /// Fills in a row whose whole quantity executes at `cost`/`per`: savings = s (N − C).
    private func complete(_ row: inout SimulatedOrder, _ order: OrderMetrics, cost: Int128, per: Int128) {
        row.quantity = order.traded
        row.notional = Simulation.quotient(cost, per)
        row.savings = Simulation.quotient(Int128(order.sign) * (Int128(order.notional) * per - cost), per)
    }

    /// The quotient as a double, exact where it is a whole number that a double can hold.
    private static func quotient(_ numerator: Int128, _ denominator: Int128) -> Double {
        let (whole, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
        return Double(nearest: whole) + Double(nearest: rest) / Double(nearest: denominator)
    }
}
