import TapeBytes

/// Ranges of the first key of a question with about as many groups as rows. Groups of different ranges are told apart by their keys alone, so each
/// range is folded by itself in a table that fits the caches, and the ranges' answers follow each other in the order of keys.
///
///     segments, by worker  →  rows, by range  →  a fold per range  →  groups, in order
struct KeyRanges: Sendable {
    /// So many that the groups of a range of a few million fit in a cache of the second level.
    private static let countWanted = 128
    private static let rowsMin = 500_000
    private static let sampledSegments = 64
    /// Rows that a worker gathers before they are told apart.
    static let stagedRowsMax = 32_768

    private let key: PreparedExpression
    /// Where each range but the first begins; ascending.
    private let splitters: [Int64]

    var count: Int { splitters.count + 1 }

    /// Ranges by a sample of the keys; nil where groups are few, the first key is no number, or the order of rows shows in the answer.
    init?(_ run: QueryRun) throws(QueryError) {
        guard let first = run.plan.keys.first, case .slot = first.kind, KeyRanges.isOfWords(first.type) else { return nil }
        guard !run.plan.aggregates.contains(where: \.isOrderSensitive) else { return nil }
        let isForced = run.options.forcesRanges
        guard isForced || run.segments.reduce(0, { $0 + run.scan.source.rowCounts[$1] }) >= KeyRanges.rowsMin else { return nil }
        let key = PreparedExpression(first)
        var sample: [Int64] = []
        let stride = max(1, run.segments.count / KeyRanges.sampledSegments)
        for place in Swift.stride(from: 0, to: run.segments.count, by: stride) {
            var statistics = QueryStatistics()
            var words: [Int64] = []
            try run.scan.scan(run.segments[place], &statistics) { block throws(QueryError) in
                words = try run.evaluator.evaluate(key, block.batch).flattened.values.words
                return false
            }
            // Where keys repeat much, a fold of all is better.
            guard isForced || Set(words).count * 3 >= words.count else { return nil }
            sample += Swift.stride(from: 0, to: words.count, by: 16).map { words[$0] }
        }
        sample.sort()
        var splitters: [Int64] = []
        for range in 1..<KeyRanges.countWanted where !sample.isEmpty {
            let splitter = sample[range * sample.count / KeyRanges.countWanted]
            if splitters.last.map({ $0 < splitter }) ?? true { splitters.append(splitter) }
        }
        (self.key, self.splitters) = (key, splitters)
    }

    private static func isOfWords(_ type: ValueType) -> Bool {
        switch type {
        case .integer, .decimal, .date, .timestamp: true
        case .null, .boolean, .real, .wide, .string: false
        }
    }

    /// The range of each row; null, which comes last of all keys, is in the last one.
    func ranges(_ batch: Batch, _ evaluator: Evaluator) throws(QueryError) -> [UInt16] {
        let keys = try evaluator.evaluate(key, batch).flattened
        let ranges = WordOrder.ranges(keys.values.words, splitters: splitters)
        guard let nulls = keys.nulls else { return ranges }
        let last = UInt16(truncatingIfNeeded: count - 1)
        return Operands.zip(ranges, nulls, ranges.count, 0) { $1 == 0 ? $0 : last }
    }
}

/// The columns of some rows that a fold needs, by range of their key. Owned by one thread.
struct RangedRows: Sendable {
    private let slots: [Int]
    private let shape: TableShape
    private var staged: [ColumnBuffer]
    /// By range, then as `slots`.
    private var parts: [[ColumnBuffer]]
    private var rowCount = 0
    private let rowWidth: Int

    /// - Parameter rowsWanted: about how many rows will come.
    init(_ slots: [Int], _ shape: TableShape, rangeCount: Int, rowsWanted: Int) {
        self.slots = slots
        self.shape = shape
        rowWidth = slots.reduce(0) { $0 + (ValueType(shape.columns[$1].type).isWide ? 17 : 9) }
        staged = RangedRows.buffers(slots, shape, reserving: KeyRanges.stagedRowsMax * 2)
        // A range may have more rows than its share.
        let rows = rowsWanted / rangeCount * 9 / 8
        parts = (0..<rangeCount).map { _ in RangedRows.buffers(slots, shape, reserving: rows) }
    }

    private static func buffers(_ slots: [Int], _ shape: TableShape, reserving rows: Int) -> [ColumnBuffer] {
        slots.map { ColumnBuffer(ValueType(shape.columns[$0].type), reserving: rows) }
    }

    mutating func append(_ batch: Batch, _ ranges: KeyRanges, _ evaluator: Evaluator) throws(QueryError) {
        for (place, slot) in slots.enumerated() { staged[place].append(try batch.column(slot)) }
        rowCount += batch.count
        if let rows = staged.first?.count, rows >= KeyRanges.stagedRowsMax { try split(ranges, evaluator) }
    }

    /// Tells the rows apart that have been gathered.
    mutating func split(_ ranges: KeyRanges, _ evaluator: Evaluator) throws(QueryError) {
        guard let count = staged.first?.count, count > 0 else { return }
        let vectors = staged.map(\.vector)
        let codes = try ranges.ranges(Batch(count: count, columns: columns(vectors, count)), evaluator)
        let histogram = CodeVectors.histogram(codes, below: ranges.count)
        let order = CodeVectors.rows(by: codes, histogram)
        let sorted = vectors.map { $0.gathered(order) }
        var first = 0
        for (range, size) in histogram.enumerated() where size > 0 {
            for place in sorted.indices { parts[range][place].append(sorted[place], first..<first + Int(size)) }
            first += Int(size)
        }
        for place in staged.indices { staged[place].removeAll() }
    }

    /// Takes out the rows of a range: the table's columns, null those that are not read.
    mutating func take(_ range: Int) -> (columns: [Vector], count: Int) {
        let buffers = parts[range]
        parts[range] = []
        let count = buffers.first?.count ?? 0
        return (columns(buffers.map(\.vector), count), count)
    }

    private func columns(_ vectors: [Vector], _ count: Int) -> [Vector] {
        var columns = [Vector](repeating: Vector(.null, .null, count: count), count: shape.columns.count)
        for (slot, vector) in zip(slots, vectors) { columns[slot] = vector }
        return columns
    }

    /// About so many: of texts only what stands for them.
    var sizeInBytes: Int { rowCount * rowWidth }
}
