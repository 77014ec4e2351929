/// Folds the values of an aggregate, per group.
///
/// Rows come in order, batch by batch; each accumulator is one thread's at a time. Where the result depends on the order in which parts are
/// put together (sums of doubles), `AggregateFold` merges parts in the order of their rows.
protocol Accumulator: Sendable {
    /// Makes room for so many groups.
    mutating func grow(_ groupCount: Int)
    /// Adds `count` rows: a vector per argument, and the group of each row. No argument is null in any row.
    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) throws(QueryError)
    /// Adds all rows of a block to one group from what its zone map says of the only argument; false where that is not enough.
    mutating func add(_ zone: BlockZone, _ group: Int) -> Bool
    /// Adds the `count` marked rows of a column, which has words and no nulls, to one group; false where that is not to be had at once.
    mutating func add(_ column: Vector, _ marks: [UInt8], _ group: Int, _ count: Int) -> Bool
    /// Adds rows whose sums by code are known, of groups that are coded; false where that is not enough.
    mutating func add(sums: [Int64], _ groups: GroupIDs, _ count: Int) -> Bool
    /// Adds what another of the same kind has: its group `g` is `groups[g]` here.
    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) throws(QueryError)
    /// A value per group.
    func result(_ groupCount: Int) throws(QueryError) -> Vector
    var sizeInBytes: Int { get }
}

extension Accumulator {
    mutating func add(_ zone: BlockZone, _ group: Int) -> Bool { false }
    mutating func add(_ column: Vector, _ marks: [UInt8], _ group: Int, _ count: Int) -> Bool { false }
    mutating func add(sums: [Int64], _ groups: GroupIDs, _ count: Int) -> Bool { false }
}

extension Aggregate {
    func accumulator() -> any Accumulator {
        let argument = arguments.first?.type ?? .null
        if isDistinct { return DistinctAccumulator(plain.accumulator(), argument) }
        switch function {
        case .countRows, .count: return CountAccumulator()
        case .sum where argument == .real: return RealSumAccumulator(isAverage: false)
        case .average where argument == .real: return RealSumAccumulator(isAverage: true)
        case .sum: return ExactSumAccumulator(argument, isAverage: false, place)
        case .average: return ExactSumAccumulator(argument, isAverage: true, place)
        case .minimum: return ExtremeAccumulator(argument, isMaximum: false)
        case .maximum: return ExtremeAccumulator(argument, isMaximum: true)
        case .variance(let isSample): return VarianceAccumulator(isSample: isSample, isDeviation: false)
        case .deviation(let isSample): return VarianceAccumulator(isSample: isSample, isDeviation: true)
        case .quantile(let share): return QuantileAccumulator(share)
        case .first: return EndAccumulator(argument, arguments[1].type, isLast: false)
        case .last: return EndAccumulator(argument, arguments[1].type, isLast: true)
        case .weightedAverage: return WeightedAverageAccumulator(argument, arguments[1].type, place)
        }
    }

    private var plain: Aggregate {
        var copy = self
        copy.isDistinct = false
        return copy
    }

    /// Whether the result depends on the order in which parts are merged.
    var isOrderSensitive: Bool {
        switch function {
        case .countRows, .count, .minimum, .maximum, .quantile: false
        case .sum, .average: arguments[0].type == .real
        case .variance, .deviation, .first, .last: true
        case .weightedAverage: arguments.contains { $0.type == .real }
        }
    }
}
