import TapeBytes
import TapeStore

/// One answering of a question. Workers share it; it never changes.
final class QueryRun: Sendable {
    let plan: QueryPlan
    let options: QueryOptions
    let scan: TableScan
    /// The segments that the partition key does not rule out.
    let segments: [Int]
    let evaluator: Evaluator
    let meter: MemoryMeter
    /// What is known before anything is read.
    let initial: QueryStatistics

    init(_ plan: QueryPlan, _ source: TableSource, _ options: QueryOptions) throws(QueryError) {
        self.plan = plan
        self.options = options
        source.store.beginQuestion()
        evaluator = Evaluator(clock: options.clock)
        meter = MemoryMeter(limit: options.memory)
        let (segments, rest) = try KeyPruning(source, evaluator).apply(plan.conditions)
        self.segments = segments
        scan = TableScan(source, segments, options, conditions: rest, slots: plan.slotsBehindConditions)
        var statistics = QueryStatistics()
        statistics.partitions = source.segmentCount
        statistics.partitionsPruned = source.segmentCount - segments.count
        statistics.bytesStored = source.sizesInBytes.reduce(0, +)
        initial = statistics
    }

    /// Whether no row of the answer depends on others: nothing is ordered, cut or told apart.
    var isPiecewise: Bool { !plan.isDistinct && plan.order.isEmpty && plan.limit == nil && plan.offset == 0 }

    /// The same over neighbouring segments each, where neither groups nor an order nor a limit need all rows at once.
    var pieces: [QueryRun] {
        guard !plan.isGrouped, isPiecewise else { return [self] }
        // A row takes 9 to 17 bytes per column, and its text; a piece is a quarter of what may be taken, or a segment.
        let rowsMax = options.memory / 4 / (17 * max(1, plan.outputs.count))
        var parts: [[Int]] = [[]]
        var rows = 0
        for segment in segments {
            let count = scan.source.rowCounts[segment]
            if rows > 0, count > rowsMax - min(rows, rowsMax) {
                parts.append([])
                rows = 0
            }
            parts[parts.count - 1].append(segment)
            rows += count
        }
        return parts.enumerated().map { index, segments in QueryRun(self, segments, index == 0 ? initial : QueryStatistics()) }
    }

    /// Another's question, about some of its segments.
    private init(_ whole: QueryRun, _ segments: [Int], _ initial: QueryStatistics) {
        (plan, options, scan, evaluator) = (whole.plan, whole.options, whole.scan, whole.evaluator)
        self.segments = segments
        self.initial = initial
        meter = MemoryMeter(limit: whole.options.memory)
    }

    func answer() throws(QueryError) -> QueryAnswer {
        plan.isGrouped ? try GroupedRun(run: self).answer() : try PlainRun(run: self).answer()
    }

    /// The outputs over a batch of finished rows, ordered and cut.
    func finished(_ outputs: [Vector], _ order: [RowOrder.Key], _ count: Int) -> ResultSet {
        guard plan.isDistinct else { return cut(outputs, order, count) }
        let rows = Distinct.rows(outputs, count)
        let kept = order.map { RowOrder.Key(vector: $0.vector.gathered(rows), isDescending: $0.isDescending, nullsFirst: $0.nullsFirst) }
        return cut(outputs.map { $0.gathered(rows) }, kept, rows.count)
    }

    private func cut(_ outputs: [Vector], _ order: [RowOrder.Key], _ count: Int) -> ResultSet {
        let first = min(plan.offset, count)
        let end = plan.limit.map { first + min($0, count - first) } ?? count
        let rowOrder = RowOrder(order)
        let isSorted = rowOrder.isSorted(count)
        if isSorted, first == 0, end == count { return ResultSet(columns: zip(plan.outputs, outputs).map(Answer.column)) }
        let rows = isSorted ? (Int32(truncatingIfNeeded: first)..<Int32(truncatingIfNeeded: end)).map { $0 } : Array(rowOrder.sorted(count)[first..<end])
        return ResultSet(columns: zip(plan.outputs, outputs).map { Answer.column($0, $1.gathered(rows)) })
    }
}

extension QueryPlan {
    /// The columns that are read of rows that meet the conditions.
    var slotsBehindConditions: [Int] {
        var copy = self
        copy.conditions = []
        return copy.slots
    }
}

/// Rows that differ from all before them.
enum Distinct {
    static func rows(_ columns: [Vector], _ count: Int) -> [Int32] {
        var grouper = Grouper(columns.map(\.type))
        guard case .many(let ids) = grouper.groups(columns.map(\.flattened), count: count) else { return count > 0 ? [0] : [] }
        var rows: [Int32] = []
        var isSeen = [Bool](repeating: false, count: grouper.count)
        for (row, id) in ids.enumerated() where !isSeen[Int(id)] {
            isSeen[Int(id)] = true
            rows.append(Int32(truncatingIfNeeded: row))
        }
        return rows
    }
}
