import TapeMarket

/// Scenarios A (all dark at the mid), B (a share dark) and C (a share dark, the rest lit at a worse price).
///
/// With M = m/n, every saving is a share of the difference nN − Qm, which is an exact integer; rounding starts with the last division.
struct Simulation {
    private let settings: AnalysisSettings
    private let sums: QuoteSums?

    /// - Parameter series: what the benchmarks other than the arrival quote are formed from.
    init(_ settings: AnalysisSettings, _ series: QuoteSeries) {
        self.settings = settings
        sums = settings.benchmark == .arrival ? nil : QuoteSums(series, acceptCrossed: settings.acceptCrossed)
    }

    /// The rows of the simulated groups, by (order id, scenario).
    func rows(_ orders: [OrderMetrics]) -> [SimulatedOrder] {
        let scenarios = settings.formulaScenarios
        let groups = (0...3).map { settings.groups.contains($0) }
        var rows: [SimulatedOrder] = []
        rows.reserveCapacity(orders.count * scenarios.count)
        for order in orders where groups[order.group] {
            let benchmark = order.traded > 0 ? benchmark(order) : nil
            for scenario in scenarios { rows.append(row(order, scenario, benchmark)) }
        }
        return rows
    }

    private func benchmark(_ order: OrderMetrics) -> Benchmark? {
        switch settings.benchmark {
        case .arrival: order.arrivalQuote.map { Benchmark($0) }
        case .timeWeighted: sums?.timeWeightedMean(from: order.arrival, to: order.lastFillTime)
        case .windowMean: sums?.mean(from: order.arrival, to: order.end)
        }
    }

    private func row(_ order: OrderMetrics, _ scenario: AnalysisSettings.Scenario, _ benchmark: Benchmark?) -> SimulatedOrder {
        var row = SimulatedOrder(
            orderID: order.orderID, scenario: scenario, group: order.group, side: order.side, actualQuantity: order.traded,
            actualNotional: order.notional, benchmark: benchmark)
        guard let benchmark else { return row }
        let isEligible = isEligible(order, benchmark)
        row.isDarkEligible = isEligible
        switch scenario {
        case .a: trade(&row, order, benchmark, dark: isEligible ? order.traded : 0, isWhole: isEligible)
        case .b: trade(&row, order, benchmark, dark: isEligible ? darkQuantity(order.traded) : 0, isWhole: true)
        case .c: impact(&row, order, benchmark, dark: isEligible ? darkQuantity(order.traded) : 0)
        case .d: break
        }
        return row
    }

    /// s (M − L₀) ≤ h; market orders always.
    private func isEligible(_ order: OrderMetrics, _ benchmark: Benchmark) -> Bool {
        if order.isMarketAtEntry { return true }
        let allowance = TickTable.doubledAllowance(price: order.initialPrice, midtick: Int8(truncatingIfNeeded: order.midTick))
        let excess = 2 * (Int128(benchmark.numerator) - Int128(order.initialPrice) * Int128(benchmark.denominator))
        return Int128(order.sign) * excess <= Int128(allowance) * Int128(benchmark.denominator)
    }


    private func darkQuantity(_ quantity: Int64) -> Int64 {
        Int64(truncatingIfNeeded: Int128(quantity) * Int128(settings.darkPartsPerMillion) / 1_000_000)
    }

    /// n N − Q m, n times what the whole order would save if it were a buy, at the mid.
    private func difference(_ order: OrderMetrics, _ benchmark: Benchmark) -> Double {
        let paid = Int128(order.notional) * Int128(benchmark.denominator)
        return Double(nearest: paid - Int128(order.traded) * Int128(benchmark.numerator)) / Double(benchmark.denominator)
    }

    /// A part at the mid and, if the row is whole, the rest at the price that was paid.
    private func trade(_ row: inout SimulatedOrder, _ order: OrderMetrics, _ benchmark: Benchmark, dark: Int64, isWhole: Bool) {
        row.quantity = isWhole ? order.traded : dark
        guard isWhole else { return }
        let share = dark == order.traded ? 1 : Double(dark) / Double(order.traded)
        save(&row, order, share * difference(order, benchmark))
    }

    /// A part at the mid, the rest, if there is one, at P = M + s I if the order's limit allows it.
    private func impact(_ row: inout SimulatedOrder, _ order: OrderMetrics, _ benchmark: Benchmark, dark: Int64) {
        let impact = switch settings.impact {
        case .partsPerMillion(let parts): Double(parts) * Double(benchmark.numerator) / (1e6 * Double(benchmark.denominator))
        case .ticks(let count): Double(count * TickTable.tick(at: benchmark.numerator / benchmark.denominator))
        }
        guard dark == order.traded || order.isMarketAtEntry || isReachable(order, benchmark) else {
            row.quantity = dark
            row.notional = Double(dark) * benchmark.mid
            return
        }
        row.quantity = order.traded
        save(&row, order, difference(order, benchmark) - Double(order.sign) * Double(order.traded - dark) * impact)
    }

    /// s (P − L₀) ≤ 0, in integers.
    private func isReachable(_ order: OrderMetrics, _ benchmark: Benchmark) -> Bool {
        let scale: Int128 = 1_000_000
        let numerator = Int128(benchmark.numerator), denominator = Int128(benchmark.denominator)
        let price = switch settings.impact {
        case .partsPerMillion(let parts): numerator * (scale + Int128(order.sign * parts))
        case .ticks(let count):
            scale * (numerator + denominator * Int128(order.sign * count * TickTable.tick(at: benchmark.numerator / benchmark.denominator)))
        }
        return Int128(order.sign) * (price - Int128(order.initialPrice) * denominator * scale) <= 0
    }

    /// - Parameter buySavings: N − C.
    private func save(_ row: inout SimulatedOrder, _ order: OrderMetrics, _ buySavings: Double) {
        row.notional = Double(order.notional) - buySavings
        row.savings = Double(order.sign) * buySavings + 0
    }
}
