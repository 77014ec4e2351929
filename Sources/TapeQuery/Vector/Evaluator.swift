import TapeColumns

/// Evaluates bound expressions over a batch.
struct Evaluator: Sendable {
    let clock: LocalClock

    func evaluate(_ bound: Bound, _ batch: Batch) throws(QueryError) -> Vector {
        switch bound.kind {
        case .constant(let value): return Vector(value, bound.type, count: batch.count)
        case .slot(let slot): return try batch.column(slot)
        case .arithmetic(let operation, let left, let right):
            return try Arithmetic.apply(operation, evaluate(left, batch), evaluate(right, batch), bound.type, bound.place)
        case .negation(let operand): return try Arithmetic.negative(evaluate(operand, batch), bound.place)
        case .comparison(let operation, let left, let right):
            return Comparison.apply(operation, try evaluate(left, batch), try evaluate(right, batch))
        case .not(let operand): return Logic.not(try evaluate(operand, batch))
        case .and(let parts): return try fold(parts, batch, Logic.and)
        case .or(let parts): return try fold(parts, batch, Logic.or)
        case .isNull(let operand): return isNull(try evaluate(operand, batch))
        case .isIn(let operand, let set): return Membership.of(try evaluate(operand, batch), in: set)
        case .like(let operand, let pattern):
            return TextFunctions.map(try evaluate(operand, batch), .boolean) { .word(pattern.matches($0) ? 1 : 0) }
        case .choice(let branches, let otherwise): return try choice(branches, otherwise, bound.type, batch)
        case .cast(let operand): return try Cast.apply(evaluate(operand, batch), to: bound.type, clock, bound.place)
        case .call(let function, let arguments): return try call(function, arguments, bound, batch)
        }
    }

    /// Per row 1 where all conditions are true.
    func truths(_ conditions: [Bound], _ batch: Batch) throws(QueryError) -> [UInt8]? {
        var truths: [UInt8]?
        for condition in conditions {
            let next = Logic.truths(try evaluate(condition, batch))
            truths = truths.map { Operands.zip($0, next, batch.count, 0) { $0 & $1 } } ?? next
        }
        return truths
    }

    private func fold(_ parts: [Bound], _ batch: Batch, _ body: (Vector, Vector) -> Vector) throws(QueryError) -> Vector {
        var result = try evaluate(parts[0], batch)
        for part in parts.dropFirst() { result = body(result, try evaluate(part, batch)) }
        return result
    }

    private func isNull(_ vector: Vector) -> Vector {
        guard let nulls = vector.nulls else { return Vector(.word(0), .boolean, count: vector.count) }
        if vector.isConstant { return Vector(.word(Int64(nulls[0])), .boolean, count: vector.count) }
        return Vector(.boolean, flat: .bits(nulls))
    }

    private func call(_ function: ScalarFunction, _ arguments: [Bound], _ bound: Bound, _ batch: Batch) throws(QueryError) -> Vector {
        switch function {
        case .coalesce, .least, .greatest: return try choosing(function, arguments, bound.type, batch)
        case .concatenated:
            return TextFunctions.concatenated(try evaluate(arguments[0], batch), try evaluate(arguments[1], batch))
        case .timeBucket(let width): return TimeFunctions.bucket(try evaluate(arguments[0], batch), width, clock)
        case .hour: return TimeFunctions.hour(try evaluate(arguments[0], batch), clock)
        case .date: return TimeFunctions.date(try evaluate(arguments[0], batch), clock)
        case .abs: return try NumberFunctions.absolute(evaluate(arguments[0], batch), bound.place)
        case .rounded(let rounding, let decimals):
            return try NumberFunctions.rounded(evaluate(arguments[0], batch), rounding, decimals, bound.type, bound.place)
        case .checked(let low, let high): return try NumberFunctions.checked(evaluate(arguments[0], batch), low...high, bound.place)
        }
    }

    private func choosing(_ function: ScalarFunction, _ arguments: [Bound], _ type: ValueType, _ batch: Batch) throws(QueryError) -> Vector {
        var result = try evaluate(arguments[0], batch)
        for argument in arguments.dropFirst() {
            if function == .coalesce, result.nulls == nil { break }
            let next = try evaluate(argument, batch)
            var takes = result.nullBytes
            if function != .coalesce {
                // The other one is better, or the only one.
                let better = Logic.truths(Comparison.apply(function == .least ? .less : .greater, next, result))
                takes = Operands.zip(takes, better, batch.count, 0) { $0 | $1 }
                if next.nulls != nil { takes = Operands.zip(takes, next.nullBytes, batch.count, 0) { $0 & ($1 ^ 1) } }
            }
            var builder = VectorBuilder(type, count: batch.count)
            builder.store(result, at: (0..<Int32(truncatingIfNeeded: batch.count)).map { $0 })
            let rows = Logic.rows(takes)
            builder.store(next.gathered(rows), at: rows)
            result = builder.vector
        }
        return result
    }
}
