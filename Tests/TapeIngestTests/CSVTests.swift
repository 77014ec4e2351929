import TapeBytes
import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: any CSV text parses as a naive RFC 4180 reader has it, cut into chunks anywhere.
/// Method: every text of up to six bytes over the characters that matter, as the body of a file of two text columns.
@Suite struct CSVTests {
    static let schema = TableSchema(name: "t", columns: [
        ColumnSchema(name: "a", type: .string, isNullable: true), ColumnSchema(name: "b", type: .string, isNullable: true),
    ])

    /// The rows of a text, nil where a row is refused: a state machine over single bytes.
    static func naive(_ text: [UInt8]) -> [[String?]?] {
        var records: [[[UInt8]]] = [[[]]]
        var isQuoted = false
        for byte in text {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: ","), !isQuoted {
                records[records.count - 1].append([])
            } else if byte == UInt8(ascii: "\n"), !isQuoted {
                records.append([[]])
            } else {
                records[records.count - 1][records[records.count - 1].count - 1].append(byte)
            }
        }
        return records.compactMap { fields -> [String?]?? in
            if fields.count == 1, fields[0].allSatisfy({ $0 == 13 || $0 == 32 }) { return .none }
            guard fields.count == 2 else { return .some(nil) }
            let values = fields.map(naiveField)
            guard !values.contains(where: { $0 == nil }) else { return .some(nil) }
            return .some(values.map { $0!.isEmpty ? nil : $0 })
        }
    }

    /// nil where quotes are wrong.
    static func naiveField(_ field: [UInt8]) -> String? {
        var text = String(decoding: field, as: UTF8.self).unicodeScalars[...]
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { [" ", "\r", "\n", "\t"].contains(scalar) }
        while let first = text.first, isBlank(first) { text.removeFirst() }
        while let last = text.last, isBlank(last) { text.removeLast() }
        guard text.contains("\"") else { return String(String.UnicodeScalarView(text)) }
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return nil }
        let inner = String(String.UnicodeScalarView(text.dropFirst().dropLast()))
        let parts = inner.split(separator: "\"\"", omittingEmptySubsequences: false)
        return parts.contains { $0.contains("\"") } ? nil : parts.joined(separator: "\"")
    }

    static func parse(_ chunks: [SourceChunk]) throws -> [[String?]?] {
        let map = try HeaderMap.match(ArraySlice("a,b".utf8), [schema])
        var parser = CSVChunkParser(schema, map)
        var rows: [[String?]?] = []
        for chunk in chunks {
            let parsed = parser.parse(chunk)
            #expect(parsed.recordCount == parsed.rowCount + parsed.rejects.count)
            // Good and bad rows in input order is more than the parser promises; bad ones come as a count at the end.
            for row in 0..<parsed.rowCount {
                rows.append((0..<2).map { column in parsed.vectors[column][row].map { parsed.dictionaries[column][Int($0)] } })
            }
            rows += parsed.rejects.map { _ in nil }
        }
        return rows
    }

    static func ordered(_ rows: [[String?]?]) -> [[String?]?] { rows.filter { $0 != nil } + rows.filter { $0 == nil } }

    @Test func everyShortTextParsesAsTheNaiveReaderHasIt() throws {
        let alphabet = Array("a,\"\r\n1".utf8)
        var texts: [[UInt8]] = [[]]
        var count = 0
        for _ in 0..<5 {
            texts = texts.flatMap { text in alphabet.map { text + [$0] } }
            for text in texts {
                let chunk = SourceChunk(bytes: text, range: 0..<text.count, firstLine: 2, firstByte: 0)
                let rows = try CSVTests.parse([chunk])
                let expected = CSVTests.ordered(CSVTests.naive(text))
                guard rows != expected else {
                    count += 1
                    continue
                }
                Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription): \(rows), expected \(expected)")
                return
            }
        }
        #expect(count == 6 + 36 + 216 + 1296 + 7776)
    }

    @Test func portableStructureIsTheFastOne() {
        var random = SeededGenerator(seed: 3)
        for size in 0..<300 {
            let text = (0..<size).map { _ in [UInt8](",\"\nab".utf8)[Int(random.next() % 5)] }
            var fast: [UInt32] = [], portable: [UInt32] = []
            let quotes = TextKernels.structure(text.span, 0..<size, into: &fast)
            #expect(quotes == TextKernels.structure(text.span, 0..<size, into: &portable, isPortable: true))
            #expect(fast == portable)
        }
    }

    @Test func integersAreThoseOfTheLibrary() throws {
        let schema = TableSchema(name: "t", columns: [ColumnSchema(name: "x", type: .int64)])
        var random = SeededGenerator(seed: 4)
        var texts = ["0", "-0", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.0", "1.5", "1e3", "+5", "--1", "0x1", "", " 7 ", "007"]
        for _ in 0..<2000 {
            let digits = Int(random.next() % 20) + 1
            texts.append(String((0..<digits).map { _ in Character(String(random.next() % 10)) }))
            texts.append(String((0..<digits).map { _ in Character(["1", "9", "-", ".", "a", " "][Int(random.next() % 6)]) }))
        }
        let body = Array((texts.map { $0 + "\n" }.joined()).utf8)
        var parser = CSVChunkParser(schema, try HeaderMap.match(ArraySlice("x".utf8), [schema]))
        let parsed = parser.parse(SourceChunk(bytes: body, range: 0..<body.count, firstLine: 1, firstByte: 0))
        let expected = texts.compactMap { text -> Int64? in
            var trimmed = Substring(text)
            while trimmed.first == " " { trimmed.removeFirst() }
            while trimmed.last == " " { trimmed.removeLast() }
            return Int64(trimmed.hasSuffix(".0") ? trimmed.dropLast(2) : trimmed)
        }
        #expect(parsed.vectors[0].words == expected)
        #expect(parsed.vectors[0].nulls == nil)
        // In a file of one column an empty line is a row without a value.
        #expect(parsed.rejects.count == texts.count - expected.count)
    }

    @Test func rejectsNameTheirPlace() throws {
        let schema = TableSchema(name: "t", columns: [ColumnSchema(name: "x", type: .int8), ColumnSchema(name: "y", type: .string)])
        var parser = CSVChunkParser(schema, try HeaderMap.match(ArraySlice("x,y".utf8), [schema]))
        let body = Array("1,\"two\nlines\"\n\n300,b\r\n2,c\nq,d".utf8)
        let parsed = parser.parse(SourceChunk(bytes: body, range: 0..<body.count, firstLine: 10, firstByte: 100))
        #expect(parsed.rowCount == 2 && parsed.recordCount == 4)
        #expect(parsed.rejects.map(\.line) == [13, 15])
        #expect(parsed.rejects.map(\.byte) == [115, 126])
        #expect(parsed.rejects.map(\.kind) == [.outOfRange, .badValue])
        #expect(parsed.rejects.map(\.value) == ["300", "q"])
        #expect(parsed.rejects[0].row == "300,b")
    }

    @Test func typesParse() {
        func parse(_ type: ColumnType, _ text: String) -> FieldParser.Outcome {
            FieldParser(ColumnSchema(name: "x", type: type, isNullable: true, nullSpellings: ["NA"])).parse(ArraySlice(text.utf8))
        }
        #expect(parse(.bool, "True") == .word(1) && parse(.bool, "false") == .word(0) && parse(.bool, "1") == .word(1))
        #expect(parse(.date, "2024-09-05") == .word(19_971))
        #expect(parse(.decimal(scale: 4), "1.25") == .word(12_500) && parse(.decimal(scale: 2), "-0.05") == .word(-5))
        #expect(parse(.float64, "2.5") == .word(ColumnWord.word(of: 2.5)))
        #expect(parse(.uint64, "18446744073709551615") == .word(Int64.max))
        #expect(parse(.int64, "NA") == .null && parse(.int64, "") == .null)
        for (type, text) in [(ColumnType.bool, "yes"), (.date, "2024-02-30"), (.decimal(scale: 1), "1.25"), (.float64, "nan"), (.uint64, "-1")] {
            guard case .failure = parse(type, text) else {
                Issue.record("\(text) is not refused as \(type.name)")
                continue
            }
        }
    }
}
