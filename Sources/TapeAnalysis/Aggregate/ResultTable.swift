import TapeColumns

/// Columns of a result table and how each is read off a row: one description for the store's table and for the tree's file.
package struct ResultTable<Row>: Sendable {
    package enum Cell: Sendable {
        case integer(Int64?)
        case real(Double?)
        case text(String)
    }

    package struct Column: Sendable {
        package var schema: ColumnSchema
        package var cell: @Sendable (Row) -> Cell
    }

    package var columns: [Column]

    package var schemas: [ColumnSchema] { columns.map(\.schema) }

    /// A vector per column, and what the words of string columns index.
    package func vectors(_ rows: [Row]) -> (vectors: [ColumnVector], dictionaries: [[String]]) {
        var vectors: [ColumnVector] = []
        var dictionaries: [[String]] = []
        for column in columns {
            var words: [Int64?] = []
            words.reserveCapacity(rows.count)
            var strings: [String] = []
            var codes: [String: Int64] = [:]
            for row in rows {
                switch column.cell(row) {
                case .integer(let value): words.append(value)
                case .real(let value): words.append(value.map { ColumnWord.word(of: $0) })
                case .text(let text):
                    let code = codes[text] ?? Int64(strings.count)
                    if Int(code) == strings.count {
                        strings.append(text)
                        codes[text] = code
                    }
                    words.append(code)
                }
            }
            vectors.append(ColumnVector(words))
            dictionaries.append(strings)
        }
        return (vectors, dictionaries)
    }

    static func identifier(_ name: String, _ type: ColumnType, _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        Column(schema: ColumnSchema(name: name, type: type, isNullable: true, role: .identifier)) { .integer(value($0)) }
    }

    static func integer(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        Column(schema: ColumnSchema(name: name, type: .int64, isNullable: true, unit: unit)) { .integer(value($0)) }
    }

    static func time(_ name: String, _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        Column(schema: ColumnSchema(name: name, type: .timestamp, isNullable: true, unit: "ns UTC")) { .integer(value($0)) }
    }

    static func real(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (Row) -> Double?) -> Column {
        Column(schema: ColumnSchema(name: name, type: .float64, isNullable: true, unit: unit)) { .real(value($0)) }
    }

    static func text(_ name: String, _ value: @escaping @Sendable (Row) -> String) -> Column {
        Column(schema: ColumnSchema(name: name, type: .string)) { .text(value($0)) }
    }
}
