import TapeBytes

/// `+ − * / %` and the negative, over vectors. Integers that do not fit fail the question; a division by zero gives null.
enum Arithmetic {
    static func apply(_ operation: BinaryOperator, _ left: Vector, _ right: Vector, _ type: ValueType, _ place: Range<Int>) throws(QueryError) -> Vector {
        if operation == .times, let product = product(left, right, type) { return product }
        let (leftValues, rightValues, count, layout) = Operands.aligned(left, right)
        switch (leftValues, rightValues) {
        case (.reals(let left), .reals(let right)):
            let result = layout.with(type, .reals(reals(operation, left, right, count)))
            guard operation == .divided || operation == .remainder else { return result }
            return nulling(result, Operands.zip(left, right, count, 0) { $1 == 0 ? 1 : 0 })
        case (.words(let left), .words(let right)):
            let (values, failures) = integers(operation, left, right, count)
            let result = layout.with(type, .words(values))
            return try settled(result, failures, operation == .remainder ? Operands.zip(left, right, count, 0) { $1 == 0 ? 1 : 0 } : nil, place)
        case (.wide(let left), .wide(let right)):
            let (values, failures) = integers(operation, left, right, count)
            let result = layout.with(type, .wide(values))
            return try settled(result, failures, operation == .remainder ? Operands.zip(left, right, count, 0) { $1 == 0 ? 1 : 0 } : nil, place)
        default:
            return Vector(.null, type, count: layout.count)
        }
    }

    /// The product of two columns of integers without nulls that is sure to fit: price by quantity, for one. Nil for others.
    private static func product(_ left: Vector, _ right: Vector, _ type: ValueType) -> Vector? {
        guard !left.isConstant, !right.isConstant, left.nulls == nil, right.nulls == nil, case .words(let leftWords) = left.values,
            case .words(let rightWords) = right.values, let words = CodeVectors.products(leftWords, left.codes, rightWords, right.codes)
        else { return nil }
        return Vector(type, flat: .words(words))
    }

    static func negative(_ operand: Vector, _ place: Range<Int>) throws(QueryError) -> Vector {
        switch operand.values {
        case .reals(let values): return operand.with(operand.type, .reals(Operands.map(values, 0) { -$0 }))
        case .words(let values):
            let result = operand.with(operand.type, .words(Operands.map(values, 0) { 0 &- $0 }))
            return try settled(result, values.contains(.min) ? Operands.map(values, 0) { $0 == .min ? 1 : 0 } : nil, nil, place)
        case .wide(let values):
            let result = operand.with(operand.type, .wide(Operands.map(values, 0) { 0 &- $0 }))
            return try settled(result, values.contains(.min) ? Operands.map(values, 0) { $0 == .min ? 1 : 0 } : nil, nil, place)
        case .bits: return operand
        }
    }

    private static func reals(_ operation: BinaryOperator, _ left: [Double], _ right: [Double], _ count: Int) -> [Double] {
        switch operation {
        case .plus: Operands.zip(left, right, count, 0) { $0 + $1 }
        case .minus: Operands.zip(left, right, count, 0) { $0 - $1 }
        case .times: Operands.zip(left, right, count, 0) { $0 * $1 }
        case .divided: Operands.zip(left, right, count, 0) { $0 / $1 }
        default: Operands.zip(left, right, count, 0) { $0.truncatingRemainder(dividingBy: $1) }
        }
    }

    /// The results, and per value whether it did not fit; nil where all did.
    private static func integers<Value: FixedWidthInteger>(
        _ operation: BinaryOperator, _ left: [Value], _ right: [Value], _ count: Int
    ) -> ([Value], [UInt8]?) {
        switch operation {
        case .plus: return checked(left, right, count) { $0.addingReportingOverflow($1) }
        case .minus: return checked(left, right, count) { $0.subtractingReportingOverflow($1) }
        case .times: return checked(left, right, count) { $0.multipliedReportingOverflow(by: $1) }
        default: return (Operands.zip(left, right, count, 0 as Value) { $1 == 0 || $1 == -1 ? 0 : $0 % $1 }, nil)
        }
    }

    @inline(__always)
    private static func checked<Value: FixedWidthInteger>(
        _ left: [Value], _ right: [Value], _ count: Int, _ body: (Value, Value) -> (partialValue: Value, overflow: Bool)
    ) -> ([Value], [UInt8]?) {
        var anyFails = false
        let values = Operands.zip(left, right, count, 0 as Value) { left, right in
            let (value, overflow) = body(left, right)
            anyFails = anyFails || overflow
            return value
        }
        guard anyFails else { return (values, nil) }
        return (values, Operands.zip(left, right, count, 0) { body($0, $1).overflow ? 1 : 0 })
    }

    /// The result with more nulls; fails where a value that some row has, and that is not null, did not fit.
    static func settled(_ result: Vector, _ failures: [UInt8]?, _ nulls: [UInt8]?, _ place: Range<Int>) throws(QueryError) -> Vector {
        if let failures {
            for row in 0..<(result.isConstant ? 1 : result.count) where failures[result.index(row)] != 0 && !result.isNull(row) {
                throw QueryError(.overflow, "a number does not fit in \(result.type.isWide ? 128 : 64) bits",
                                 help: "make it smaller, or cast it to DOUBLE first", place: place)
            }
        }
        return nulls.map { nulling(result, $0) } ?? result
    }

    /// The vector with the rows null whose value is marked.
    static func nulling(_ vector: Vector, _ marks: [UInt8]) -> Vector {
        guard marks.contains(where: { $0 != 0 }) else { return vector }
        var copy = vector
        let rows = vector.codes.map { codes in codes.map { marks[Int($0)] } } ?? marks
        copy.nulls = vector.nulls.map { Operands.zip($0, rows, $0.count, 0) { $0 | $1 } } ?? rows
        return copy
    }
}
