import TapeColumns
import TapeStore

/// Builds a result row by row, for small answers whose rows come one at a time.
package struct ResultBuilder {
    /// One value of a row.
    package enum Cell: Hashable, Sendable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
    }

    private let columns: [ColumnSchema]
    private var words: [[Int64?]]
    private var strings: [StringColumn]

    package init(_ columns: [ColumnSchema]) {
        self.columns = columns
        words = columns.map { _ in [] }
        strings = columns.map { _ in StringColumn() }
    }

    /// Appends a row: a cell per column. Integers fit any type but float64 and string.
    package mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count, "a cell per column")
        for (column, cell) in row.enumerated() {
            switch cell {
            case .null: columns[column].type == .string ? strings[column].append(nil) : words[column].append(nil)
            case .integer(let value): words[column].append(value)
            case .real(let value): words[column].append(ColumnWord.word(of: value))
            case .text(let text): strings[column].append(text)
            }
        }
    }

    package var result: ResultSet {
        ResultSet(columns: columns.indices.map { index in
            let isString = columns[index].type == .string
            return ResultColumn(
                name: columns[index].name, type: columns[index].type, role: columns[index].role,
                values: .words(isString ? strings[index].vector : ColumnVector(words[index]),
                               dictionary: isString ? strings[index].strings : []))
        })
    }
}
