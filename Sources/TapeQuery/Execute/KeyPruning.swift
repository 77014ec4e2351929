/// Rules segments out by their partition key, before anything is opened.
struct KeyPruning {
    private let source: TableSource
    private let evaluator: Evaluator

    init(_ source: TableSource, _ evaluator: Evaluator) {
        self.source = source
        self.evaluator = evaluator
    }

    /// The segments that may have rows that meet the conditions, and the conditions that their keys do not decide.
    func apply(_ conditions: [Bound]) throws(QueryError) -> (segments: [Int], rest: [Bound]) {
        var segments = Array(0..<source.segmentCount)
        var rest: [Bound] = []
        for condition in conditions {
            guard isDecidedByKey(condition) else {
                rest.append(condition)
                continue
            }
            let truths = Logic.truths(try evaluator.evaluate(condition, batch(segments)))
            segments = Logic.rows(truths).map { segments[Int($0)] }
        }
        return (segments, rest)
    }

    private func isDecidedByKey(_ condition: Bound) -> Bool {
        condition.slots.allSatisfy { source.shape.columns[$0].keyPart.map { source.keys.indices.contains($0) } ?? false }
    }

    /// A row per segment: its key.
    private func batch(_ segments: [Int]) -> Batch {
        let columns = source.shape.columns.map { column in
            column.keyPart.flatMap { source.keys.indices.contains($0) ? source.keys[$0] : nil }
                ?? Vector(.null, ValueType(column.type), count: source.segmentCount)
        }
        return Batch(count: source.segmentCount, columns: columns).selecting(segments.map { Int32(truncatingIfNeeded: $0) })
    }
}
