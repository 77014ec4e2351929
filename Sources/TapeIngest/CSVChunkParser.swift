import TapeBytes
import TapeColumns

/// Some whole records of a file, cut at record boundaries.
package struct SourceChunk: Sendable {
    package var bytes: [UInt8]
    package var range: Range<Int>
    /// Its place among the file's chunks.
    package var index = 0
    /// The line that the first record starts on, from 1 on.
    package var firstLine = 1
    /// Where the range starts in the (inflated) file.
    package var firstByte: Int
    /// False only where there is certainly no quote.
    package var hasQuotes = true

    package init(bytes: [UInt8], range: Range<Int>, index: Int = 0, firstLine: Int = 1, firstByte: Int, hasQuotes: Bool = true) {
        self.bytes = bytes
        self.range = range
        self.index = index
        self.firstLine = firstLine
        self.firstByte = firstByte
        self.hasQuotes = hasQuotes
    }
}

/// The rows of a chunk as typed columns.
package struct ParsedChunk: Sendable {
    package struct Column: Sendable {
        /// One word per row; there may be room for more.
        package var words: [Int64] = []
        /// No word of a good row is outside, the zeros of null rows included.
        package var low: Int64 = 0
        package var high: Int64 = 0
        package var nullRows: [Int32] = []
        /// What the words of a string column index; empty for others.
        package var texts: [[UInt8]] = []
    }

    /// Good rows, in order.
    package var rowCount = 0
    /// Rows read, rejected ones included.
    package var recordCount = 0
    package var lineCount = 0
    /// A column for each of the schema.
    package var columns: [Column] = []
    package var rejects: [RowError] = []

    package init() {}
}

