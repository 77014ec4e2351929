import TapeColumns
import TapeMarket
import TapeQuery
import TapeReport

/// Columns of equal length: the answer to a question, or rows of a stored partition.
public struct Answer: Sendable {
    public let columns: [Column]
    private let result: ResultSet

    init(_ result: ResultSet) {
        self.result = result
        columns = result.columns.map { Column($0) }
    }

    public var rowCount: Int { result.rowCount }

    /// The first column of that name, folded as SQL folds names; nil if there is none.
    public func column(_ name: String) -> Column? { result.columnIndex(named: name).map { columns[$0] } }

    /// The answer as comma-separated values, as the command writes it (`docs/cli.md`).
    public var csv: String { String(decoding: ResultRenderer(.csv).render(result), as: UTF8.self) }
}

/// One column of an answer.
///
/// `subscript` gives any row's value in its type. Loops over many rows borrow the column's memory instead (`withIntegers`, `withTexts`), as it is.
public struct Column: Sendable {
    /// What the values are.
    public enum Kind: Hashable, Sendable {
        /// 64 bits, signed.
        case integer
        /// 64 bits, without a sign.
        case unsigned
        /// The value is an integer / 10^scale.
        case decimal(scale: Int)
        /// An exact sum: up to 128 bits, the integer / 10^scale.
        case sum(scale: Int)
        case real
        case boolean
        /// Days since 1970-01-01.
        case date
        /// Nanoseconds since 1970-01-01T00:00:00Z.
        case time
        case text
    }

    /// A value by itself. Its description is what CSV shows.
    public enum Value: Hashable, Sendable {
        case null
        case integer(Int128)
        /// digits / 10^scale.
        case decimal(digits: Int128, scale: Int)
        case real(Double)
        case boolean(Bool)
        case date(days: Int32)
        case time(nanoseconds: Int64)
        case text(String)
    }

    private let column: ResultColumn

    init(_ column: ResultColumn) { self.column = column }

    public var name: String { column.name }
    /// Whether values name things instead of measuring them: then they are compared, never added up.
    public var isIdentifier: Bool { column.role == .identifier }
    public var count: Int { column.count }

    public var kind: Kind {
        if case .wide = column.values {
            if case .decimal(let scale) = column.type { return .sum(scale: scale) }
            return .sum(scale: 0)
        }
        switch column.type {
        case .int8, .int16, .int32, .int64: return .integer
        case .uint64: return .unsigned
        case .decimal(let scale): return .decimal(scale: scale)
        case .float64: return .real
        case .bool: return .boolean
        case .date: return .date
        case .timestamp: return .time
        case .string: return .text
        }
    }

    public func isNull(_ row: Int) -> Bool {
        switch column.values {
        case .words(let vector, _): vector[row] == nil
        case .wide(let values): values[row] == nil
        }
    }

    /// Whether any row is null; where none is, loops need not ask `isNull`.
    public var hasNulls: Bool {
        switch column.values {
        case .words(let vector, _): (vector.nulls?.nullCount ?? 0) > 0
        case .wide(let values): values.contains { $0 == nil }
        }
    }

    public subscript(row: Int) -> Value {
        switch column.values {
        case .wide(let values):
            guard let digits = values[row] else { return .null }
            if case .decimal(let scale) = column.type { return .decimal(digits: digits, scale: scale) }
            return .integer(digits)
        case .words(let vector, let dictionary):
            guard let word = vector[row] else { return .null }
            return Column.value(word, column.type, dictionary)
        }
    }

    private static func value(_ word: Int64, _ type: ColumnType, _ dictionary: [String]) -> Value {
        switch type {
        case .int8, .int16, .int32, .int64: .integer(Int128(word))
        case .uint64: .integer(Int128(ColumnWord.unsigned(of: word)))
        case .decimal(let scale): .decimal(digits: Int128(word), scale: scale)
        case .float64: .real(ColumnWord.double(of: word))
        case .bool: .boolean(word != 0)
        case .date: .date(days: Int32(truncatingIfNeeded: word))
        case .timestamp: .time(nanoseconds: word)
        case .string: .text(dictionary.indices.contains(Int(word)) ? dictionary[Int(word)] : "")
        }
    }

    /// Lends the values of a column of integers, decimals (their digits), booleans (0 and 1), dates (days) or times (nanoseconds), one per row, without
    /// copying any; nil for other kinds. At rows that are null the number means nothing.
    public func withIntegers<Result>(_ body: (Span<Int64>) throws -> Result) rethrows -> Result? {
        switch kind {
        case .integer, .decimal, .boolean, .date, .time:
            guard case .words(let vector, _) = column.values else { return nil }
            return try body(vector.words.span)
        case .unsigned, .sum, .real, .text: return nil
        }
    }

    /// Lends the values of a column of exact sums, without copying any; nil for other kinds.
    public func withSums<Result>(_ body: (Span<Int128?>) throws -> Result) rethrows -> Result? {
        guard case .wide(let values) = column.values else { return nil }
        return try body(values.span)
    }

    /// Lends the values of a column of reals; nil for other kinds. They are stored in a form that orders as integers do, and turned back once per call.
    public func withReals<Result>(_ body: (Span<Double>) throws -> Result) rethrows -> Result? {
        guard kind == .real, case .words(let vector, _) = column.values else { return nil }
        let reals = vector.words.map { ColumnWord.double(of: $0) }
        return try body(reals.span)
    }

    /// Lends the values of a column of texts, without copying any: the distinct texts, and per row the index of its text; nil for other kinds.
    public func withTexts<Result>(_ body: (_ indices: Span<Int64>, _ texts: [String]) throws -> Result) rethrows -> Result? {
        guard kind == .text, case .words(let vector, let dictionary) = column.values else { return nil }
        return try body(vector.words.span, dictionary)
    }
}

extension Column.Value: CustomStringConvertible {
    public var description: String {
        switch self {
        case .null: return ""
        case .integer(let value): return String(value)
        case .decimal(let digits, let scale): return Column.Value.decimal(digits, scale)
        case .real(let value): return value.description
        case .boolean(let value): return value.description
        case .date(let days): return CivilDate.text(days)
        case .time(let nanoseconds): return ExchangeTime.text(nanoseconds)
        case .text(let text): return text
        }
    }

    private static func decimal(_ digits: Int128, _ scale: Int) -> String {
        guard scale > 0 else { return String(digits) }
        let magnitude = String(digits.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - magnitude.count)) + magnitude
        return (digits < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}
