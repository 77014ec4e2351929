/// The formulas behind the figures that were published before this program, for comparison only.
///
/// They differ from `Simulation` in all that `docs/domain.md` gives reasons against: the quantity is that of the order's first row; the mid is
/// the plain mean of the rows of the table `nbbo` from the first row to the end of the order, else the last one before the end, whether or
/// not the tape agrees with it; limits do not matter; half of the shares, broken ones included, are dark; the lit half of C trades five
/// price units above the mid for buys and sells alike; and a saving is what the order paid less, also where it sells.
struct PrototypeSimulation {
    private let settings: AnalysisSettings
    private let sums: QuoteSums?
    private let litMove = 5.0

    init(_ settings: AnalysisSettings, _ series: QuoteSeries?) {
        self.settings = settings
        sums = series.map { QuoteSums($0, acceptCrossed: true) }
    }

    /// The rows of the simulated groups, by (order id, scenario).
    func rows(_ orders: [OrderMetrics]) -> [SimulatedOrder] {
        orders.filter { settings.groups.contains($0.group) }.flatMap { order in
            let benchmark = order.traded > 0 ? sums?.mean(from: order.arrival, to: order.end) : nil
            return settings.formulaScenarios.map { row(order, $0, benchmark) }
        }
    }

    private func row(_ order: OrderMetrics, _ scenario: AnalysisSettings.Scenario, _ benchmark: Benchmark?) -> SimulatedOrder {
        var row = SimulatedOrder(
            orderID: order.orderID, scenario: scenario, group: order.group, side: order.side, actualQuantity: order.traded,
            actualNotional: order.notional, benchmark: benchmark)
        guard let mid = benchmark?.mid, let vwap = order.vwap else { return row }
        let quantity = Double(order.initialQuantity)
        let cost = switch scenario {
        case .a, .d: quantity * mid
        case .b: quantity / 2 * mid + quantity / 2 * vwap
        case .c: quantity / 2 * mid + quantity / 2 * (mid + litMove)
        }
        row.isDarkEligible = true
        row.quantity = order.initialQuantity
        row.notional = cost
        row.savings = Double(order.notional) - cost
        return row
    }
}
