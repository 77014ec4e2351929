extension Vector {
    /// Whether there is a word per row or per value, and no null.
    fileprivate var isSummable: Bool {
        guard nulls == nil, !isConstant, case .words = values else { return false }
        return true
    }
}

/// Groups and their aggregates, of some of a table's rows.
struct AggregateFold: Sendable {
    private let keys: [PreparedExpression]
    private let aggregates: [PreparedAggregate]
    private let evaluator: Evaluator
    private var grouper: Grouper
    private var accumulators: [any Accumulator]
    /// The aggregate whose argument is summed up while rows are counted.
    private let countedSum: Int?

    /// A class, as it is handed on for each block.
    private final class PreparedAggregate: Sendable {
        let arguments: [PreparedExpression]
        let filter: PreparedExpression?
        /// The column that is the only argument, of all rows.
        let slot: Int?
        /// Whether it is the sum or average of one exact number, of all rows.
        let isExactSum: Bool

        init(_ aggregate: Aggregate) {
            arguments = aggregate.arguments.map(PreparedExpression.init)
            filter = aggregate.filter.map(PreparedExpression.init)
            isExactSum = (aggregate.function == .sum || aggregate.function == .average) && aggregate.filter == nil && !aggregate.isDistinct
                && aggregate.arguments[0].type != .real
            if aggregate.filter == nil, !aggregate.isDistinct, arguments.count == 1, case .slot(let slot) = aggregate.arguments[0].kind {
                self.slot = slot
            } else {
                self.slot = nil
            }
        }
    }

    init(_ plan: QueryPlan, _ evaluator: Evaluator) {
        keys = plan.keys.map(PreparedExpression.init)
        aggregates = plan.aggregates.map(PreparedAggregate.init)
        self.evaluator = evaluator
        grouper = Grouper(plan.keys.map(\.type))
        accumulators = plan.aggregates.map { $0.accumulator() }
        countedSum = plan.keys.isEmpty ? nil : aggregates.firstIndex(where: \.isExactSum)
        for index in accumulators.indices { accumulators[index].grow(grouper.count) }
    }

    /// Groups that have rows.
    var presentCount: Int { grouper.present.count }
    private(set) var isUntouched = true

    mutating func add(_ block: ScannedBlock) throws(QueryError) {
        isUntouched = false
        var vectors: [Vector] = []
        for key in keys { vectors.append(try evaluator.evaluate(key, block.batch)) }
        let counted = vectors.allSatisfy(\.isConstant) ? nil : countedSum
        let argument = try counted.map { index throws(QueryError) in try evaluator.evaluate(aggregates[index].arguments[0], block.batch) }
        var counter = CodeCounter(argument.flatMap { $0.isSummable ? $0 : nil })
        let groups = grouper.groups(vectors, count: block.count, &counter)
        for index in aggregates.indices {
            accumulators[index].grow(grouper.count)
            if index == counted, let sums = counter.sums, accumulators[index].add(sums: sums, groups, block.count) { continue }
            if case .one(let group) = groups, try addAtOnce(index, Int(group), block) { continue }
            try add(index, groups, block, index == counted ? argument : nil)
        }
    }

    /// Adds all rows to one group: from the block's zone map where that tells the aggregate, or by their marks where those of a column are summed up.
    private mutating func addAtOnce(_ index: Int, _ group: Int, _ block: ScannedBlock) throws(QueryError) -> Bool {
        guard let slot = aggregates[index].slot else { return false }
        if block.isWhole { return block.zone(slot).map { accumulators[index].add($0, group) } ?? false }
        guard let (rows, marks) = block.batch.marked, block.count * AggregateFold.markedShare >= marks.count else { return false }
        let column = try rows.column(slot)
        return column.isSummable && accumulators[index].add(column, marks, group, block.count)
    }

    /// Where fewer than one row in so many is marked, marked rows are taken out first.
    private static let markedShare = 8

    /// - Parameter known: the only argument, where it has been computed.
    private mutating func add(_ index: Int, _ groups: GroupIDs, _ block: ScannedBlock, _ known: Vector?) throws(QueryError) {
        var batch = block.batch
        var groups = groups
        if let filter = aggregates[index].filter {
            let marks = Logic.truths(try evaluator.evaluate(filter, batch))
            guard select(marks, &groups) else { return }
            batch = batch.selecting(marks: marks, count: Logic.count(marks))
        }
        var arguments = known.map { [$0] } ?? []
        if known == nil { for argument in aggregates[index].arguments { arguments.append(try evaluator.evaluate(argument, batch)) } }
        var count = batch.count
        // Rows where an argument is null count for no aggregate but count(*).
        if arguments.contains(where: { $0.nulls != nil }) {
            var marks = [UInt8](repeating: 1, count: count)
            for argument in arguments where argument.nulls != nil { marks = Operands.zip(marks, argument.nullBytes, count, 0) { $0 & ($1 ^ 1) } }
            guard select(marks, &groups) else { return }
            let rows = Logic.rows(marks)
            arguments = arguments.map { argument in
                var taken = argument.gathered(rows)
                taken.nulls = nil
                return taken
            }
            count = rows.count
        }
        try accumulators[index].add(arguments, groups, count)
    }

    /// The groups of the marked rows; false where there are none.
    private func select(_ marks: [UInt8], _ groups: inout GroupIDs) -> Bool {
        let count = Logic.count(marks)
        if count > 0, count < marks.count { groups = groups.gathered(Logic.rows(marks)) }
        return count > 0
    }

    mutating func merge(_ other: AggregateFold) throws(QueryError) {
        let groups = grouper.merge(other.grouper)
        for index in accumulators.indices {
            accumulators[index].grow(grouper.count)
            try accumulators[index].merge(other.accumulators[index], groups)
        }
    }

    /// The groups' columns: keys, then aggregates; a row per group that has rows.
    func columns() throws(QueryError) -> [Vector] {
        var columns = grouper.vectors
        for accumulator in accumulators { columns.append(try accumulator.result(grouper.count)) }
        guard grouper.present.count < grouper.count else { return columns }
        let rows = grouper.present.map { Int32(truncatingIfNeeded: $0) }
        return columns.map { $0.gathered(rows) }
    }

    /// Asked for at each segment: elements are looked at where they are, not copied.
    var sizeInBytes: Int {
        var size = grouper.sizeInBytes
        for index in accumulators.indices { size += accumulators[index].sizeInBytes }
        return size
    }
}
