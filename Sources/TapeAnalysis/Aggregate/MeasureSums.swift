import TapeColumns

/// What is summed over orders so that every measure of docs/domain.md, Aggregates, can be formed afterwards, whatever the merge.
///
/// Counts are exact integers; reals are sums of per-order doubles, merged in partition order, so that results repeat to the last bit.
package struct MeasureSums: Equatable, Sendable {
    package enum Count: Int, CaseIterable, Sendable {
        case orderCount, fullCount, partialCount, noneCount, initialQuantity, committedQuantity, matchedQuantity
        case tradedQuantity, bookedQuantity, notional, fillCount, vwapCount, slippageCount, slippageWeight, spreadCount
        case spreadWeight, shortfallCount, shortfallWeight, firstFillCount, comparableA, comparableB, comparableC, comparableD
        case notionalA, notionalB, notionalC, notionalD

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
            case .comparableD: "sim_d_comparable"
            case .notionalA: "sim_a_notional"
            case .notionalB: "sim_b_notional"
            case .notionalC: "sim_c_notional"
            case .notionalD: "sim_d_notional"
            }
        }
    }

    package enum Real: Int, CaseIterable, Sendable {
        case fillRatio, vwap, slippage, slippageWeighted, spread, spreadWeighted, shortfall, shortfallWeighted
        case firstFill, savingsA, savingsB, savingsC, savingsD, bpsA, bpsB, bpsC, bpsD

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
            case .savingsD: "sim_d_savings"
            case .bpsA: "sim_a_bps_sum"
            case .bpsB: "sim_b_bps_sum"
            case .bpsC: "sim_c_bps_sum"
            case .bpsD: "sim_d_bps_sum"
            }
        }
    }

    package static let countCount = Count.allCases.count
    package static let realCount = Real.allCases.count

    // In place, not on the heap: an order adds to three of these. The sizes are the numbers of cases above.
    private var counts = InlineArray<27, Int128>(repeating: 0)
    private var reals = InlineArray<17, Double>(repeating: 0)

    package init() { precondition(counts.count == MeasureSums.countCount && reals.count == MeasureSums.realCount) }

    /// Adds to the count or the real of that number.
    mutating func add(count index: Int, _ value: Int64) { counts[index] += Int128(value) }
    mutating func add(real index: Int, _ value: Double) { reals[index] += value }

    /// The counts, then the reals, as the words of their columns.
    func word(_ index: Int) -> Int64 {
        index < MeasureSums.countCount ? Int64(clamping: counts[index]) : ColumnWord.word(of: reals[index - MeasureSums.countCount])
    }

    package subscript(count: Count) -> Int128 {
        get { counts[count.rawValue] }
        set { counts[count.rawValue] = newValue }
    }

    package subscript(real: Real) -> Double {
        get { reals[real.rawValue] }
        set { reals[real.rawValue] = newValue }
    }

    /// - Throws: where a count does not fit in 64 bits.
    func check(_ what: @autoclosure () -> String) throws(AnalysisError) {
        for count in Count.allCases where Int64(exactly: self[count]) == nil {
            throw AnalysisError.overflow("the sum \(count.name) of \(what())")
        }
    }

    package mutating func merge(_ other: MeasureSums) {
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in reals.indices { reals[index] += other.reals[index] }
    }

    package static func == (left: MeasureSums, right: MeasureSums) -> Bool {
        Count.allCases.allSatisfy { left[$0] == right[$0] } && Real.allCases.allSatisfy { left[$0] == right[$0] }
    }

    mutating func add(_ order: OrderMeasures, _ simulated: ArraySlice<SimulatedMeasures>) {
        add(order)
        for row in simulated { add(row) }
    }

    private mutating func add(_ order: OrderMeasures) {
        self[.orderCount] += 1
        switch order.group {
        case 1: self[.fullCount] += 1
        case 2: self[.partialCount] += 1
        default: self[.noneCount] += 1
        }
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
        add(order.shortfall, weight: order.committed, .shortfallCount, .shortfallWeight, .shortfall, .shortfallWeighted)
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

    private mutating func add(_ row: SimulatedMeasures) {
        guard let savings = row.savings, let bps = row.savingsBps else { return }
        let names = MeasureSums.names(row.scenario)
        self[names.comparable] += 1
        self[names.notional] += row.actualNotional
        self[names.savings] += savings
        self[names.bps] += bps
    }

    static func names(_ scenario: AnalysisSettings.Scenario) -> (comparable: Count, notional: Count, savings: Real, bps: Real) {
        switch scenario {
        case .a: (.comparableA, .notionalA, .savingsA, .bpsA)
        case .b: (.comparableB, .notionalB, .savingsB, .bpsB)
        case .c: (.comparableC, .notionalC, .savingsC, .bpsC)
        case .d: (.comparableD, .notionalD, .savingsD, .bpsD)
        }
    }
}
