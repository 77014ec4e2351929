import TapeColumns

/// Columns of a result table and how each is read off a row: one description for the store's table and for the tree's file.
package struct ResultTable<Row>: Sendable {
    package struct Column: Sendable {
        package var schema: ColumnSchema
        /// The column's words of all rows, and what they index if it is of strings: one call a column, so that its loop is a plain one.
        var vector: @Sendable ([Row]) -> (ColumnVector, [String])
    }

    package var columns: [Column]

    package var schemas: [ColumnSchema] { columns.map(\.schema) }

    /// A vector per column, and what the words of string columns index.
    package func vectors(_ rows: [Row]) -> (vectors: [ColumnVector], dictionaries: [[String]]) {
        var vectors: [ColumnVector] = []
        var dictionaries: [[String]] = []
        for column in columns {
            let (vector, dictionary) = column.vector(rows)
            vectors.append(vector)
            dictionaries.append(dictionary)
        }
        return (vectors, dictionaries)
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
        Column(schema: schema) { rows in
            var vector = ColumnVector(words: [Int64](repeating: 0, count: rows.count))
            for index in rows.indices {
                if let word = value(rows[index]) { vector.words[index] = word } else { vector.setNull(index) }
            }
            return (vector, [])
        }
    }

    @inline(__always)
    static func real(_ name: String, _ unit: String = "", _ value: @escaping @Sendable (Row) -> Double?) -> Column {
        Column(schema: ColumnSchema(name: name, type: .float64, isNullable: true, unit: unit)) { rows in
            var vector = ColumnVector(words: [Int64](repeating: 0, count: rows.count))
            for index in rows.indices {
                if let real = value(rows[index]) { vector.words[index] = ColumnWord.word(of: real) } else { vector.setNull(index) }
            }
            return (vector, [])
        }
    }

    /// A column of few different texts: each row names one of `names`.
    @inline(__always)
    static func name(_ name: String, of names: [String], _ value: @escaping @Sendable (Row) -> Int) -> Column {
        Column(schema: ColumnSchema(name: name, type: .string)) { rows in
            var codes = [Int64](repeating: -1, count: names.count)
            var strings: [String] = []
            var words = [Int64](repeating: 0, count: rows.count)
            for index in rows.indices {
                let number = value(rows[index])
                if codes[number] < 0 {
                    codes[number] = Int64(strings.count)
                    strings.append(names[number])
                }
                words[index] = codes[number]
            }
            return (ColumnVector(words: words), strings)
        }
    }
}
