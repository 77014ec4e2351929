/// Groups and their aggregates, of some of a table's rows.
struct AggregateFold: Sendable {
    private let keys: [Bound]
    private let aggregates: [Aggregate]
    private let evaluator: Evaluator
    private var grouper: Grouper
    private var accumulators: [any Accumulator]

    init(_ plan: QueryPlan, _ evaluator: Evaluator) {
        keys = plan.keys
        aggregates = plan.aggregates
        self.evaluator = evaluator
        grouper = Grouper(keys.map(\.type))
        accumulators = aggregates.map { $0.accumulator() }
        for index in accumulators.indices { accumulators[index].grow(grouper.count) }
    }

    var groupCount: Int { grouper.count }
    private(set) var isUntouched = true

    mutating func add(_ block: ScannedBlock) throws(QueryError) {
        isUntouched = false
        var vectors: [Vector] = []
        for key in keys { vectors.append(try evaluator.evaluate(key, block.batch)) }
        let groups = grouper.groups(vectors, count: block.count)
        for index in aggregates.indices {
            accumulators[index].grow(grouper.count)
            if case .one(let group) = groups, block.isWhole, addZone(index, Int(group), block) { continue }
            try add(index, groups, block)
        }
    }

    /// Answers from the block's zone map where the aggregate is one that it tells.
    private mutating func addZone(_ index: Int, _ group: Int, _ block: ScannedBlock) -> Bool {
        let aggregate = aggregates[index]
        guard aggregate.filter == nil, !aggregate.isDistinct, case .slot(let slot) = aggregate.arguments.first?.kind, let zone = block.zone(slot)
        else { return false }
        return accumulators[index].add(zone, group)
    }

    private mutating func add(_ index: Int, _ groups: GroupIDs, _ block: ScannedBlock) throws(QueryError) {
        var batch = block.batch
        var groups = groups
        if let filter = aggregates[index].filter {
            let rows = Logic.rows(Logic.truths(try evaluator.evaluate(filter, batch)))
            guard !rows.isEmpty else { return }
            if rows.count < block.count {
                batch = batch.selecting(rows)
                groups = groups.gathered(rows)
            }
        }
        var arguments: [Vector] = []
        for argument in aggregates[index].arguments { arguments.append(try evaluator.evaluate(argument, batch)) }
        try accumulators[index].add(arguments, groups, batch.count)
    }

    mutating func merge(_ other: AggregateFold) throws(QueryError) {
        let groups = grouper.merge(other.grouper)
        for index in accumulators.indices {
            accumulators[index].grow(grouper.count)
            try accumulators[index].merge(other.accumulators[index], groups)
        }
    }

    /// The groups' columns: keys, then aggregates.
    func columns() throws(QueryError) -> [Vector] {
        var columns = grouper.vectors
        for accumulator in accumulators { columns.append(try accumulator.result(grouper.count)) }
        return columns
    }

    var sizeInBytes: Int { grouper.sizeInBytes + accumulators.reduce(0) { $0 + $1.sizeInBytes } }
}
