import TapeColumns

/// Types of expressions, bottom up.
extension Binder {
    mutating func bind(_ syntax: Syntax) throws(QueryError) -> Bound {
        (boundCount, depth) = (boundCount + 1, depth + 1)
        defer { depth -= 1 }
        // What an alias stands for is bound again wherever it is named.
        guard boundCount <= Binder.boundMax, depth <= Binder.depthMax else {
            throw QueryError(.syntax, "with what its aliases stand for, the question is too large", place: syntax.place)
        }
        return try bound(syntax)
    }

    private mutating func bound(_ syntax: Syntax) throws(QueryError) -> Bound {
        let place = syntax.place
        func constant(_ value: Constant, _ type: ValueType) -> Bound { Bound(kind: .constant(value), type: type, place: place) }
        switch syntax.kind {
        case .column(let name): return try named(name, place)
        case .number(let text):
            let (value, type) = Constant.number(text)
            // A number without an exponent is meant exactly.
            guard type != .real || text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
                throw QueryError(
                    .syntax, "an exact number has at most 38 digits, 18 of them decimals",
                    help: "with an exponent, as in 1.5e0, it is a DOUBLE", place: place)
            }
            return constant(value, type)
        case .text(let text): return constant(.text(text), .string)
        case .typedText(let type, let text):
            return try coerced(constant(.text(text), .string), to: type == "date" ? .date : .timestamp)
        case .null: return constant(.null, .null)
        case .truth(let value): return constant(.word(value ? 1 : 0), .boolean)
        case .negation(let operand): return try negated(bind(operand), place)
        case .not(let operand): return folded(Bound(kind: .not(try condition(operand)), type: .boolean, place: place))
        case .and(let parts): return Bound(kind: .and(try conditions(parts)), type: .boolean, place: place)
        case .or(let parts): return Bound(kind: .or(try conditions(parts)), type: .boolean, place: place)
        case .binary(let operation, let left, let right): return try binary(operation, bind(left), bind(right), place)
        case .isNull(let operand): return folded(Bound(kind: .isNull(try bind(operand)), type: .boolean, place: place))
        case .isIn(let operand, let items): return try isIn(bind(operand), items, place)
        case .between(let operand, let low, let high):
            let value = try bind(operand)
            let bounds = [try compared(.greaterOrEqual, value, bind(low), place), try compared(.lessOrEqual, value, bind(high), place)]
            return Bound(kind: .and(bounds), type: .boolean, place: place)
        case .like(let operand, let pattern): return try like(bind(operand), bind(pattern), place)
        case .choice(let operand, let branches, let otherwise): return try choice(operand, branches, otherwise, place)
        case .cast(let operand, let name): return try cast(bind(operand), name, place)
        case .call(let call): return try bind(call, place)
        }
    }

    /// A boolean, or NULL.
    mutating func condition(_ syntax: Syntax) throws(QueryError) -> Bound {
        let bound = try bind(syntax)
        guard bound.type == .boolean || bound.type == .null else {
            throw QueryError(.type, "expected a condition, not a value of type \(bound.type.name)", place: syntax.place)
        }
        return bound.type == .null ? Bound(kind: .constant(.null), type: .boolean, place: syntax.place) : bound
    }

    private mutating func conditions(_ parts: [Syntax]) throws(QueryError) -> [Bound] {
        var bounds: [Bound] = []
        for part in parts { bounds.append(try condition(part)) }
        return bounds
    }

    private func negated(_ operand: Bound, _ place: Range<Int>) throws(QueryError) -> Bound {
        guard operand.type.isNumber || operand.type == .null else {
            throw QueryError(.type, "'-' takes a number, not a value of type \(operand.type.name)", place: operand.place)
        }
        let negated = folded(Bound(kind: .negation(operand), type: operand.type, place: place))
        // The smallest integer of 64 bits is the negative of one that has more.
        guard case .wide(let wide) = negated.constant, operand.type == .wide(0), let word = Int64(exactly: wide) else { return negated }
        return Bound(kind: .constant(.word(word)), type: .integer, place: place)
    }

    private func binary(_ operation: BinaryOperator, _ left: Bound, _ right: Bound, _ place: Range<Int>) throws(QueryError) -> Bound {
        switch operation {
        case .plus, .minus, .times, .divided, .remainder: return try arithmetic(operation, left, right, place)
        case .concatenated:
            let texts = [try cast(left, to: .string, place), try cast(right, to: .string, place)]
            return folded(Bound(kind: .call(.concatenated, texts), type: .string, place: place))
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual: return try compared(operation, left, right, place)
        }
    }

    private func arithmetic(_ operation: BinaryOperator, _ left: Bound, _ right: Bound, _ place: Range<Int>) throws(QueryError) -> Bound {
        if let bound = try timeArithmetic(operation, left, right, place) { return bound }
        for side in [left, right] where !side.type.isNumber && side.type != .null {
            throw QueryError(.type, "'\(operation.rawValue)' takes numbers, not a value of type \(side.type.name)", place: side.place)
        }
        guard let common = ValueType.common(left.type, right.type), common != .null else {
            return Bound(kind: .constant(.null), type: .null, place: place)
        }
        if operation == .divided || common == .real {
            let sides = (try cast(left, to: .real, place), try cast(right, to: .real, place))
            return folded(Bound(kind: .arithmetic(operation, sides.0, sides.1), type: .real, place: place))
        }
        guard operation == .times else {
            let sides = (try cast(left, to: common, place), try cast(right, to: common, place))
            return folded(Bound(kind: .arithmetic(operation, sides.0, sides.1), type: common, place: place))
        }
        // Decimals add up in products; each side keeps its own.
        let scale = (left.type.scale ?? 0) + (right.type.scale ?? 0)
        let isWide = left.type.isWide || right.type.isWide || scale > 18
        let type = ValueType.exact(scale: scale, isWide: isWide)
        let sides = isWide ? (try cast(left, to: .wide(left.type.scale ?? 0), place), try cast(right, to: .wide(right.type.scale ?? 0), place)) : (left, right)
        return folded(Bound(kind: .arithmetic(.times, sides.0, sides.1), type: type, place: place))
    }

    /// Dates move by days, times by nanoseconds; the difference of two is a number of those.
    private func timeArithmetic(_ operation: BinaryOperator, _ left: Bound, _ right: Bound, _ place: Range<Int>) throws(QueryError) -> Bound? {
        let isTime = [left.type, right.type].map { $0 == .date || $0 == .timestamp }
        guard isTime[0] || isTime[1], operation == .plus || operation == .minus else { return nil }
        if isTime[0], isTime[1], operation == .minus, left.type == right.type {
            return folded(Bound(kind: .arithmetic(.minus, left, right), type: .integer, place: place))
        }
        let type: ValueType
        if isTime[0], right.type == .integer {
            type = left.type
        } else if isTime[1], left.type == .integer, operation == .plus {
            type = right.type
        } else {
            return nil
        }
        let moved = folded(Bound(kind: .arithmetic(operation, left, right), type: type, place: place))
        return type == .date ? checked(moved, Int128(Int32.min)...Int128(Int32.max), place) : moved
    }

    func compared(_ operation: BinaryOperator, _ left: Bound, _ right: Bound, _ place: Range<Int>) throws(QueryError) -> Bound {
        let (left, right) = try comparable(left, right)
        return folded(Bound(kind: .comparison(operation, left, right), type: .boolean, place: place))
    }

    /// Both sides of one type; an exact number and a double stay as they are, to be compared exactly.
    private func comparable(_ left: Bound, _ right: Bound) throws(QueryError) -> (Bound, Bound) {
        if right.type == .string, right.constant != nil, left.type != .string, left.type != .null {
            return try comparable(left, try coerced(right, to: left.type))
        }
        if left.type == .string, left.constant != nil, right.type != .string, right.type != .null {
            return try comparable(try coerced(left, to: right.type), right)
        }
        // Stored times may be compared with their nanoseconds.
        if left.type == .timestamp, right.type == .integer { return (left, retyped(right, .timestamp)) }
        if right.type == .timestamp, left.type == .integer { return (retyped(left, .timestamp), right) }
        if left.type == .timestamp, let instant = Binder.instant(beyondTimes: right) { return (left, instant) }
        if right.type == .timestamp, let instant = Binder.instant(beyondTimes: left) { return (instant, right) }
        guard let common = ValueType.common(left.type, right.type) else {
            throw QueryError(.type, "cannot compare a value of type \(left.type.name) with one of type \(right.type.name)", place: right.place)
        }
        if common == .real, left.type.isNumber, right.type.isNumber, left.type != right.type { return (left, right) }
        if left.type != right.type, let scale = common.scale, scale > 0, !common.isWide { return try rescaled(left, right, common, scale) }
        return (try cast(left, to: common, left.place), try cast(right, to: common, right.place))
    }

    /// Of a date that no timestamp reaches the first or last instant that there is, which compares as the date does; nil for others.
    private static func instant(beyondTimes bound: Bound) -> Bound? {
        guard bound.type == .date, case .word(let day) = bound.constant, !LocalClock.days.contains(day) else { return nil }
        return Bound(kind: .constant(.word(day < 0 ? .min : .max)), type: .timestamp, place: bound.place)
    }

    /// Numbers of different decimals: a constant takes those of the other side; else both become wide, where no number has too many digits.
    private func rescaled(_ left: Bound, _ right: Bound, _ common: ValueType, _ scale: Int) throws(QueryError) -> (Bound, Bound) {
        if common == left.type, let constant = try? cast(right, to: common, right.place), constant.constant != nil { return (left, constant) }
        if common == right.type, let constant = try? cast(left, to: common, left.place), constant.constant != nil { return (constant, right) }
        return (try cast(left, to: .wide(scale), left.place), try cast(right, to: .wide(scale), right.place))
    }

    private func retyped(_ bound: Bound, _ type: ValueType) -> Bound {
        var copy = bound
        copy.type = type
        return copy
    }

    private mutating func isIn(_ value: Bound, _ items: [Syntax], _ place: Range<Int>) throws(QueryError) -> Bound {
        var constants: Set<Constant> = []
        var others: [Bound] = []
        for item in items {
            let (left, right) = try comparable(value, bind(item))
            if left.type == value.type, right.type == value.type, let constant = right.constant, constant != .null {
                constants.insert(constant)
            } else {
                others.append(folded(Bound(kind: .comparison(.equal, left, right), type: .boolean, place: item.place)))
            }
        }
        if !constants.isEmpty { others.insert(folded(Bound(kind: .isIn(value, constants), type: .boolean, place: place)), at: 0) }
        return others.count == 1 ? others[0] : Bound(kind: .or(others), type: .boolean, place: place)
    }

    private func like(_ value: Bound, _ pattern: Bound, _ place: Range<Int>) throws(QueryError) -> Bound {
        guard value.type == .string || value.type == .null else {
            throw QueryError(.type, "LIKE takes a text, not a value of type \(value.type.name)", place: value.place)
        }
        if pattern.constant == .null { return Bound(kind: .constant(.null), type: .boolean, place: place) }
        guard case .text(let text) = pattern.constant else {
            throw QueryError(.type, "the pattern of LIKE must be a text between quotes", place: pattern.place)
        }
        return folded(Bound(kind: .like(value, LikePattern(text)), type: .boolean, place: place))
    }

    private mutating func choice(
        _ operand: Syntax?, _ branches: [Branch], _ otherwise: Syntax?, _ place: Range<Int>
    ) throws(QueryError) -> Bound {
        var value: Bound?
        if let operand { value = try bind(operand) }
        var conditions: [Bound] = []
        var values: [Bound] = []
        for branch in branches {
            if let value {
                conditions.append(try compared(.equal, value, bind(branch.condition), branch.condition.place))
            } else {
                conditions.append(try condition(branch.condition))
            }
            values.append(try bind(branch.value))
        }
        if let otherwise { values.append(try bind(otherwise)) } else { values.append(Bound(kind: .constant(.null), type: .null, place: place)) }
        values = try unified(values)
        let last = values.removeLast()
        let choices = zip(conditions, values).map { Bound.Choice(condition: $0, value: $1) }
        return Bound(kind: .choice(choices, otherwise: last), type: last.type, place: place)
    }

    /// All of one type.
    func unified(_ values: [Bound]) throws(QueryError) -> [Bound] {
        var type = ValueType.null
        for value in values where !(value.type == .string && value.constant != nil) {
            guard let common = ValueType.common(type, value.type) else {
                throw QueryError(.type, "a value of type \(value.type.name) beside one of type \(type.name)", place: value.place)
            }
            type = common
        }
        if type == .null, values.contains(where: { $0.type == .string }) { type = .string }
        var result: [Bound] = []
        for value in values {
            result.append(value.type == .string && type != .string ? try coerced(value, to: type) : try cast(value, to: type, value.place))
        }
        return result
    }
}
