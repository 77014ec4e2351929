/// An input row refused, with the reason.
package struct RowError: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case badValue = "bad_value"
        case outOfRange = "out_of_range"
        case missingValue = "missing_value"
        case tooFewFields = "too_few_fields"
        case tooManyFields = "too_many_fields"
        case unclosedQuote = "unclosed_quote"
        case badQuote = "bad_quote"
    }

    package var kind: Kind
    /// Counted from 1, the header's line included.
    package var line: Int
    /// Of the row's first byte, from the start of the (inflated) file.
    package var byte: Int
    /// The field's number from 1 on and its column's name; nil for a row as a whole.
    package var field: Int?
    package var column: String?
    /// What was expected, such as `an integer`.
    package var expected: String
    package var value: String
    /// The row's text, cut after `rowSizeMax` bytes.
    package var row: String
    /// What a record counts for whose quotes or number of fields are wrong: each of its lines may have been a row of its own.
    package var lineCount = 1

    package static let rowSizeMax = 1 << 16
}
