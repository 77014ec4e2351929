import TapeColumns

/// Columns of a result table and how each is read off a row: one description for the store's table and for the tree's file.
package struct ResultTable<Row>: Sendable {
    package struct Column: Sendable {
        package var schema: ColumnSchema
        /// Appends a run of rows: one call a run, so that its loop is a plain one.
        var append: @Sendable (ArraySlice<Row>, inout ResultColumnBuilder) -> Void
    }

    package var columns: [Column]

    package var schemas: [ColumnSchema] { columns.map(\.schema) }

    /// Rows are wide and columns many: so many rows at a time stay in the nearest cache while every column reads them.
    private static var rowsPerRun: Int { 32 }

    /// A vector per column, and what the words of string columns index.
    package func vectors(_ rows: [Row]) -> (vectors: [ColumnVector], dictionaries: [[String]]) {
        var builders = columns.map { _ in ResultColumnBuilder(rowCount: rows.count) }
        for start in stride(from: 0, to: rows.count, by: ResultTable.rowsPerRun) {
            let run = rows[start..<min(rows.count, start + ResultTable.rowsPerRun)]
            for index in columns.indices { columns[index].append(run, &builders[index]) }
        }
        return (builders.map(\.vector), builders.map(\.strings))
    }

    @inline(__always)
    static func identifier(_ name: String, _ type: ColumnType, _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        word(ColumnSchema(name: name, type: type, isNullable: true, role: .identifier), value)
    }

    @inline(__always)
    static func integer(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        word(ColumnSchema(name: name, type: .int64, isNullable: true, unit: unit), value)
    }

    @inline(__always)
    static func time(_ name: String, _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        word(ColumnSchema(name: name, type: .timestamp, isNullable: true, unit: "ns UTC"), value)
    }

    @inline(__always)
    static func flag(_ name: String, _ value: @escaping @Sendable (Row) -> Bool?) -> Column {
        word(ColumnSchema(name: name, type: .bool, isNullable: true)) { value($0).map { $0 ? 1 : 0 } }
    }

    // Inlined, with its closures, into the list of columns, so that each loop reads one field of a row instead of calling for it.
    @inline(__always)
    private static func word(_ schema: ColumnSchema, _ value: @escaping @Sendable (Row) -> Int64?) -> Column {
        Column(schema: schema) { rows, builder in
            for row in rows.indices { builder.append(value(rows[row])) }
        }
    }

    @inline(__always)
    static func real(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (Row) -> Double?) -> Column {
        Column(schema: ColumnSchema(name: name, type: .float64, isNullable: true, unit: unit)) { rows, builder in
            for row in rows.indices { builder.append(value(rows[row]).map { ColumnWord.word(of: $0) }) }
        }
    }

    /// A column of few different texts: each row names one of `names`.
    @inline(__always)
    static func name(_ name: String, of names: [String], _ value: @escaping @Sendable (Row) -> Int) -> Column {
        Column(schema: ColumnSchema(name: name, type: .string)) { rows, builder in
            for row in rows.indices { builder.append(value(rows[row]), of: names) }
        }
    }
}

/// The words of a column of results as they are formed.
struct ResultColumnBuilder: Sendable {
    private var words: [Int64] = []
    private var nullRows: [Int32] = []
    /// Per name its code, in the order of first appearance; -1 for those that have not appeared.
    private var codes: [Int64] = []
    private(set) var strings: [String] = []

    init(rowCount: Int) { words.reserveCapacity(rowCount) }

    @inline(__always)
    mutating func append(_ word: Int64?) {
        if word == nil { nullRows.append(Int32(truncatingIfNeeded: words.count)) }
        words.append(word ?? 0)
    }

    mutating func append(_ number: Int, of names: [String]) {
        if codes.isEmpty { codes = [Int64](repeating: -1, count: names.count) }
        if codes[number] < 0 {
            codes[number] = Int64(strings.count)
            strings.append(names[number])
        }
        words.append(codes[number])
    }

    var vector: ColumnVector {
        guard !nullRows.isEmpty else { return ColumnVector(words: words) }
        var nulls = NullMask(count: words.count)
        for row in nullRows { nulls.setNull(Int(row)) }
        return ColumnVector(words: words, nulls: nulls)
    }
}
