import TapeStore

/// Rules segments out by their partition key, before anything is opened.
struct KeyPruning {
    private let source: TableSource
    private let evaluator: Evaluator

    init(_ source: TableSource, _ evaluator: Evaluator) {
        self.source = source
        self.evaluator = evaluator
    }

    /// The segments that may have rows that meet the conditions, and the conditions that their keys do not decide.
    func apply(_ conditions: [Bound]) throws(QueryError) -> (units: [ScanUnit], rest: [Bound]) {
        var units = source.units
        var rest: [Bound] = []
        for condition in conditions {
            guard isDecidedByKey(condition) else {
                rest.append(condition)
                continue
            }
            let batch = batch(units)
            let truths = Logic.truths(try evaluator.evaluate(condition, batch))
            units = units.indices.filter { truths[$0] != 0 }.map { units[$0] }
        }
        return (units, rest)
    }

    private func isDecidedByKey(_ condition: Bound) -> Bool {
        condition.slots.allSatisfy { slot in
            guard let part = source.shape.columns[slot].keyPart else { return false }
            return source.units.allSatisfy { $0.key.indices.contains(part) }
        }
    }

    /// A row per segment: its key.
    private func batch(_ units: [ScanUnit]) -> Batch {
        Batch(count: units.count, slotCount: source.shape.columns.count) { slot throws(QueryError) in
            let column = source.shape.columns[slot]
            guard let part = column.keyPart else { return Vector(.null, ValueType(column.type), count: units.count) }
            var buffer = ColumnBuffer(ValueType(column.type))
            for unit in units { buffer.append(SegmentScan.vector(unit.key[part], column.type, 1)) }
            return buffer.vector
        }
    }
}
