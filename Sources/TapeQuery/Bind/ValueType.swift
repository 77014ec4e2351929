import TapeColumns

/// What the values of an expression are.
enum ValueType: Hashable, Sendable {
    /// Of the bare NULL, which goes with every type.
    case null
    case boolean
    /// 64 bits, signed.
    case integer
    /// 64 bits: the value is the integer / 10^scale.
    case decimal(Int)
    /// 128 bits: the value is the integer / 10^scale. Sums are of this type.
    case wide(Int)
    case real
    case date
    case timestamp
    case string

    init(_ type: ColumnType) {
        switch type {
        case .int8, .int16, .int32, .int64: self = .integer
        case .uint64: self = .wide(0)
        case .float64: self = .real
        case .bool: self = .boolean
        case .date: self = .date
        case .timestamp: self = .timestamp
        case .decimal(let scale): self = .decimal(scale)
        case .string: self = .string
        }
    }

    /// As messages call it.
    var name: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .integer: "integer"
        case .decimal(let scale): "decimal(\(scale))"
        case .wide(let scale): scale == 0 ? "wide integer" : "wide decimal(\(scale))"
        case .real: "double"
        case .date: "date"
        case .timestamp: "timestamp"
        case .string: "text"
        }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .decimal, .wide, .real: true
        case .null, .boolean, .date, .timestamp, .string: false
        }
    }

    /// The decimals of an exact number; nil for other types.
    var scale: Int? {
        switch self {
        case .integer: 0
        case .decimal(let scale), .wide(let scale): scale
        case .null, .boolean, .real, .date, .timestamp, .string: nil
        }
    }

    var isWide: Bool { if case .wide = self { true } else { false } }

    /// Exact numbers of the given decimals, in 64 bits unless either is wide.
    static func exact(scale: Int, isWide: Bool) -> ValueType {
        isWide || scale > 18 ? .wide(scale) : scale == 0 ? .integer : .decimal(scale)
    }

    /// The type of a result's column.
    var columnType: ColumnType {
        switch self {
        case .integer, .null: .int64
        case .wide(let scale): scale == 0 ? .int64 : .decimal(scale: scale)
        case .boolean: .bool
        case .decimal(let scale): .decimal(scale: scale)
        case .real: .float64
        case .date: .date
        case .timestamp: .timestamp
        case .string: .string
        }
    }

    /// The type that holds values of both; nil where there is none.
    static func common(_ left: ValueType, _ right: ValueType) -> ValueType? {
        if left == right || right == .null { return left }
        if left == .null { return right }
        if left.isNumber, right.isNumber {
            guard let leftScale = left.scale, let rightScale = right.scale else { return .real }
            return exact(scale: max(leftScale, rightScale), isWide: left.isWide || right.isWide)
        }
        switch (left, right) {
        case (.date, .timestamp), (.timestamp, .date): return .timestamp
        default: return nil
        }
    }
}
