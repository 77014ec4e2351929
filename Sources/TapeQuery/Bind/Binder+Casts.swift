import TapeColumns

/// Conversions, asked for and implied.
extension Binder {
    /// A text that the question spells out, as a value of the type that it stands beside.
    func coerced(_ bound: Bound, to type: ValueType) throws(QueryError) -> Bound {
        guard case .text(let text) = bound.constant, type != .string else { return bound }
        guard let (value, type) = TextValue.parse(text, as: type, clock) else {
            let help = type == .date ? "write a date as '2024-09-05'" : type == .timestamp ? "write a time as '2024-09-05 10:00:00'" : nil
            throw QueryError(.type, "'\(text)' is no \(type.name)", help: help, place: bound.place)
        }
        return Bound(kind: .constant(value), type: type, place: bound.place)
    }

    func cast(_ bound: Bound, to type: ValueType, _ place: Range<Int>) throws(QueryError) -> Bound {
        guard bound.type != type, type != .null else { return bound }
        if bound.constant == .null { return Bound(kind: .constant(.null), type: type, place: bound.place) }
        guard Binder.canCast(bound.type, type) else {
            throw QueryError(.type, "a value of type \(bound.type.name) cannot become one of type \(type.name)", place: bound.place)
        }
        return folded(Bound(kind: .cast(bound), type: type, place: place, role: bound.role))
    }

    func cast(_ bound: Bound, _ name: TypeName, _ place: Range<Int>) throws(QueryError) -> Bound {
        let type = try Binder.type(name)
        let result = try cast(bound, to: type, place)
        // Narrow integers and decimals of few digits are checked: outside of the range the cast fails, as DuckDB's does.
        if name.name == "decimal", type != .null {
            let most = PowerOfTen.wide(name.parameters.first ?? Binder.precision) - 1
            return checked(result, -most...most, place)
        }
        return Binder.ranges[name.name].map { checked(result, $0, place) } ?? result
    }

    /// The value, which must lie in the range.
    func checked(_ bound: Bound, _ range: ClosedRange<Int128>, _ place: Range<Int>) -> Bound {
        folded(Bound(kind: .call(.checked(range.lowerBound, range.upperBound), [bound]), type: bound.type, place: place, role: bound.role))
    }

    private static let int32 = Int128(Int32.min)...Int128(Int32.max)
    private static let ranges: [String: ClosedRange<Int128>] = [
        "tinyint": -128...127, "int1": -128...127, "smallint": -32_768...32_767, "int2": -32_768...32_767, "int": int32, "integer": int32, "int4": int32,
    ]
    /// Of decimals, where nothing is said.
    private static let precision = 18

    private static func type(_ name: TypeName) throws(QueryError) -> ValueType {
        switch name.name {
        case "tinyint", "int1", "smallint", "int2", "int", "integer", "int4", "bigint", "int8", "int64", "long": return .integer
        case "hugeint", "int128": return .wide(0)
        case "double", "float8", "real", "float", "float4", "float64": return .real
        case "boolean", "bool": return .boolean
        case "date": return .date
        case "timestamp", "datetime", "timestamptz": return .timestamp
        case "varchar", "text", "string", "char": return .string
        case "decimal":
            let precision = name.parameters.first ?? Binder.precision, scale = name.parameters.count > 1 ? name.parameters[1] : name.parameters.isEmpty ? 3 : 0
            guard (1...38).contains(precision), (0...min(precision, 38)).contains(scale) else {
                throw QueryError(.type, "a decimal has 1 to 38 digits, and no more of them behind the point", place: name.place)
            }
            return precision > 18 ? .wide(scale) : scale == 0 ? .integer : .decimal(scale)
        default:
            let known = ["bigint", "integer", "smallint", "tinyint", "hugeint", "double", "boolean", "date", "timestamp", "varchar", "decimal"]
            let help = NearestName.question(name.name, among: known) ?? "the types are \(known.joined(separator: ", "))"
            throw QueryError(.unknownName, "there is no type '\(name.name)'", help: help, place: name.place)
        }
    }

    private static func canCast(_ from: ValueType, _ to: ValueType) -> Bool {
        if from == .null || to == .string || from == .string { return true }
        if from.isNumber || from == .boolean { return to.isNumber || to == .boolean }
        switch (from, to) {
        case (.date, .timestamp), (.timestamp, .date), (.timestamp, .integer): return true
        default: return false
        }
    }

    /// The expression's value where it depends on no row; an error there waits until the expression is needed.
    func folded(_ bound: Bound) -> Bound {
        let parts: [Bound]
        switch bound.kind {
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right): parts = [left, right]
        case .negation(let part), .not(let part), .isNull(let part), .isIn(let part, _), .like(let part, _), .cast(let part): parts = [part]
        case .call(_, let arguments): parts = arguments
        case .constant, .slot, .and, .or, .choice: return bound
        }
        guard parts.allSatisfy({ $0.constant != nil }) else { return bound }
        guard let value = try? Evaluator(clock: clock).evaluate(bound, Batch(count: 1, columns: [])) else { return bound }
        return Bound(kind: .constant(value.constant(0)), type: bound.type, place: bound.place, role: bound.role)
    }
}

/// Texts as values of other types.
enum TextValue {
    /// nil where the text is no such value. The type of a number may be wider than asked for.
    static func parse(_ text: String, as type: ValueType, _ clock: LocalClock) -> (Constant, ValueType)? {
        switch type {
        case .date: return CivilDate.parse(text).map { (.word(Int64($0)), .date) }
        case .timestamp: return clock.parse(text).map { (.word($0), .timestamp) }
        case .boolean:
            switch text.lowercased() {
            case "true", "t", "1": return (.word(1), .boolean)
            case "false", "f", "0": return (.word(0), .boolean)
            default: return nil
            }
        case .integer, .decimal, .wide, .real: return number(text)
        case .string, .null: return (.text(text), .string)
        }
    }

    private static func number(_ text: String) -> (Constant, ValueType)? {
        let trimmed = Binder.singleSpaced(text)
        let isNegative = trimmed.hasPrefix("-")
        let digits = isNegative || trimmed.hasPrefix("+") ? String(trimmed.dropFirst()) : trimmed
        guard let first = digits.utf8.first, (48...57).contains(first) || first == 46, Double(digits) != nil else {
            guard ["nan", "inf", "infinity"].contains(digits.lowercased()), let value = Double(trimmed) else { return nil }
            return (.real(value), .real)
        }
        let (value, type) = Constant.number(digits)
        guard isNegative else { return (value, type) }
        switch value {
        case .word(let word): return (.word(-word), type)
        case .wide(let wide):
            return type == .wide(0) ? Int64(exactly: -wide).map { (.word($0), .integer) } ?? (.wide(-wide), type) : (.wide(-wide), type)
        case .real(let real): return (.real(-real), .real)
        case .null, .text: return nil
        }
    }
}
