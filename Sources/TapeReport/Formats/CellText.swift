import TapeBytes
import TapeColumns
import TapeMarket
import TapeQuery

/// Writes the values of one result column as text, value by value, behind what has been written.
struct CellText {
    private let type: ColumnType
    private let role: ColumnSchema.Role
    private let rawTimes: Bool
    private let isString: Bool
    private let words: [Int64]
    private let nulls: NullMask?
    private let dictionary: [String]
    private let wide: [Int128?]
    /// The offset of the last time written, which is mostly that of the next.
    private var offset = ExchangeTime.offsetSpan(at: 0)

    init(_ column: ResultColumn, rawTimes: Bool) {
        type = column.type
        role = column.role
        self.rawTimes = rawTimes
        isString = column.type == .string
        switch column.values {
        case .words(let vector, let dictionary):
            (words, nulls, self.dictionary, wide) = (vector.words, vector.nulls, dictionary, [])
        case .wide(let values):
            (words, nulls, dictionary, wide) = ([], nil, [], values)
        }
    }

    func isNull(_ row: Int) -> Bool {
        guard wide.isEmpty else { return wide[row] == nil }
        return nulls?[row] ?? false
    }

    /// The text of a string column's value, which formats protect each in its way; nil for other types, which hold nothing to protect.
    func string(_ row: Int) -> String? {
        guard isString, wide.isEmpty else { return nil }
        let code = Int(words[row])
        return dictionary.indices.contains(code) ? dictionary[code] : ""
    }

    /// What each format writes in its own way.
    enum Special {
        case null
        case text(String)
    }

    /// Appends a value that is neither null nor a string; returns those instead.
    mutating func appendPlain(_ row: Int, to bytes: inout [UInt8]) -> Special? {
        if isNull(row) { return .null }
        if let text = string(row) { return .text(text) }
        append(row, to: &bytes)
        return nil
    }

    /// Appends a value that is neither null nor a string.
    mutating func append(_ row: Int, to bytes: inout [UInt8]) {
        guard wide.isEmpty else { return Digits.append(wide[row] ?? 0, scale: scale, to: &bytes) }
        let word = words[row]
        switch type {
        case .int8, .int16, .int32, .int64, .decimal: Digits.append(word, scale: scale, to: &bytes)
        case .uint64: Digits.append(ColumnWord.unsigned(of: word), to: &bytes)
        case .bool: bytes.append(contentsOf: (word == 0 ? "false" : "true").utf8)
        case .float64: Digits.append(ColumnWord.double(of: word), to: &bytes)
        case .date: CivilDate.append(Int32(truncatingIfNeeded: word), to: &bytes)
        case .timestamp: appendTime(word, to: &bytes)
        case .string: break
        }
    }

    private mutating func appendTime(_ word: Int64, to bytes: inout [UInt8]) {
        guard !rawTimes else { return Digits.append(word, scale: 0, to: &bytes) }
        if !offset.contains(word) { offset = ExchangeTime.offsetSpan(at: word) }
        ExchangeTime.append(word, in: offset, to: &bytes)
    }

    private var scale: Int {
        if case .decimal(let scale) = type { return scale }
        return 0
    }

    /// Whether values stand on the right of a table's column.
    var isNumber: Bool {
        switch type {
        case .string, .date, .timestamp, .bool: false
        default: true
        }
    }

    /// Whether JSON shows a value without quotes: numbers and truth values that are no identifiers. Raw times are numbers above 2⁵³,
    /// which readers of JSON would round, and stay quoted.
    var isBareInJSON: Bool {
        if role == .identifier { return false }
        switch type {
        case .string, .date, .timestamp: return false
        default: return true
        }
    }

    /// Whether the value is an infinity or no number, which JSON cannot say.
    func isBeyondJSON(_ row: Int) -> Bool { type == .float64 && wide.isEmpty && !ColumnWord.double(of: words[row]).isFinite }
}

/// Numbers as decimal digits.
enum Digits {
    static func append(_ value: UInt64, to bytes: inout [UInt8]) { bytes.appendDigits(value) }

    /// As few digits as tell the value from all others. Whole numbers, of which there are many, go the short way.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.magnitude < 1e15, value == value.rounded(.towardZero), !(value == 0 && value.sign == .minus) else {
            return bytes.append(contentsOf: value.description.utf8)
        }
        append(Int64(value), scale: 0, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0"))
    }

    /// value / 10^scale, with all `scale` decimals.
    static func append(_ value: Int64, scale: Int, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        append(value.magnitude, to: &bytes)
        if scale > 0 { insertPoint(scale, from: start, &bytes) }
    }

    static func append(_ value: Int128, scale: Int, to bytes: inout [UInt8]) {
        if let small = Int64(exactly: value) { return append(small, scale: scale, to: &bytes) }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        bytes.append(contentsOf: String(value.magnitude).utf8)
        if scale > 0 { insertPoint(scale, from: start, &bytes) }
    }

    /// Puts the decimal point into the digits behind `start`, and zeros before them where there are too few.
    private static func insertPoint(_ scale: Int, from start: Int, _ bytes: inout [UInt8]) {
        while bytes.count - start <= scale { bytes.insert(UInt8(ascii: "0"), at: start) }
        bytes.insert(UInt8(ascii: "."), at: bytes.count - scale)
    }
}
