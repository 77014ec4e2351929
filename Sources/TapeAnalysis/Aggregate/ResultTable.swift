import TapeColumns

/// Columns of a result table and how each is read off a row: one description for the store's table and for the tree's file.
package struct ResultTable<Row>: Sendable {
    package struct Column: Sendable {
        package var schema: ColumnSchema
        /// What the words of a string column index.
        var names: [String] = []
        /// Stores a word for each of at most 64 rows, from a place on; bit i of the result is set where row i has none.
        var store: @Sendable (Span<Row>, inout MutableSpan<Int64>, _ start: Int) -> UInt64
    }

    package var columns: [Column]

    package var schemas: [ColumnSchema] { columns.map(\.schema) }

    /// Rows are wide and columns many: so many rows at a time stay in the nearest caches while every column reads them. A word of a null mask.
    private static var rowsPerRun: Int { 64 }

    /// A vector per column, and what the words of string columns index.
    package func vectors(_ rows: [Row]) -> (vectors: [ColumnVector], dictionaries: [[String]]) {
        var words = columns.map { _ in [Int64](repeating: 0, count: rows.count) }
        var nulls = columns.map { _ in [UInt64]() }
        let all = rows.span
        for start in stride(from: 0, to: rows.count, by: ResultTable.rowsPerRun) {
            let run = all.extracting(start..<min(rows.count, start + ResultTable.rowsPerRun))
            for index in columns.indices {
                var span = words[index].mutableSpan
                nulls[index].append(columns[index].store(run, &span, start))
            }
        }
        let vectors = columns.indices.map { ColumnVector(words: words[$0], nulls: NullMask(bits: nulls[$0], count: rows.count)) }
        return (vectors, columns.map(\.names))
    }

    @inline(__always)
    static func identifier(_ name: String, _ type: ColumnType, _ value: @escaping @Sendable (borrowing Row) -> Int64?) -> Column {
        word(ColumnSchema(name: name, type: type, isNullable: true, role: .identifier), value)
    }

    @inline(__always)
    static func integer(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (borrowing Row) -> Int64?) -> Column {
        word(ColumnSchema(name: name, type: .int64, isNullable: true, unit: unit), value)
    }

    @inline(__always)
    static func time(_ name: String, _ value: @escaping @Sendable (borrowing Row) -> Int64?) -> Column {
        word(ColumnSchema(name: name, type: .timestamp, isNullable: true, unit: "ns UTC"), value)
    }

    @inline(__always)
    static func flag(_ name: String, _ value: @escaping @Sendable (borrowing Row) -> Bool?) -> Column {
        word(ColumnSchema(name: name, type: .bool, isNullable: true)) { value($0).map { $0 ? 1 : 0 } }
    }

    // Inlined, with its closures, into the list of columns, so that each loop reads one field of a row instead of calling for it.
    @inline(__always)
    private static func word(_ schema: ColumnSchema, _ value: @escaping @Sendable (borrowing Row) -> Int64?) -> Column {
        Column(schema: schema) { rows, words, start in
            var nulls: UInt64 = 0
            for row in 0..<rows.count {
                if let word = value(rows[row]) { words[start + row] = word } else { nulls |= 1 << UInt64(row) }
            }
            return nulls
        }
    }

    @inline(__always)
    static func real(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (borrowing Row) -> Double?) -> Column {
        word(ColumnSchema(name: name, type: .float64, isNullable: true, unit: unit)) { value($0).map { ColumnWord.word(of: $0) } }
    }

    /// A column of few different texts: each row names one of `names`.
    @inline(__always)
    static func name(_ name: String, of names: [String], _ value: @escaping @Sendable (borrowing Row) -> Int) -> Column {
        var column = word(ColumnSchema(name: name, type: .string)) { Int64(value($0)) }
        column.names = names
        return column
    }
}
