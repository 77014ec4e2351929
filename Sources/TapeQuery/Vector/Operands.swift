/// Loops over one or two operands. An array of one value where more are wanted stands for that value in each row.
enum Operands {
    @inline(__always)
    static func map<Value, Result>(_ values: [Value], _ zero: Result, _ body: (Value) -> Result) -> [Result] {
        var results = [Result](repeating: zero, count: values.count)
        for index in values.indices { results[index] = body(values[index]) }
        return results
    }

    @inline(__always)
    static func zip<Left, Right, Result>(
        _ left: [Left], _ right: [Right], _ count: Int, _ zero: Result, _ body: (Left, Right) -> Result
    ) -> [Result] {
        guard count > 0 else { return [] }
        precondition((left.count == count || left.count == 1) && (right.count == count || right.count == 1))
        var results = [Result](repeating: zero, count: count)
        if right.count == 1, count != 1 {
            let value = right[0]
            if left.count == 1 { return [Result](repeating: body(left[0], value), count: count) }
            for index in 0..<count { results[index] = body(left[index], value) }
        } else if left.count == 1, count != 1 {
            let value = left[0]
            for index in 0..<count { results[index] = body(value, right[index]) }
        } else {
            for index in 0..<count { results[index] = body(left[index], right[index]) }
        }
        return results
    }

    /// Two vectors brought to one layout: their values side by side, how many there are, and a vector with the layout and the nulls of both.
    ///
    /// Where one is constant the other keeps its codes, so that the work is done once per value.
    static func aligned(_ left: Vector, _ right: Vector) -> (left: Vector.Values, right: Vector.Values, count: Int, layout: Vector) {
        if right.isConstant { return (left.values, right.values, left.values.count, joined(left, right)) }
        if left.isConstant { return (left.values, right.values, right.values.count, joined(right, left)) }
        let (left, right) = (left.flattened, right.flattened)
        return (left.values, right.values, left.count, joined(left, right))
    }

    private static func joined(_ layout: Vector, _ other: Vector) -> Vector {
        guard let otherNulls = other.nulls else { return layout }
        var copy = layout
        if layout.isConstant || !other.isConstant {
            copy.nulls = layout.nulls.map { zip($0, otherNulls, $0.count, 0) { $0 | $1 } } ?? otherNulls
        } else {
            copy.nulls = other.isNullConstant ? [UInt8](repeating: 1, count: layout.count) : layout.nulls
        }
        return copy
    }
}
