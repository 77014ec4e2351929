/// What is summed over orders so that every measure of domain.md, section 8.1, can be formed afterwards, whatever the merge.
///
/// Counts are exact integers; reals are sums of per-order doubles, merged in partition order, so that results repeat to the last bit.
package struct MeasureSums: Hashable, Sendable {
    package enum Count: Int, CaseIterable, Sendable {
        case orderCount, fullCount, partialCount, noneCount, initialQuantity, committedQuantity, matchedQuantity
        case tradedQuantity, bookedQuantity, notional, fillCount, vwapCount, slippageCount, slippageWeight, spreadCount
        case spreadWeight, shortfallCount, shortfallWeight, firstFillCount, comparableA, comparableB, comparableC
        case notionalA, notionalB, notionalC

        /// The column of the table `rollup`.
        package var name: String {
            switch self {
            case .orderCount: "order_count"
            case .fullCount: "full_count"
            case .partialCount: "partial_count"
            case .noneCount: "none_count"
            case .initialQuantity: "initial_quantity"
            case .committedQuantity: "committed_quantity"
            case .matchedQuantity: "matched_quantity"
            case .tradedQuantity: "traded_quantity"
            case .bookedQuantity: "booked_quantity"
            case .notional: "notional"
            case .fillCount: "fill_count"
            case .vwapCount: "vwap_count"
            case .slippageCount: "slippage_count"
            case .slippageWeight: "slippage_weight"
            case .spreadCount: "spread_count"
            case .spreadWeight: "spread_weight"
            case .shortfallCount: "shortfall_count"
            case .shortfallWeight: "shortfall_weight"
            case .firstFillCount: "first_fill_count"
            case .comparableA: "sim_a_comparable"
            case .comparableB: "sim_b_comparable"
            case .comparableC: "sim_c_comparable"
            case .notionalA: "sim_a_notional"
            case .notionalB: "sim_b_notional"
            case .notionalC: "sim_c_notional"
            }
        }
    }

    package enum Real: Int, CaseIterable, Sendable {
        case fillRatio, vwap, slippage, slippageWeighted, spread, spreadWeighted, shortfall, shortfallWeighted
        case firstFill, savingsA, savingsB, savingsC, bpsA, bpsB, bpsC

        /// The column of the table `rollup`.
        package var name: String {
            switch self {
            case .fillRatio: "fill_ratio_sum"
            case .vwap: "vwap_sum"
            case .slippage: "slippage_sum"
            case .slippageWeighted: "slippage_weighted_sum"
            case .spread: "spread_sum"
            case .spreadWeighted: "spread_weighted_sum"
            case .shortfall: "shortfall_sum"
            case .shortfallWeighted: "shortfall_weighted_sum"
            case .firstFill: "first_fill_sum"
            case .savingsA: "sim_a_savings"
            case .savingsB: "sim_b_savings"
            case .savingsC: "sim_c_savings"
            case .bpsA: "sim_a_bps_sum"
            case .bpsB: "sim_b_bps_sum"
            case .bpsC: "sim_c_bps_sum"
            }
        }
    }

    private var counts = [Int128](repeating: 0, count: Count.allCases.count)
    private var reals = [Double](repeating: 0, count: Real.allCases.count)

    package init() {}

    package subscript(count: Count) -> Int128 {
        get { counts[count.rawValue] }
        set { counts[count.rawValue] = newValue }
    }

    package subscript(real: Real) -> Double {
        get { reals[real.rawValue] }
        set { reals[real.rawValue] = newValue }
    }

    package mutating func merge(_ other: MeasureSums) {
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in reals.indices { reals[index] += other.reals[index] }
    }

    mutating func add(_ order: OrderMetrics) {
        self[.orderCount] += 1
        self[[.fullCount, .partialCount, .noneCount][order.group - 1]] += 1
        self[.initialQuantity] += Int128(order.initialQuantity)
        self[.committedQuantity] += Int128(order.committed)
        self[.matchedQuantity] += Int128(order.matched)
        self[.tradedQuantity] += Int128(order.traded)
        self[.bookedQuantity] += Int128(order.booked)
        self[.notional] += Int128(order.notional)
        self[.fillCount] += Int128(order.fillCount)
        self[.fillRatio] += order.fillRatio
        if let vwap = order.vwap {
            self[.vwapCount] += 1
            self[.vwap] += vwap
        }
        add(order.slippage, weight: order.traded, .slippageCount, .slippageWeight, .slippage, .slippageWeighted)
        add(order.effectiveSpread, weight: order.traded, .spreadCount, .spreadWeight, .spread, .spreadWeighted)
        add(order.implementationShortfallBps, weight: order.committed, .shortfallCount, .shortfallWeight, .shortfall, .shortfallWeighted)
        if let seconds = order.timeToFirstFill {
            self[.firstFillCount] += 1
            self[.firstFill] += seconds
        }
    }

    private mutating func add(
        _ value: Double?, weight: Int64, _ count: Count, _ weightSum: Count, _ sum: Real, _ weightedSum: Real
    ) {
        guard let value else { return }
        self[count] += 1
        self[sum] += value
        guard weight > 0 else { return }
        self[weightSum] += Int128(weight)
        self[weightedSum] += value * Double(weight)
    }

    mutating func add(_ row: SimulatedOrder) {
        guard let savings = row.savings, let bps = row.savingsBps else { return }
        let names = MeasureSums.names(row.scenario)
        self[names.comparable] += 1
        self[names.notional] += Int128(row.actualNotional)
        self[names.savings] += savings
        self[names.bps] += bps
    }

    static func names(_ scenario: AnalysisSettings.Scenario) -> (comparable: Count, notional: Count, savings: Real, bps: Real) {
        switch scenario {
        case .a: (.comparableA, .notionalA, .savingsA, .bpsA)
        case .b: (.comparableB, .notionalB, .savingsB, .bpsB)
        case .c: (.comparableC, .notionalC, .savingsC, .bpsC)
        }
    }
}
