import TapeColumns

/// One row of the table `files`: an input file that a convert stored.
package struct FileRecord: Hashable, Sendable {
    package static let table = "files"

    /// The number that `SegmentEntry.sources` uses, from 1 on.
    package var number: Int
    package var path: String
    /// The table that its rows went to.
    package var table: String
    /// As read from the disk, compressed or not.
    package var sizeInBytes: Int
    /// A 64-bit hash of the contents; two files of equal size and hash are taken for the same.
    package var contentHash: UInt64
    package var rowsRead: Int
    package var rowsRejected: Int
    /// Rows of partitions that were not selected, or were stored from the same contents before.
    package var rowsLeftOut: Int
    /// What was selected, in words; empty for all.
    package var selection: String

    package init(
        number: Int, path: String, table: String, sizeInBytes: Int, contentHash: UInt64, rowsRead: Int, rowsRejected: Int, rowsLeftOut: Int,
        selection: String
    ) {
        self.number = number
        self.path = path
        self.table = table
        self.sizeInBytes = sizeInBytes
        self.contentHash = contentHash
        self.rowsRead = rowsRead
        self.rowsRejected = rowsRejected
        self.rowsLeftOut = rowsLeftOut
        self.selection = selection
    }

    package static let columns: [ColumnSchema] = [
        ColumnSchema(name: "file", type: .int64, role: .identifier),
        ColumnSchema(name: "path", type: .string),
        ColumnSchema(name: "table", type: .string),
        ColumnSchema(name: "bytes", type: .int64),
        ColumnSchema(name: "content_hash", type: .uint64, role: .identifier),
        ColumnSchema(name: "rows_read", type: .int64),
        ColumnSchema(name: "rows_rejected", type: .int64),
        ColumnSchema(name: "rows_left_out", type: .int64),
        ColumnSchema(name: "selection", type: .string),
    ]
    /// Columns that stores of earlier versions lack.
    private static let added: Set<String> = ["rows_left_out", "selection"]

    package static func image(_ records: [FileRecord]) -> SegmentImage {
        var paths = StringColumn()
        var tables = StringColumn()
        var selections = StringColumn()
        for record in records {
            paths.append(record.path)
            tables.append(record.table)
            selections.append(record.selection)
        }
        var writer = SegmentWriter(columns: columns)
        func numbers(_ value: (FileRecord) -> Int64) -> ColumnVector { ColumnVector(words: records.map(value)) }
        writer.appendAll([
            numbers { Int64($0.number) }, paths.vector, tables.vector, numbers { Int64($0.sizeInBytes) },
            numbers { ColumnWord.word(of: $0.contentHash) }, numbers { Int64($0.rowsRead) }, numbers { Int64($0.rowsRejected) },
            numbers { Int64($0.rowsLeftOut) }, selections.vector,
        ])
        return writer.finish(dictionaries: [[], paths.strings, tables.strings, [], [], [], [], [], selections.strings])
    }

    /// - Throws: `SegmentError`, `FileError`.
    package static func records(_ reader: SegmentReader) throws -> [FileRecord] {
        var cache = ColumnCache(reader)
        var vectors: [ColumnVector] = []
        var strings: [[String]] = []
        for column in columns {
            let index = reader.columnIndex(column.name)
            if index == nil, added.contains(column.name) {
                vectors.append(ColumnVector(words: [Int64](repeating: 0, count: reader.rowCount)))
                strings.append([])
                continue
            }
            guard let index, try reader.descriptor(index).type == column.type else {
                throw SegmentError(.malformed(expected: "a column of the table 'files'"), column: column.name)
            }
            vectors.append(try cache.vector(index))
            strings.append(try reader.strings(index))
        }
        return (0..<reader.rowCount).map { row in
            func number(_ column: Int) -> Int { Int(vectors[column].words[row]) }
            func text(_ column: Int) -> String {
                strings[column].indices.contains(number(column)) ? strings[column][number(column)] : ""
            }
            return FileRecord(
                number: number(0), path: text(1), table: text(2), sizeInBytes: number(3),
                contentHash: ColumnWord.unsigned(of: vectors[4].words[row]), rowsRead: number(5), rowsRejected: number(6), rowsLeftOut: number(7),
                selection: text(8))
        }
    }
}
