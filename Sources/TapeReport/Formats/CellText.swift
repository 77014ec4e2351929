import TapeColumns
import TapeMarket
import TapeQuery

/// Turns the values of one result column into text.
struct CellText {
    private let column: ResultColumn
    private let rawTimes: Bool

    init(_ column: ResultColumn, rawTimes: Bool) {
        self.column = column
        self.rawTimes = rawTimes
    }

    /// The value's text; nil where it is null.
    func text(_ row: Int) -> String? {
        switch column.values {
        case .wide(let values): return values[row].map { String($0) }
        case .words(let vector, let dictionary): return vector[row].map { text(word: $0, dictionary) }
        }
    }

    private func text(word: Int64, _ dictionary: [String]) -> String {
        switch column.type {
        case .int8, .int16, .int32, .int64: return String(word)
        case .uint64: return String(ColumnWord.unsigned(of: word))
        case .bool: return word == 0 ? "false" : "true"
        case .float64: return String(describing: ColumnWord.double(of: word))
        case .date: return CivilDate.text(Int32(truncatingIfNeeded: word))
        case .timestamp: return rawTimes ? String(word) : ExchangeTime.text(word)
        case .decimal(let scale): return CellText.decimal(word, scale)
        case .string: return dictionary.indices.contains(Int(word)) ? dictionary[Int(word)] : ""
        }
    }

    private static func decimal(_ word: Int64, _ scale: Int) -> String {
        guard scale > 0 else { return String(word) }
        let digits = String(word.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return (word < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// Whether values stand on the right of a table's column.
    var isNumber: Bool {
        switch column.type {
        case .string, .date, .timestamp, .bool: false
        default: true
        }
    }

    /// Whether JSON shows values without quotes: numbers and truth values that are no identifiers. Raw times are numbers above 2⁵³,
    /// which readers of JSON would round, and stay quoted.
    var isBareInJSON: Bool {
        if column.role == .identifier { return false }
        switch column.type {
        case .string, .date, .timestamp: return false
        default: return true
        }
    }
}
