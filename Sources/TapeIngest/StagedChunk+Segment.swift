import TapeBytes
import TapeColumns

extension StagedChunk {
    /// All rows of a segment. Columns that it lacks read as null.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    convenience init(_ reader: SegmentReader, _ schema: TableSchema) throws {
        let columns = try schema.columns.map { try StagedChunk.column($0, reader) }
        self.init(id: ChunkID(file: 0, index: 0), rowCount: reader.rowCount, columns: columns)
    }

    private static func column(_ schema: ColumnSchema, _ reader: SegmentReader) throws -> StagedColumn {
        guard let index = reader.columnIndex(schema.name) else {
            let nothing = ColumnVector([Int64?](repeating: nil, count: reader.rowCount))
            return StagedColumn(words: NarrowWords(nothing.words, count: reader.rowCount, low: 0, high: 0), nulls: nothing.nulls)
        }
        // A cache for each column: it would keep the words of all.
        var cache = ColumnCache(reader)
        let vector = try cache.vector(index)
        let summary = vector.count > 0 ? Words.summary(vector.words.span, 0..<vector.count) : (min: 0, max: 0, changes: 0)
        var texts: [[UInt8]] = []
        if schema.type == .string {
            texts = try reader.strings(index).map { Array($0.utf8) }
            for row in vector.words.indices where vector.nulls?[row] != true {
                guard texts.indices.contains(Int(vector.words[row])) else {
                    throw SegmentError(.malformed(expected: "codes of the dictionary"), column: schema.name)
                }
            }
        }
        let words = NarrowWords(vector.words, count: vector.count, low: summary.min, high: summary.max)
        return StagedColumn(words: words, nulls: vector.nulls, texts: texts)
    }
}
