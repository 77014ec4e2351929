/// What the values of a column are.
///
/// Every type is held, in memory and on disk, as one 64-bit word per value, in such a form that comparing the
/// words as signed integers compares the values (`ColumnWord` has the two conversions that are not plain).
/// One physical form keeps encodings, zone maps and scans free of any `switch` over types per value.
package enum ColumnType: Hashable, Sendable {
    case int8, int16, int32, int64, uint64
    case float64
    case bool
    /// Days since 1970-01-01.
    case date
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    case timestamp
    /// A scaled integer: the value is word / 10^scale.
    case decimal(scale: Int)
    /// The word is an index into the column's dictionary.
    case string
}

extension ColumnType {
    /// The types whose values are their words, narrow to wide.
    package static let integers: [ColumnType] = [.int8, .int16, .int32, .int64]
    package var isInteger: Bool { ColumnType.integers.contains(self) }

    /// The words that a value of the type may have; nil where every word is a value.
    package var wordRange: ClosedRange<Int64>? {
        switch self {
        case .int8: Int64(Int8.min)...Int64(Int8.max)
        case .int16: Int64(Int16.min)...Int64(Int16.max)
        case .int32, .date: Int64(Int32.min)...Int64(Int32.max)
        case .bool: 0...1
        case .int64, .uint64, .float64, .timestamp, .decimal, .string: nil
        }
    }

    /// The spelling in schema files, segment footers and messages, such as `int32` or `decimal(4)`.
    package var name: String {
        switch self {
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint64: "uint64"
        case .float64: "float64"
        case .bool: "bool"
        case .date: "date"
        case .timestamp: "timestamp"
        case .decimal(let scale): "decimal(\(scale))"
        case .string: "string"
        }
    }

    package init?(name: String) {
        switch name {
        case "int8": self = .int8
        case "int16": self = .int16
        case "int32": self = .int32
        case "int64": self = .int64
        case "uint64": self = .uint64
        case "float64": self = .float64
        case "bool": self = .bool
        case "date": self = .date
        case "timestamp": self = .timestamp
        case "string": self = .string
        default:
            guard name.hasPrefix("decimal("), name.hasSuffix(")"),
                let scale = Int(name.dropFirst(8).dropLast()), (0...18).contains(scale)
            else { return nil }
            self = .decimal(scale: scale)
        }
    }
}

/// The two conversions between values and order-preserving words that are not the identity.
package enum ColumnWord {
    /// Orders as IEEE 754 totalOrder does: −∞ … −0, +0 … +∞, NaN last.
    @inlinable package static func word(of value: Double) -> Int64 {
        let bits = Int64(bitPattern: value.bitPattern)
        return bits ^ ((bits &>> 63) & Int64.max)
    }

    package static func double(of word: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: word ^ ((word &>> 63) & Int64.max)))
    }

    package static func word(of value: UInt64) -> Int64 { Int64(bitPattern: value ^ (1 << 63)) }
    package static func unsigned(of word: Int64) -> UInt64 { UInt64(bitPattern: word) ^ (1 << 63) }
}
