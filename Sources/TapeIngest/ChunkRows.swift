import TapeBytes

/// The records of a part of a chunk: which have the right number of fields, where each starts, and which turned out bad.
struct ChunkRows {
    let part: SourceChunk
    private let structure: TextStructure
    /// Per row of the right number of fields, the index in `positions` of its first field's end.
    private(set) var starts: [Int32] = []
    private let fieldCount: Int
    private(set) var recordCount = 0
    private(set) var errors: [RowError] = []
    private(set) var badRows: Set<Int> = []
    /// A place in the bytes and its line, at the start of the chunk and wherever a line was asked for last.
    private let chunkStart: (offset: Int, line: Int)
    private var lines: (offset: Int, line: Int)

    init(_ part: SourceChunk, lines: (offset: Int, line: Int), _ structure: TextStructure, fieldCount: Int) {
        self.part = part
        self.structure = structure
        self.fieldCount = fieldCount
        self.lines = lines
        chunkStart = lines
        starts.reserveCapacity(structure.recordCount)
        var first = 0
        let ends = structure.recordEnds.span
        for record in 0..<structure.recordCount {
            let last = Int(ends[record])
            if last - first + 1 == fieldCount {
                starts.append(Int32(first))
                recordCount += 1
            } else {
                addOddRecord(first, last)
            }
            first = last + 1
        }
    }

    /// A blank line, which is passed over, or a record of too few or too many fields.
    private mutating func addOddRecord(_ first: Int, _ last: Int) {
        let text = recordText(first, last)
        let isBlank = text.allSatisfy { $0 == 13 || $0 == 32 || $0 == 9 }
        guard !isBlank else { return }
        recordCount += 1
        let found = last - first + 1
        let isUnclosed = isUnclosed(last, text)
        let kind: RowError.Kind = isUnclosed ? .unclosedQuote : found < fieldCount ? .tooFewFields : .tooManyFields
        let expected = isUnclosed ? "a closing quote" : "\(fieldCount) fields"
        errors.append(RowError(
            kind: kind, line: line(first), byte: part.firstByte + start(first), field: nil, column: nil, expected: expected,
            value: "\(found) field\(found == 1 ? "" : "s")", row: String(decoding: text.prefix(RowError.rowSizeMax), as: UTF8.self),
            lineCount: ChunkRows.lineCount(text)))
    }

    /// Whether a record, whose last field ends at `last`, ends only because the text does.
    private func isUnclosed(_ last: Int, _ text: ArraySlice<UInt8>) -> Bool {
        last == structure.count - 1 && !text.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2)
    }

    private func start(_ index: Int) -> Int { index == 0 ? 0 : Int(structure.positions[index - 1]) + 1 }

    /// A record's text without its line end.
    private func recordText(_ first: Int, _ last: Int) -> ArraySlice<UInt8> {
        let base = part.range.lowerBound
        var end = min(base + Int(structure.positions[last]), part.range.upperBound)
        if end > base + start(first), part.bytes[end - 1] == 13 { end -= 1 }
        return part.bytes[(base + start(first))..<end]
    }

    /// The line that a record starts on. Records are asked for mostly in order; lines before the last one asked for are counted again.
    private mutating func line(_ first: Int) -> Int {
        let offset = part.range.lowerBound + start(first)
        if offset < lines.offset { lines = chunkStart }
        lines.line += TextKernels.lineFeedCount(part.bytes, lines.offset..<offset)
        lines.offset = offset
        return lines.line
    }

    /// The byte of the file that a row begins at.
    func byte(_ row: Int) -> Int { part.firstByte + start(Int(starts[row])) }

    /// Where a field of a row lies in the bytes.
    func range(_ row: Int, _ field: Int) -> Range<Int> {
        let index = Int(starts[row]) + field
        return (part.range.lowerBound + start(index))..<(part.range.lowerBound + Int(structure.positions[index]))
    }

    private func field(_ row: Int, _ field: Int) -> ArraySlice<UInt8> { part.bytes[range(row, field)] }

    /// Wrong quotes hide the ends of rows, so they are refused in fields that no column takes, too.
    mutating func checkQuotes(_ fields: [Int]) {
        for field in fields {
            for row in starts.indices where FieldParser.content(self.field(row, field)) == nil {
                reject(row, .badQuote, field, nil, FieldParser.quotedField)
            }
        }
    }

    mutating func reject(_ row: Int, _ kind: RowError.Kind, _ field: Int, _ column: String?, _ expected: String) {
        guard badRows.insert(row).inserted else { return }
        let first = Int(starts[row])
        let last = first + fieldCount - 1
        let isUnclosed = kind == .badQuote && isUnclosed(last, recordText(first, last))
        let (kind, expected) = isUnclosed ? (.unclosedQuote, "a closing quote") : (kind, expected)
        errors.append(RowError(
            kind: kind, line: line(first), byte: part.firstByte + start(first), field: field + 1, column: column, expected: expected,
            value: String(decoding: self.field(row, field).prefix(RowError.rowSizeMax), as: UTF8.self).trimmedBlanks,
            row: String(decoding: recordText(first, last).prefix(RowError.rowSizeMax), as: UTF8.self),
            lineCount: kind == .badQuote || kind == .unclosedQuote ? ChunkRows.lineCount(recordText(first, last)) : 1))
    }

    /// A text that ends with a line feed ends only because the file does.
    private static func lineCount(_ text: ArraySlice<UInt8>) -> Int { text.count { $0 == 10 } + (text.last == 10 ? 0 : 1) }
}

extension String {
    fileprivate var trimmedBlanks: String {
        var text = Substring(self)
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        return String(text)
    }
}

