import TapeColumns

@testable import TapeIngest

/// A CSV reader one byte at a time, straight from RFC 4180, that the fast one is held against.
struct NaiveCSV {
    /// The contents of the fields of each record; blank lines left out. nil where the text is not well formed.
    static func records(_ text: [UInt8]) -> [[[UInt8]]]? {
        var reader = NaiveCSV(text)
        var records: [[[UInt8]]] = []
        while reader.place < text.count {
            guard let record = reader.record() else { return nil }
            if record != [[]] || reader.sawQuote { records.append(record) }
        }
        return records
    }

    private let text: [UInt8]
    private var place = 0
    private var sawQuote = false

    private init(_ text: [UInt8]) { self.text = text }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    private mutating func record() -> [[UInt8]]? {
        var fields: [[UInt8]] = []
        sawQuote = false
        while true {
            guard let field = field() else { return nil }
            fields.append(field)
            let end = next
            place += 1
            if end != UInt8(ascii: ",") { return fields }
        }
    }

    /// A field up to, and without, the comma, line feed or end behind it. Carriage returns around it are blanks.
    private mutating func field() -> [UInt8]? {
        while next == 13 { place += 1 }
        guard next == UInt8(ascii: "\"") else { return plainField() }
        sawQuote = true
        place += 1
        var content: [UInt8] = []
        while let byte = next {
            place += 1
            if byte != UInt8(ascii: "\"") {
                content.append(byte)
            } else if next == byte {
                content.append(byte)
                place += 1
            } else {
                while next == 13 { place += 1 }
                return next == nil || next == UInt8(ascii: ",") || next == UInt8(ascii: "\n") ? content : nil
            }
        }
        return nil
    }

    private mutating func plainField() -> [UInt8]? {
        var content: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "\n") {
            guard byte != UInt8(ascii: "\"") else { return nil }
            content.append(byte)
            place += 1
        }
        while content.last == 13 { content.removeLast() }
        return content
    }
}

/// Every string of at most so many symbols.
func allTexts(_ symbols: [UInt8], upTo count: Int) -> [[UInt8]] {
    var texts: [[UInt8]] = [[]]
    var longest = texts
    for _ in 0..<count {
        longest = longest.flatMap { text in symbols.map { text + [$0] } }
        texts += longest
    }
    return texts
}

/// The rows of a chunk as text, a null as nil; for comparisons.
extension ParsedChunk {
    func rows(_ schema: TableSchema) -> [[String?]] {
        (0..<rowCount).map { row in
            schema.columns.indices.map { column in
                let parsed = columns[column]
                guard !parsed.nullRows.contains(Int32(row)) else { return nil }
                let word = parsed.words[row]
                return schema.columns[column].type == .string
                    ? String(decoding: parsed.texts[Int(word)], as: UTF8.self) : String(word)
            }
        }
    }
}

extension CSVChunkParser {
    /// Parses a text without a header as one chunk that lies somewhere in a buffer.
    static func parse(_ text: [UInt8], _ schema: TableSchema, _ map: HeaderMap? = nil, line: Int = 1, byte: Int = 0) -> ParsedChunk {
        let identity = HeaderMap(
            schemaIndex: 0, fieldOfColumn: schema.columns.indices.map { $0 }, fieldCount: schema.columns.count, ignored: [])
        var parser = CSVChunkParser(schema, map ?? identity)
        let before: [UInt8] = [34, 44, 49]
        let chunk = SourceChunk(
            bytes: before + text + [34, 10, 50], range: before.count..<(before.count + text.count), firstLine: line, firstByte: byte)
        return parser.parse(chunk)
    }
}
