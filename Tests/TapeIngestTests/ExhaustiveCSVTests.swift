import TapeBytes
import TapeColumns
import Testing

@testable import TapeIngest

/// Goal: structure is exact. Method: every short text over the symbols that matter, against a naive reader; well-formed texts must
/// give its rows, all others at least one reject, and no row is ever lost.
@Suite struct ExhaustiveCSVTests {
    static let texts = allTexts(Array("a1,\"\r\n".utf8), upTo: 6)
    /// The same symbols behind a beginning that leads to the rarer states.
    static let longTexts = ["1,\"", "1,a\r\n", "1,2\n\"1\",", "\"a\"\",", "1,\"a\n\","].flatMap { start in
        allTexts(Array("a1,\"\r\n".utf8), upTo: 4).map { Array(start.utf8) + $0 }
    }

    static let words = TableSchema(name: "words", columns: [
        ColumnSchema(name: "x", type: .string, isNullable: true), ColumnSchema(name: "y", type: .string, isNullable: true),
    ])
    static let numbers = TableSchema(name: "numbers", columns: [
        ColumnSchema(name: "x", type: .string, isNullable: true), ColumnSchema(name: "y", type: .int8, isNullable: true),
    ])

    /// The good rows that the naive reader finds, and how many are bad; nil where the text is malformed.
    static func expected(_ text: [UInt8], _ schema: TableSchema) -> (rows: [[String?]], bad: Int)? {
        guard let records = NaiveCSV.records(text) else { return nil }
        var rows: [[String?]] = []
        for record in records {
            let fields = record.map { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
            guard fields.count == schema.columns.count else { continue }
            guard schema.columns[1].type == .int8, let digits = fields[1] else {
                rows.append(fields)
                continue
            }
            if let number = Int8(digits) { rows.append([fields[0], String(number)]) }
        }
        return (rows, records.count - rows.count)
    }

    static func check(_ text: [UInt8], _ schema: TableSchema) {
        let parsed = CSVChunkParser.parse(text, schema)
        let name = String(decoding: text, as: UTF8.self).debugDescription
        #expect(parsed.recordCount == parsed.rowCount + parsed.rejects.count, "\(name)")
        if let expected = expected(text, schema) {
            #expect(parsed.rows(schema) == expected.rows, "\(name)")
            #expect(parsed.rejects.count == expected.bad, "\(name)")
        } else {
            #expect(!parsed.rejects.isEmpty, "\(name)")
        }
    }

    @Test func wordsAreThoseOfANaiveReader() {
        for text in ExhaustiveCSVTests.texts { ExhaustiveCSVTests.check(text, ExhaustiveCSVTests.words) }
    }

    @Test func numbersAreThoseOfANaiveReader() {
        for text in ExhaustiveCSVTests.longTexts { ExhaustiveCSVTests.check(text, ExhaustiveCSVTests.numbers) }
    }

    /// A stray quote in a column that no table wants must not swallow the rows behind it.
    @Test func quotesOfIgnoredColumnsAreChecked() {
        let map = HeaderMap(schemaIndex: 0, fieldOfColumn: [0, nil], fieldCount: 2, ignored: ["z"])
        for text in ExhaustiveCSVTests.longTexts {
            let parsed = CSVChunkParser.parse(text, ExhaustiveCSVTests.words, map)
            let name = String(decoding: text, as: UTF8.self).debugDescription
            #expect(parsed.recordCount == parsed.rowCount + parsed.rejects.count)
            if let records = NaiveCSV.records(text) {
                let good = records.filter { $0.count == 2 }.map { $0[0].isEmpty ? nil : String(decoding: $0[0], as: UTF8.self) }
                #expect(parsed.rows(ExhaustiveCSVTests.words).map { $0[0] } == good, "\(name)")
            } else {
                #expect(!parsed.rejects.isEmpty, "\(name)")
            }
        }
    }

    /// Cut where the reader would cut, after any number of bytes read, the parts give what the whole gives.
    @Test func cutsChangeNothing() {
        for text in ExhaustiveCSVTests.longTexts where text.count >= 6 {
            let whole = CSVChunkParser.parse(text, ExhaustiveCSVTests.numbers)
            let ends = Set((1...text.count).filter { text[$0 - 1] == 10 && text[..<$0].count { $0 == 34 }.isMultiple(of: 2) })
            for end in ends {
                let lines = TextKernels.lineFeedCount(text, 0..<end)
                let first = CSVChunkParser.parse(Array(text[..<end]), ExhaustiveCSVTests.numbers)
                let second = CSVChunkParser.parse(Array(text[end...]), ExhaustiveCSVTests.numbers, line: 1 + lines, byte: end)
                let rows = first.rows(ExhaustiveCSVTests.numbers) + second.rows(ExhaustiveCSVTests.numbers)
                #expect(rows == whole.rows(ExhaustiveCSVTests.numbers))
                #expect(first.rejects + second.rejects == whole.rejects)
            }
        }
    }
}
