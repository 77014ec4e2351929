import TapeBytes

/// Answers a question without groups: the rows themselves, in order.
struct PlainRun {
    let run: QueryRun

    /// Of one chunk: outputs, then what rows are ordered by.
    private struct Part: Sendable {
        var columns: [ColumnBuffer]
        var count = 0
        var size = 0
    }

    /// Rows that are kept when only the first so many of an order are wanted.
    private static let slack = 16_384

    private let prepared: [PreparedExpression]

    init(run: QueryRun) {
        self.run = run
        prepared = (run.plan.outputs.map(\.expression) + run.plan.order.map(\.expression)).map(PreparedExpression.init)
    }

    /// Rows of the answer that a limit lets through; nil without one.
    private var rowsWanted: Int? {
        run.plan.limit.map { limit in
            let sum = limit.addingReportingOverflow(run.plan.offset)
            return sum.overflow ? .max : sum.partialValue
        }
    }

    func answer() throws(QueryError) -> QueryAnswer {
        let chunks = Chunks(run.segments, run.scan.source.rowCounts)
        let parts = Protected([Part?](repeating: nil, count: chunks.parts.count))
        let total = Protected(run.initial)
        try chunks.forEach(workers: run.options.workers) { _, chunk throws(QueryError) in
            var part = Part(columns: prepared.map { ColumnBuffer($0.bound.type) })
            var statistics = QueryStatistics()
            for segment in chunks.parts[chunk] where !isFull(part) { try add(segment, to: &part, &statistics) }
            let (finished, gathered) = (part, statistics)
            total.withLock { $0.add(gathered) }
            return parts.withLock { parts in
                parts[chunk] = finished
                return !hasEnough(parts)
            }
        }
        var all = Part(columns: prepared.map { ColumnBuffer($0.bound.type) })
        for chunk in parts.value.indices {
            // Taken out, so that no row is held twice.
            guard let part = parts.withLock({ $0[chunk].take() }) else { continue }
            for index in all.columns.indices { all.columns[index].append(part.columns[index].vector) }
            all.count += part.count
        }
        let vectors = all.columns.map(\.vector)
        let outputs = Array(vectors.prefix(run.plan.outputs.count))
        return QueryAnswer(result: run.finished(outputs, order(Array(vectors.dropFirst(outputs.count))), all.count), statistics: total.value)
    }

    private func order(_ vectors: [Vector]) -> [RowOrder.Key] {
        zip(run.plan.order, vectors).map { RowOrder.Key(vector: $1, isDescending: $0.isDescending, nullsFirst: $0.nullsFirst) }
    }

    /// Whether a part has all rows that it can give to the answer.
    private func isFull(_ part: Part) -> Bool {
        guard let rowsWanted, run.plan.order.isEmpty else { return false }
        return part.count >= rowsWanted
    }

    /// Whether the first parts, without a gap, have all rows that are wanted.
    private func hasEnough(_ parts: [Part?]) -> Bool {
        guard let rowsWanted, run.plan.order.isEmpty else { return false }
        var rows = 0
        for part in parts {
            guard let part, rows < rowsWanted else { break }
            rows += part.count
        }
        return rows >= rowsWanted
    }

    private func add(_ segment: Int, to part: inout Part, _ statistics: inout QueryStatistics) throws(QueryError) {
        try run.scan.scan(segment, &statistics) { block throws(QueryError) in
            for (index, expression) in prepared.enumerated() {
                part.columns[index].append(try run.evaluator.evaluate(expression, block.batch))
            }
            part.count += block.count
            keepBest(&part)
            let size = part.columns.reduce(0) { $0 + $1.sizeInBytes }
            try run.meter.change(from: part.size, to: size)
            part.size = size
            return !isFull(part)
        }
    }

    /// Drops rows that cannot be among the first ones wanted, once there are many.
    private func keepBest(_ part: inout Part) {
        guard let rowsWanted, !run.plan.order.isEmpty, part.count / 2 > rowsWanted, part.count > PlainRun.slack else { return }
        let vectors = part.columns.map(\.vector)
        let best = RowOrder(order(Array(vectors.dropFirst(run.plan.outputs.count)))).sorted(part.count).prefix(rowsWanted).sorted()
        part.columns = vectors.map { vector in
            var buffer = ColumnBuffer(vector.type)
            buffer.append(vector.gathered(best))
            return buffer
        }
        part.count = best.count
    }
}
