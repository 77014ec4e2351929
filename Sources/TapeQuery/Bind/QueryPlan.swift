import TapeColumns

/// What a question asks for, bound: everything that execution needs but the store.
struct QueryPlan: Sendable {
    struct Output: Sendable {
        var name: String
        /// Over the table's columns, or over the groups' (`keys`, then `aggregates`) where there are groups.
        var expression: Bound
    }

    struct Order: Sendable {
        /// Over the same columns as outputs.
        var expression: Bound
        var isDescending: Bool
        var nullsFirst: Bool
    }

    var shape: TableShape
    /// Conjuncts of WHERE, over the table's columns.
    var conditions: [Bound] = []
    /// Whether rows are folded into groups; without keys there is one group, even over no rows.
    var isGrouped = false
    var keys: [Bound] = []
    var aggregates: [Aggregate] = []
    /// Conjuncts of HAVING, over the groups' columns.
    var having: [Bound] = []
    var outputs: [Output] = []
    /// Whether equal rows of the outputs are one.
    var isDistinct = false
    var order: [Order] = []
    var limit: Int?
    var offset = 0

    /// The table's columns that are read, by slot.
    var slots: [Int] {
        var slots = conditions.flatMap(\.slots)
        for key in keys { slots += key.slots }
        for aggregate in aggregates {
            for argument in aggregate.arguments { slots += argument.slots }
            slots += aggregate.filter?.slots ?? []
        }
        if !isGrouped {
            for output in outputs { slots += output.expression.slots }
            for item in order { slots += item.expression.slots }
        }
        return slots.ascendingOnce
    }
}
