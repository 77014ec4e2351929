import TapeBytes
import TapeColumns

/// Names a chunk of the input: the file's place among the inputs, and the chunk's within the file. Where a file is cut depends on its contents and
/// the chunk size alone.
struct ChunkID: Hashable, Comparable, Sendable {
    var file: Int
    var index: Int

    static func < (left: ChunkID, right: ChunkID) -> Bool { (left.file, left.index) < (right.file, right.index) }
}

/// One column of rows that wait to be encoded.
struct StagedColumn: Sendable {
    let words: NarrowWords
    /// nil where no row is null.
    let nulls: NullMask?
    /// What the words of a string column index; empty for others.
    let texts: [[UInt8]]

    /// Whether there are nulls, and texts; to be read without a copy of either.
    let hasNulls: Bool
    let hasTexts: Bool

    init(words: NarrowWords, nulls: NullMask?, texts: [[UInt8]] = []) {
        self.words = words
        self.nulls = nulls
        self.texts = texts
        (hasNulls, hasTexts) = (nulls != nil, !texts.isEmpty)
    }

    func isNull(_ row: Int) -> Bool { nulls.map { $0[row] } ?? false }
}

/// Rows of one table that wait to be encoded, those of one partition next to each other. Immutable, and shared by the partitions that have
/// rows in it: a partition gets its rows by naming their range, nothing is copied.
final class StagedChunk: Sendable {
    let id: ChunkID
    let rowCount: Int
    let columns: [StagedColumn]
    let sizeInBytes: Int

    init(id: ChunkID, rowCount: Int, columns: [StagedColumn]) {
        self.id = id
        self.rowCount = rowCount
        self.columns = columns
        // The constants stand for what arrays take besides their contents.
        sizeInBytes = columns.reduce(0) { size, column in
            let texts = column.texts.reduce(0) { $0 + $1.count + 48 }
            return size + column.words.bytes.count + (column.nulls == nil ? 0 : rowCount / 8) + texts + 96
        }
    }

    // Both through a span, so that no count of references is touched.

    func hasNulls(_ column: Int) -> Bool {
        let columns = self.columns
        let span = columns.span
        return span[column].hasNulls
    }

    /// Appends the words of some rows of a column.
    func append(_ column: Int, _ range: Range<Int>, to words: inout OutputSpan<Int64>) {
        let columns = self.columns
        let span = columns.span
        span[column].words.append(range, to: &words)
    }
}

/// Some rows of a staged chunk, all of one partition.
struct StagedRows: Sendable {
    let chunk: StagedChunk
    let range: Range<Int>

    /// The share of the chunk's bytes that the rows take.
    var sizeInBytes: Int { chunk.sizeInBytes * range.count / max(1, chunk.rowCount) }
}

extension StagedChunk {
    /// The given rows of a parsed chunk in the given order, such as one that brings those of a partition together; all as they are, without one.
    convenience init(_ parsed: ParsedChunk, _ rows: [Int32]?, id: ChunkID) {
        let rowCount = rows?.count ?? parsed.rowCount
        let columns = parsed.columns.map { column in
            StagedColumn(
                words: NarrowWords(
                    column.words, count: rowCount, rows: rows, low: min(column.low, column.high), high: max(column.low, column.high)),
                nulls: StagedChunk.nulls(column.nullRows, parsed.rowCount, rows), texts: column.texts)
        }
        self.init(id: id, rowCount: rowCount, columns: columns)
    }

    /// The null rows among `rowCount`, once rows are taken in the order of `rows`.
    private static func nulls(_ nullRows: [Int32], _ rowCount: Int, _ rows: [Int32]?) -> NullMask? {
        guard !nullRows.isEmpty else { return nil }
        var mask = NullMask(count: rows?.count ?? rowCount)
        guard let rows else {
            for row in nullRows { mask.setNull(Int(row)) }
            return mask
        }
        var marks = [UInt8](zeros: rowCount)
        for row in nullRows { marks[Int(row)] = 1 }
        for index in CodeVectors.markedRows(CodeVectors.take(marks, rows)) { mask.setNull(Int(index)) }
        return mask
    }

