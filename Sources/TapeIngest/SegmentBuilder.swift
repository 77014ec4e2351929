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
    mutating func append(_ rows: StagedRows, emit: (FinishedSegment) throws -> Void) rethrows {
        var row = rows.range.lowerBound
        while row < rows.range.upperBound {
            let count = min(SegmentLayout.rowsPerBlock - filled, rows.range.upperBound - row)
            for column in schema.columns.indices { fill(column, rows.chunk.columns[column], row..<(row + count)) }
            filled += count
            row += count
            guard filled == SegmentLayout.rowsPerBlock else { continue }
            appendBlock()
            if writer.rowCount == SegmentBuilder.rowsPerSegment { try emit(finishSegment()) }
        }
    }

    /// Ends the partition.
    mutating func finish(emit: (FinishedSegment) throws -> Void) rethrows {
        if filled > 0 { appendBlock() }
        if writer.rowCount > 0 { try emit(finishSegment()) }
    }

    private mutating func fill(_ column: Int, _ source: StagedColumn, _ range: Range<Int>) {
        source.words.widen(range, into: &block[column].words, at: filled)
        if let nulls = source.nulls {
            for row in range where nulls[row] { block[column].setNull(filled + row - range.lowerBound) }
        }
        if schema.columns[column].type == .string, !source.texts.isEmpty { renumber(column, source, range) }
    }

    /// Numbers texts in the order of their first appearance in the segment.
    private mutating func renumber(_ column: Int, _ source: StagedColumn, _ range: Range<Int>) {
        var codeOfWord = [Int64](repeating: -1, count: source.texts.count)
        for row in range where !source.isNull(row) {
            let position = filled + row - range.lowerBound
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

    private mutating func appendBlock() {
        if let clusterColumn {
            if writer.rowCount == 0 { clusterMin = block[clusterColumn].words[0] }
            clusterMax = block[clusterColumn].words[filled - 1]
        }
        if filled == SegmentLayout.rowsPerBlock {
            writer.append(block)
        } else {
            writer.append(block.map { $0.slice(0..<filled) })
        }
        for column in block.indices where block[column].nulls != nil { block[column].nulls = nil }
        filled = 0
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
