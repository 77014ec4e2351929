import TapeBytes

/// Answers a question with about as many groups as rows: range by range of its first key.
struct RangedRun: Sendable {
    /// Ranges that are folded before their groups are handed on.
    private static let waveSize = 16

    private let run: QueryRun
    private let rangeCount: Int
    /// By worker.
    private let rows: Protected<[RangedRows]>
    private let statistics: QueryStatistics

    /// Gathers the rows; nil where the question is better answered otherwise: see `KeyRanges`.
    init?(_ run: QueryRun) throws(QueryError) {
        guard let ranges = try KeyRanges(run) else { return nil }
        self.run = run
        rangeCount = ranges.count
        let gathered = Protected<[RangedRows]>([])
        let total = Protected(run.initial)
        let slots = run.plan.slotsBehindConditions
        let next = Counter()
        let workers = max(1, run.options.workers)
        let rowsKnown = run.segments.reduce(0) { $0 + run.scan.source.rowCounts[$1] } / workers
        // Conditions may leave few of them; what is reserved is not metered.
        let rowsWanted = run.plan.conditions.isEmpty ? rowsKnown : min(rowsKnown, run.options.memory / (64 * workers * max(1, slots.count)))
        try Chunks((0..<workers).map { [$0] }).forEach(workers: workers) { _, _ throws(QueryError) in
            var rows = RangedRows(slots, run.plan.shape, rangeCount: ranges.count, rowsWanted: rowsWanted)
            var statistics = QueryStatistics()
            while let place = next.next(below: run.segments.count) {
                let before = rows.sizeInBytes
                try run.scan.scan(run.segments[place], &statistics) { block throws(QueryError) in
                    try rows.append(block.batch, ranges, run.evaluator)
                    return true
                }
                try run.meter.change(from: before, to: rows.sizeInBytes)
            }
            try rows.split(ranges, run.evaluator)
            let (finished, counts) = (consume rows, statistics)
            gathered.withLock { $0.append(finished) }
            total.withLock { $0.add(counts) }
            return true
        }
        rows = gathered
        statistics = total.value
    }

    /// Neighbouring ranges, which are folded together.
    var waves: [Range<Int>] {
        stride(from: 0, to: rangeCount, by: RangedRun.waveSize).map { $0..<min($0 + RangedRun.waveSize, rangeCount) }
    }

    /// The answers of neighbouring ranges, in the order of their keys; each range is answered once.
    func answers(_ wave: Range<Int>) throws(QueryError) -> [QueryAnswer] {
        let results = try concurrently(wave) { range throws(QueryError) in
            let (columns, count) = try groups(range)
            return try GroupedRun(run: run).result(columns, count)
        }
        return results.enumerated().map { index, result in
            QueryAnswer(result: result, statistics: wave.lowerBound + index == 0 ? statistics : QueryStatistics())
        }
    }

    /// The answer over all ranges; they are answered once.
    func answer() throws(QueryError) -> QueryAnswer {
        var buffers = (run.plan.keys.map(\.type) + run.plan.aggregates.map(\.type)).map { ColumnBuffer($0) }
        for columns in try concurrently(0..<rangeCount, { range throws(QueryError) in try groups(range).columns }) {
            for (index, column) in columns.enumerated() { buffers[index].append(column) }
        }
        return QueryAnswer(result: try GroupedRun(run: run).result(buffers.map(\.vector), buffers.first?.count ?? 0), statistics: statistics)
    }

    private func concurrently<Result: Sendable>(
        _ ranges: Range<Int>, _ body: @Sendable (Int) throws(QueryError) -> Result
    ) throws(QueryError) -> [Result] {
        let results = Protected([Result?](repeating: nil, count: ranges.count))
        try Chunks(ranges.map { [$0] }).forEach(workers: run.options.workers) { _, place throws(QueryError) in
            let result = try body(ranges.lowerBound + place)
            results.withLock { $0[place] = result }
            return true
        }
        return results.value.compactMap { $0 }
    }

    /// The groups of a range, in the order of their keys: keys, then aggregates.
    private func groups(_ range: Int) throws(QueryError) -> (columns: [Vector], count: Int) {
        var fold = AggregateFold(run.plan, run.evaluator)
        for part in rows.withLock({ workers in workers.indices.map { workers[$0].take(range) } }) where part.count > 0 {
            let batch = Batch(count: part.count, columns: part.columns)
            try fold.add(ScannedBlock(count: part.count, batch: batch, isWhole: false, zones: nil))
        }
        let columns = try fold.columns()
        let order = RowOrder(run.plan.keys.indices.map { RowOrder.Key(vector: columns[$0]) })
        guard !order.isSorted(fold.presentCount) else { return (columns, fold.presentCount) }
        let rows = order.sorted(fold.presentCount)
        return (columns.map { $0.gathered(rows) }, fold.presentCount)
    }
}