    /// The given rows of some parts, as indices into the parts' rows one after the other; all, where `rows` is nil.
    static func gathering(_ parts: [StagedRows], _ rows: [Int32]?, id: ChunkID = ChunkID(file: 0, index: 0)) -> StagedChunk {
        let count = parts.reduce(0) { $0 + $1.range.count }
        let columnCount = parts.first?.chunk.columns.count ?? 0
        var words = [Int64](repeating: 0, count: count)
        let sources = parts.map { (columns: $0.chunk.columns, range: $0.range) }
        let columns = (0..<columnCount).map { gather($0, sources, rows, &words) }
        return StagedChunk(id: id, rowCount: rows?.count ?? count, columns: columns)
    }

    /// Turns words that index the texts of a column into numbers of `table`.
    private static func renumber(
        _ source: StagedColumn, _ range: Range<Int>, _ start: Int, _ words: inout [Int64], _ table: inout TextTable
    ) {
        var codes: [Int64]
        // Few texts are numbered at once, and mostly are what they were.
        if source.texts.count <= range.count {
            codes = source.texts.map { Int64(table.insert($0)) }
            if codes.elementsEqual(0..<Int64(codes.count)) { return }
        } else {
            codes = [Int64](repeating: -1, count: source.texts.count)
        }
        for row in range where !source.isNull(row) {
            let index = start + row - range.lowerBound
            let word = Int(words[index])
            if codes[word] < 0 { codes[word] = Int64(table.insert(source.texts[word])) }
            words[index] = codes[word]
        }
    }

    /// The words of all parts as they are, one after the other; nil where they differ in form, or mean texts of their own.
    private static func joined(_ column: Int, _ parts: Span<(columns: [StagedColumn], range: Range<Int>)>) -> NarrowWords? {
        guard parts.count > 0 else { return nil }
        let (base, width) = (parts[0].columns[column].words.base, parts[0].columns[column].words.width)
        var count = 0
        for place in parts.indices {
            let columns = parts[place].columns.span
            guard !columns[column].hasTexts, columns[column].words.base == base, columns[column].words.width == width else { return nil }
            count += parts[place].range.count
        }
        var words = NarrowWords(base: base, width: width, reserving: count)
        for place in parts.indices { words.append(parts[place].columns[column].words, parts[place].range) }
        return words
    }

    private static func gather(
        _ column: Int, _ parts: [(columns: [StagedColumn], range: Range<Int>)], _ rows: [Int32]?, _ words: inout [Int64]
    ) -> StagedColumn {
        var start = 0
        var table = TextTable()
        var nullRows: [Int32] = []
        // Through spans, so that no count of references is touched: other workers read the same chunks.
        let all = parts.span
        let joined = joined(column, all)
        for place in all.indices {
            let range = all[place].range
            if joined == nil { all[place].columns[column].words.widen(range, into: &words, at: start) }
            if all[place].columns[column].hasNulls, let nulls = all[place].columns[column].nulls {
                nulls.forEachNull(in: range) { nullRows.append(Int32(start + $0 - range.lowerBound)) }
            }
            if all[place].columns[column].hasTexts { renumber(all[place].columns[column], range, start, &words, &table) }
            start += range.count
        }
        let narrow: NarrowWords
        if let joined {
            narrow = rows.map { joined.gathered($0) } ?? joined
        } else {
            let summary = start > 0 ? Words.summary(words.span, 0..<start) : (min: 0, max: 0, changes: 0)
            narrow = NarrowWords(words, count: rows?.count ?? start, rows: rows, low: summary.min, high: summary.max)
        }
        return StagedColumn(words: narrow, nulls: nulls(nullRows, start, rows), texts: table.texts)
    }
}

extension [StagedRows] {
    var rowCount: Int { reduce(0) { $0 + $1.range.count } }
}

extension StagedRows {
    /// All rows of a chunk.
    init(_ chunk: StagedChunk) { self.init(chunk: chunk, range: 0..<chunk.rowCount) }

    /// The same rows in pieces of at most `count`.
    func split(_ count: Int) -> [StagedRows] {
        stride(from: range.lowerBound, to: range.upperBound, by: count).map {
            StagedRows(chunk: chunk, range: $0..<Swift.min($0 + count, range.upperBound))
        }
    }
}
