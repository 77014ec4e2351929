import TapeBytes
import TapeColumns

/// A finished segment, and what the catalog says of it.
struct FinishedSegment: Sendable {
    var image: SegmentImage
    var clusterMin: Int64
    var clusterMax: Int64
}

/// Encodes rows, which come in order and without duplicates, into segments of one partition. One builder serves a worker for partition after
/// partition of a table, so that its buffers are taken once.
struct SegmentBuilder {
    /// A segment of this many rows is full; more rows of the partition go into another one.
    static let rowsPerSegment = 64 * SegmentLayout.rowsPerBlock

    private let schema: TableSchema
    private let clusterColumn: Int?
    private let textColumns: [Int]
    private var writer: SegmentWriter
    /// The block being filled.
    private var block: [ColumnVector]
    private var filled = 0
    /// Per text column of the segment: its texts in order of first appearance, and the code of each.
    private var texts: [[String]]
    private var codes: [[[UInt8]: Int64]]
    private var clusterMin: Int64 = 0
    private var clusterMax: Int64 = 0

    init(_ schema: TableSchema) {
        self.schema = schema
        clusterColumn = schema.clusterKey.first.flatMap { name in schema.columns.firstIndex { $0.name == name } }
        textColumns = schema.columns.indices.filter { schema.columns[$0].type == .string }
        writer = SegmentWriter(columns: schema.columns)
        block = schema.columns.map { _ in ColumnVector(words: [Int64](repeating: 0, count: SegmentLayout.rowsPerBlock)) }
        texts = schema.columns.map { _ in [] }
        codes = schema.columns.map { _ in [:] }
    }

    /// Appends rows; `emit` is given each segment that they fill.
    mutating func append(_ parts: [StagedRows], emit: (FinishedSegment) throws -> Void) rethrows {
        var pieces: [(rows: StagedRows, start: Int)] = []
        var count = filled
        for part in parts {
            var first = part.range.lowerBound
            while first < part.range.upperBound {
                let end = min(part.range.upperBound, first + SegmentLayout.rowsPerBlock - count)
                pieces.append((StagedRows(chunk: part.chunk, range: first..<end), count))
                count += end - first
                first = end
                guard count == SegmentLayout.rowsPerBlock else { continue }
                fill(pieces)
                appendBlock(count)
                (pieces, count) = ([], 0)
                if writer.rowCount == SegmentBuilder.rowsPerSegment { try emit(finishSegment()) }
            }
        }
        fill(pieces)
        filled = count
    }

    /// Ends the partition.
    mutating func finish(emit: (FinishedSegment) throws -> Void) rethrows {
        if filled > 0 { appendBlock(filled) }
        filled = 0
        if writer.rowCount > 0 { try emit(finishSegment()) }
    }

    /// Copies rows into the block.
    private mutating func fill(_ pieces: [(rows: StagedRows, start: Int)]) {
        for (rows, start) in pieces {
            rows.chunk.widen(rows.range, into: &block, at: start)
            for column in textColumns { renumber(column, rows, start) }
        }
    }

    /// Numbers texts in the order of their first appearance in the segment.
    private mutating func renumber(_ column: Int, _ rows: StagedRows, _ start: Int) {
        let source = rows.chunk.columns[column]
        var codeOfWord = [Int64](repeating: -1, count: source.texts.count)
        for row in rows.range where !source.isNull(row) {
            let position = start + row - rows.range.lowerBound
            let word = Int(block[column].words[position])
            if codeOfWord[word] < 0 { codeOfWord[word] = code(of: source.texts[word], column) }
            block[column].words[position] = codeOfWord[word]
        }
    }

    private mutating func code(of text: [UInt8], _ column: Int) -> Int64 {
        if let code = codes[column][text] { return code }
        let code = Int64(texts[column].count)
        codes[column][text] = code
        texts[column].append(String(decoding: text, as: UTF8.self))
        return code
    }

    private mutating func appendBlock(_ count: Int) {
        if let clusterColumn {
            if writer.rowCount == 0 { clusterMin = block[clusterColumn].words[0] }
            clusterMax = block[clusterColumn].words[count - 1]
        }
        writer.append(count == SegmentLayout.rowsPerBlock ? block : block.map { $0.slice(0..<count) })
        for column in block.indices where block[column].nulls != nil { block[column].nulls = nil }
    }

    private mutating func finishSegment() -> FinishedSegment {
        let finished = writer
        writer = SegmentWriter(columns: schema.columns)
        let image = finished.finish(dictionaries: texts)
        for column in textColumns {
            texts[column] = []
            codes[column] = [:]
        }
        return FinishedSegment(image: image, clusterMin: clusterMin, clusterMax: clusterMax)
    }
}
