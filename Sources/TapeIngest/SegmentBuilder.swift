import TapeBytes
import TapeColumns

/// A finished segment, and what the catalog says of it.
struct FinishedSegment: Sendable {
    var image: SegmentImage
    var clusterMin: Int64
    var clusterMax: Int64
}

/// Encodes rows, which come in order and without duplicates, into segments of one partition. One builder serves a worker for partition after
/// partition of a table.
struct SegmentBuilder {
    /// A segment of this many rows is full; more rows of the partition go into another one.
    static let rowsPerSegment = 64 * SegmentLayout.rowsPerBlock
    /// A segment is full, too, behind the block with which the texts of a column take so many bytes.
    static let textSizePerSegment = 64 << 20

    private let schema: TableSchema
    private let clusterColumn: Int?
    private var writer: SegmentWriter
    /// The rows of the block being filled.
    private var pieces: [StagedRows] = []
    private var filled = 0
    /// Per column; empty for those that are no texts.
    private var texts: [SegmentTexts]
    private var clusterMin: Int64 = 0
    private var clusterMax: Int64 = 0

    init(_ schema: TableSchema) {
        self.schema = schema
        clusterColumn = schema.clusterKey.first.flatMap { name in schema.columns.firstIndex { $0.name == name } }
        writer = SegmentWriter(columns: schema.columns)
        texts = schema.columns.map { _ in SegmentTexts() }
    }

    /// Appends rows; `emit` is given each segment that they fill. Chunks are kept until their last block is full.
    ///
    /// - Throws: `ConvertError` where the texts of one block are too large for a segment; what `emit` throws.
    mutating func append(_ parts: [StagedRows], emit: (FinishedSegment) throws -> Void) throws {
        for part in parts {
            var first = part.range.lowerBound
            while first < part.range.upperBound {
                let end = min(part.range.upperBound, first + SegmentLayout.rowsPerBlock - filled)
                pieces.append(StagedRows(chunk: part.chunk, range: first..<end))
                filled += end - first
                first = end
                guard filled == SegmentLayout.rowsPerBlock else { continue }
                try appendBlock()
                let isFull = writer.rowCount == SegmentBuilder.rowsPerSegment || texts.contains { $0.sizeInBytes >= SegmentBuilder.textSizePerSegment }
                if isFull { try emit(finishSegment()) }
            }
        }
    }

    /// Lets go of the chunks whose rows wait for the block to be full: the rows are copied.
    mutating func detach() {
        if filled > 0 { pieces = [StagedRows(StagedChunk.gathering(pieces, nil))] }
    }

    /// Ends the partition.
    mutating func finish(emit: (FinishedSegment) throws -> Void) throws {
        if filled > 0 { try appendBlock() }
        if writer.rowCount > 0 { try emit(finishSegment()) }
    }

    private mutating func appendBlock() throws {
        if let clusterColumn, let first = pieces.first, let last = pieces.last {
            if writer.rowCount == 0 { clusterMin = first.chunk.columns[clusterColumn].words[first.range.lowerBound] }
            clusterMax = last.chunk.columns[clusterColumn].words[last.range.upperBound - 1]
        }
        let block = BlockRows(pieces: pieces, rowCount: filled)
        // Out of the builder meanwhile, whose writer is at work.
        var texts: [SegmentTexts] = []
        swap(&texts, &self.texts)
        writer.append(rowCount: filled) { [schema] column in
            var vector = block.vector(column)
            if schema.columns[column].type == .string { block.renumber(column, &vector.words, &texts[column]) }
            return vector
        }
        swap(&texts, &self.texts)
        (pieces, filled) = ([], 0)
        if let column = self.texts.firstIndex(where: { $0.sizeInBytes > SegmentLayout.textSizeMax }) {
            throw ConvertError(.textsTooLarge(table: schema.name, column: schema.columns[column].name))
        }
    }

    private mutating func finishSegment() -> FinishedSegment {
        let finished = writer
        writer = SegmentWriter(columns: schema.columns)
        let image = finished.finish(dictionaries: texts.map(\.texts))
        texts = schema.columns.map { _ in SegmentTexts() }
        return FinishedSegment(image: image, clusterMin: clusterMin, clusterMax: clusterMax)
    }
}

/// The texts of a segment's column, in order of first appearance, and the code of each.
struct SegmentTexts {
    private(set) var texts: [String] = []
    /// Of all their UTF-8.
    private(set) var sizeInBytes = 0
    private var codes: [[UInt8]: Int64] = [:]

    mutating func code(of text: [UInt8]) -> Int64 {
        if let code = codes[text] { return code }
        let code = Int64(texts.count)
        codes[text] = code
        sizeInBytes += text.count
        texts.append(String(decoding: text, as: UTF8.self))
        return code
    }
}

/// The rows of one block.
private struct BlockRows {
    let pieces: [StagedRows]
    let rowCount: Int

    func vector(_ column: Int) -> ColumnVector {
        let words = [Int64](capacity: rowCount) { words in
            for piece in pieces { piece.chunk.append(column, piece.range, to: &words) }
        }
        return ColumnVector(words: words, nulls: nulls(column))
    }

    private func nulls(_ column: Int) -> NullMask? {
        guard pieces.contains(where: { $0.chunk.hasNulls(column) }) else { return nil }
        var mask = NullMask(count: rowCount)
        var hasNull = false
        var start = 0
        for piece in pieces {
            if let nulls = piece.chunk.columns[column].nulls {
                nulls.forEachNull(in: piece.range) { row in
                    mask.setNull(start + row - piece.range.lowerBound)
                    hasNull = true
                }
            }
            start += piece.range.count
        }
        return hasNull ? mask : nil
    }

    /// Turns words that index the texts of the chunks into codes of the segment.
    func renumber(_ column: Int, _ words: inout [Int64], _ texts: inout SegmentTexts) {
        var start = 0
        for piece in pieces {
            let source = piece.chunk.columns[column]
            var codeOfWord = [Int64](repeating: -1, count: source.texts.count)
            for row in piece.range where !source.isNull(row) {
                let position = start + row - piece.range.lowerBound
                let word = Int(words[position])
                if codeOfWord[word] < 0 { codeOfWord[word] = texts.code(of: source.texts[word]) }
                words[position] = codeOfWord[word]
            }
            start += piece.range.count
        }
    }
}
