import TapeColumns

/// One aggregate of a question: the fold, what it folds, and which rows.
struct Aggregate: Hashable, Sendable {
    enum Function: Hashable, Sendable {
        case countRows, count, sum, average, minimum, maximum
        /// Of the sample, or of the whole.
        case variance(isSample: Bool)
        case deviation(isSample: Bool)
        /// Type 7: the median is 0.5.
        case quantile(Double)
        /// The value where the second argument is smallest, or largest.
        case first, last
        /// Σ first × second ÷ Σ second.
        case weightedAverage
    }

    var function: Function
    var arguments: [Bound]
    var isDistinct = false
    var filter: Bound?
    var type: ValueType
    var role = ColumnSchema.Role.measure
    /// In bytes of the question.
    var place: Range<Int>

    func isSame(_ other: Aggregate) -> Bool { unplaced == other.unplaced }

    private var unplaced: Aggregate {
        var copy = self
        copy.arguments = arguments.map(\.unplaced)
        copy.filter = filter?.unplaced
        copy.place = 0..<0
        return copy
    }

    static let names: [String] = [
        "count", "sum", "avg", "min", "max", "stddev", "stddev_samp", "stddev_pop", "var", "variance", "var_samp", "var_pop", "median", "quantile",
        "first", "last", "vwap",
    ]
}