/// Parses chunks of CSV in two stages: the structure of a part of the chunk first, then that part column by column, where each column has a
/// stable length and the processor guesses right (measured at twice the speed of any row-wise loop).
///
/// The fast path knows integers of 1 to 19 digits, repeated strings and empty fields; each other field is parsed by `FieldParser`, exactly.
package struct CSVChunkParser: Sendable {
    /// A part's text, structure and words stay in the cache while the text is read once for each column.
    private static let partSize = 1 << 17

    private let schema: TableSchema
    private let map: HeaderMap
    private let isInteger: [Bool]
    /// Whether the file lacks a column that rows are ordered by.
    private let needsPositions: Bool
    private var structure = TextStructure()
    /// Per string column: the fields as written, the code of each, and the texts that they stand for.
    private var fieldTables: [TextTable]
    private var codes: [[Int64]]
    private var textTables: [TextTable]

    package init(_ schema: TableSchema, _ map: HeaderMap) {
        self.schema = schema
        self.map = map
        isInteger = schema.columns.indices.map { CSVChunkParser.isInteger(schema.columns[$0], map.fieldOfColumn[$0]) }
        needsPositions = schema.columns.indices.contains { column in
            !schema.columns[column].isPosition && map.fieldOfColumn[column] == nil && schema.clusterKey.contains(schema.columns[column].name)
        }
        fieldTables = schema.columns.map { _ in TextTable() }
        textTables = fieldTables
        codes = schema.columns.map { _ in [] }
    }

    /// Whether the fast path serves a column.
    private static func isInteger(_ column: ColumnSchema, _ field: Int?) -> Bool {
        guard field != nil else { return false }
        switch column.type {
        case .int8, .int16, .int32, .int64, .timestamp: return !FieldParser(column).hasNumericNull
        case .uint64, .float64, .bool, .date, .decimal, .string: return false
        }
    }

    package mutating func parse(_ chunk: SourceChunk) -> ParsedChunk {
        var parsed = ParsedChunk()
        parse(chunk, into: &parsed)
        return parsed
    }

    /// - Parameter parsed: replaced; its buffers are used again.
    package mutating func parse(_ chunk: SourceChunk, into parsed: inout ParsedChunk) {
        start(&parsed)
        var part = chunk
        var end = chunk.range.lowerBound
        while end < chunk.range.upperBound {
            part.range = end..<partEnd(chunk, end)
            part.firstByte = chunk.firstByte + end - chunk.range.lowerBound
            parsePart(part, of: chunk, &parsed)
            end = part.range.upperBound
        }
        for column in schema.columns.indices {
            parsed.columns[column].texts = textTables[column].texts
        }
        removeBadRows(&parsed)
    }

    private mutating func start(_ parsed: inout ParsedChunk) {
        (parsed.rowCount, parsed.recordCount, parsed.lineCount, parsed.rejects) = (0, 0, 0, [])
        if parsed.columns.count != schema.columns.count {
            parsed.columns = schema.columns.map { _ in ParsedChunk.Column() }
        }
        for column in schema.columns.indices {
            parsed.columns[column].nullRows.removeAll(keepingCapacity: true)
            (parsed.columns[column].low, parsed.columns[column].high) = (.max, .min)
            parsed.columns[column].texts = []
            fieldTables[column].removeAll()
            textTables[column].removeAll()
            codes[column].removeAll(keepingCapacity: true)
        }
    }

    /// The end of the part that starts at `start`. A text with quotes is one part: only its structure tells where records end.
    private func partEnd(_ chunk: SourceChunk, _ start: Int) -> Int {
        let limit = start + CSVChunkParser.partSize
        guard !chunk.hasQuotes, limit < chunk.range.upperBound else { return chunk.range.upperBound }
        if let last = TextKernels.lastLineFeed(chunk.bytes, start..<limit) { return last + 1 }
        return TextKernels.firstLineFeed(chunk.bytes, limit..<chunk.range.upperBound).map { $0 + 1 } ?? chunk.range.upperBound
    }

    private mutating func parsePart(_ part: SourceChunk, of chunk: SourceChunk, _ parsed: inout ParsedChunk) {
        TextKernels.structure(part.bytes.span, part.range, into: &structure)
        parsed.lineCount += structure.hasQuotes ? TextKernels.lineFeedCount(part.bytes, part.range) : structure.recordCount
        if part.bytes[part.range.upperBound - 1] != UInt8(ascii: "\n")
            || structure.recordCount == 0 || structure.positions[structure.count - 1] != UInt32(part.range.count - 1) {
            // No final line feed, or one inside quotes: the last record ends with the text.
            structure.endRecord(at: part.range.count)
        }
        var rows = ChunkRows(part, lines: (chunk.range.lowerBound, chunk.firstLine), structure, fieldCount: map.fieldCount)
        let first = parsed.rowCount
        for column in schema.columns.indices {
            let missing = first + rows.starts.count - parsed.columns[column].words.count
            if missing > 0 { parsed.columns[column].words += [Int64](repeating: 0, count: missing) }
            parse(column, &rows, first, &parsed.columns[column])
        }
        if structure.hasQuotes { rows.checkQuotes(Set(0..<map.fieldCount).subtracting(map.fieldOfColumn.compactMap { $0 }).sorted()) }
        parsed.recordCount += rows.recordCount
        parsed.rowCount += rows.starts.count
        guard !rows.errors.isEmpty else { return }
        parsed.rejects += rows.errors.sorted { $0.byte < $1.byte }
        badRows += rows.badRows.map { first + $0 }
    }

    /// Rows of the chunk that turned out bad.
    private var badRows: [Int] = []

    private mutating func removeBadRows(_ parsed: inout ParsedChunk) {
        guard !badRows.isEmpty else { return }
        let bad = Set(badRows)
        badRows = []
        let good = (0..<parsed.rowCount).filter { !bad.contains($0) }
        var newRow = [Int32](repeating: -1, count: parsed.rowCount)
        for (index, row) in good.enumerated() { newRow[row] = Int32(index) }
        for column in parsed.columns.indices {
            for (index, row) in good.enumerated() { parsed.columns[column].words[index] = parsed.columns[column].words[row] }
            parsed.columns[column].nullRows = parsed.columns[column].nullRows.map { newRow[Int($0)] }.filter { $0 >= 0 }
        }
        parsed.rowCount = good.count
    }

    /// Parses a column of the rows of a part; the first is row `first` of the chunk.
    private mutating func parse(_ column: Int, _ rows: inout ChunkRows, _ first: Int, _ output: inout ParsedChunk.Column) {
        guard !rows.starts.isEmpty else { return }
        let range = first..<(first + rows.starts.count)
        guard let field = map.fieldOfColumn[column] else { return fill(column, rows, range, &output) }
        var extremes = (low: Int64.max, high: Int64.min)
        if schema.columns[column].type == .string {
            parseStrings(column, field, &rows, first, &output)
            extremes = (0, Int64(max(0, textTables[column].texts.count - 1)))
        } else if isInteger[column] {
            var words = output.words.mutableSpan
            let irregular = TextKernels.parseIntegers(
                rows.part.bytes.span, rows.part.range, structure.positions.span, rows: rows.starts.span, field: field, into: &words,
                at: first, extremes: &extremes)
            parseIrregular(column, field, irregular, &rows, first, &extremes, &output)
        } else {
            parseIrregular(column, field, rows.starts.indices.map { Int32($0) }, &rows, first, &extremes, &output)
        }
        (output.low, output.high) = (min(output.low, extremes.low), max(output.high, extremes.high))
        checkRange(column, field, &rows, first, extremes.low, extremes.high, &output)
    }

    /// Fills a column that the file lacks.
    private func fill(_ column: Int, _ rows: ChunkRows, _ range: Range<Int>, _ output: inout ParsedChunk.Column) {
        guard schema.columns[column].isPosition, needsPositions else {
            for row in range { output.words[row] = 0 }
            output.nullRows += range.map { Int32($0) }
            (output.low, output.high) = (0, 0)
            return
        }
        for row in range { output.words[row] = Int64(rows.byte(row - range.lowerBound)) }
        (output.low, output.high) = (min(output.low, output.words[range.lowerBound]), output.words[range.upperBound - 1])
    }

    private func checkRange(
        _ column: Int, _ field: Int, _ rows: inout ChunkRows, _ first: Int, _ low: Int64, _ high: Int64, _ output: inout ParsedChunk.Column
    ) {
        let schema = schema.columns[column]
        guard schema.type != .string, let range = schema.type.wordRange, low < range.lowerBound || high > range.upperBound else { return }
        let expected = "\(FieldParser(schema).expected) of type \(schema.type.name)"
        for row in rows.starts.indices where !range.contains(output.words[first + row]) {
            rows.reject(row, .outOfRange, field, schema.name, expected)
        }
    }

    /// Parses the fields that the fast path leaves over. They come in rows of equal ones (an empty column, a date): each is parsed once.
    private func parseIrregular(
        _ column: Int, _ field: Int, _ irregular: [Int32], _ rows: inout ChunkRows, _ first: Int,
        _ extremes: inout (low: Int64, high: Int64), _ output: inout ParsedChunk.Column
    ) {
        guard !irregular.isEmpty else { return }
        let schema = schema.columns[column]
        let parser = FieldParser(schema)
        var previous = 0..<0
        var outcome = parser.parse([])
        for row in irregular {
            let range = rows.range(Int(row), field)
            if !TextKernels.areEqual(rows.part.bytes, range, previous) {
                outcome = parser.parse(rows.part.bytes[range])
                previous = range
            }
            var word: Int64 = 0
            switch outcome {
            case .null: output.nullRows.append(Int32(first) + row)
            case .word(let parsed): word = parsed
            case .text: break
            case .failure(let kind, let expected): rows.reject(Int(row), kind, field, schema.name, expected)
            }
            output.words[first + Int(row)] = word
            extremes = (min(extremes.low, word), max(extremes.high, word))
        }
    }

    private mutating func parseStrings(
        _ column: Int, _ field: Int, _ rows: inout ChunkRows, _ first: Int, _ output: inout ParsedChunk.Column
    ) {
        let parser = FieldParser(schema.columns[column])
        var previous = 0..<0
        var previousCode: Int64 = -1
        for row in rows.starts.indices {
            let range = rows.range(row, field)
            if previousCode < 0 || !TextKernels.areEqual(rows.part.bytes, range, previous) {
                let raw = fieldTables[column].insert(rows.part.bytes.span, range)
                if raw == codes[column].count {
                    let code = code(parser.parse(rows.part.bytes[range]), column)
                    codes[column].append(code)
                }
                (previous, previousCode) = (range, codes[column][raw])
            }
            if previousCode >= 0 {
                output.words[first + row] = previousCode
                continue
            }
            output.words[first + row] = 0
            // Rare, so parsed again for its reason.
            if case .failure(let kind, let expected) = parser.parse(rows.part.bytes[range]) {
                rows.reject(row, kind, field, schema.columns[column].name, expected)
            } else {
                output.nullRows.append(Int32(first + row))
            }
        }
    }

    /// The code of a field among the column's texts, −1 for null and for what is no text. Several spellings may be one text.
    private mutating func code(_ outcome: FieldParser.Outcome, _ column: Int) -> Int64 {
        guard case .text(let string) = outcome else { return -1 }
        let text = Array(string.utf8)
        return Int64(textTables[column].insert(text.span, 0..<text.count))
    }
}
