import TapeBytes

/// An expression, and the one column that it depends on, if there is just one.
///
/// Such an expression is computed once per value of a coded column, and its rows keep their codes. A class, as it is handed on for each block.
final class PreparedExpression: Sendable {
    let bound: Bound
    let slot: Int?

    init(_ bound: Bound) {
        self.bound = bound
        let slots = bound.slots
        if case .slot = bound.kind { slot = nil } else { slot = slots.count == 1 ? slots.first : nil }
    }
}

extension Evaluator {
    func evaluate(_ expression: PreparedExpression, _ batch: Batch) throws(QueryError) -> Vector {
        guard let slot = expression.slot else { return try evaluate(expression.bound, batch) }
        let column = try batch.column(slot)
        guard let columnCodes = column.codes, column.values.count < batch.count, let (values, valueCodes) = Evaluator.values(column, columnCodes) else {
            return try evaluate(expression.bound, batch)
        }
        // A value that fails may be one that no row has any more: row by row it will show.
        guard let result = try? evaluate(expression.bound, Batch(count: values.count, .only(values))) else { return try evaluate(expression.bound, batch) }
        guard !result.isConstant else {
            return Vector(result.type, result.values, count: batch.count, isConstant: true, codes: nil, nulls: result.nulls, dictionary: result.dictionary)
        }
        let nulls = result.nulls.map { CodeVectors.lookUp($0, valueCodes) }
        let codes = result.codes.map { CodeVectors.lookUp($0, valueCodes) } ?? valueCodes
        return Vector(result.type, result.values, count: batch.count, isConstant: false, codes: codes, nulls: nulls, dictionary: result.dictionary)
    }

    /// The values of a coded column as rows, null one more of them; and the code of each row among these.
    private static func values(_ column: Vector, _ codes: [UInt16]) -> (Vector, [UInt16])? {
        guard let nulls = column.nulls else { return (Vector(column.type, flat: column.values, dictionary: column.dictionary), codes) }
        let count = column.values.count
        guard count < Int(UInt16.max) else { return nil }
        var arrays = ValueArrays(column.type)
        arrays.append(column.values)
        arrays.appendZeros(1)
        let marks = [UInt8](repeating: 0, count: count) + [1]
        let nullCode = UInt16(truncatingIfNeeded: count)
        let nullable = Operands.zip(codes, nulls, codes.count, 0) { $1 == 0 ? $0 : nullCode }
        return (Vector(column.type, flat: arrays.values, nulls: marks, dictionary: column.dictionary), nullable)
    }
}
