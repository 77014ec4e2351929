import TapeColumns
import Testing

@testable import TapeIngest

/// Goal: every kind of bad row is named with its place, its column and what was expected; the rows around it are kept.
@Suite struct BadRowTests {
    static let schema = TableSchema(name: "readings", columns: [
        ColumnSchema(name: "id", type: .int64, role: .identifier),
        ColumnSchema(name: "level", type: .int16, isNullable: true, nullSpellings: ["-9223372036854775808"]),
        ColumnSchema(name: "station", type: .string),
    ])

    /// The second of three rows, rejected.
    static func reject(_ row: String) -> RowError? {
        let parsed = CSVChunkParser.parse(Array("1,2,a\n\(row)\n3,4,b\n".utf8), schema, line: 2, byte: 17)
        #expect(parsed.rows(schema) == [["1", "2", "a"], ["3", "4", "b"]])
        #expect(parsed.recordCount == 3 && parsed.rejects.count == 1)
        #expect(parsed.rejects.first?.line == 3 && parsed.rejects.first?.byte == 23)
        return parsed.rejects.first
    }

    @Test(arguments: [
        ("x,2,a", RowError.Kind.badValue, 1, "id", "an integer", "x"),
        ("9223372036854775808,2,a", .outOfRange, 1, "id", "an integer", "9223372036854775808"),
        ("1e5,2,a", .badValue, 1, "id", "an integer", "1e5"), ("1.5,2,a", .badValue, 1, "id", "an integer", "1.5"),
        ("-,2,a", .badValue, 1, "id", "an integer", "-"), ("1 2,2,a", .badValue, 1, "id", "an integer", "1 2"),
        (",2,a", .missingValue, 1, "id", "an integer", ""), ("\"\",2,a", .missingValue, 1, "id", "an integer", "\"\""),
        ("1,32768,a", .outOfRange, 2, "level", "an integer of type int16", "32768"),
        ("1,-32769,a", .outOfRange, 2, "level", "an integer of type int16", "-32769"),
        ("1,999999999999999999,a", .outOfRange, 2, "level", "an integer of type int16", "999999999999999999"),
        ("1, null ,a", .badValue, 2, "level", "an integer", "null"), ("1,2,", .missingValue, 3, "station", "text in UTF-8", ""),
        ("1,2,a\"b\"", .badQuote, 3, "station", "a field quoted as RFC 4180 has it", "a\"b\""),
        ("1,2,\"a\"b\"c\"", .badQuote, 3, "station", "a field quoted as RFC 4180 has it", "\"a\"b\"c\""),
    ] as [(String, RowError.Kind, Int, String, String, String)])
    func badFields(row: String, kind: RowError.Kind, field: Int, column: String, expected: String, value: String) {
        let error = BadRowTests.reject(row)
        #expect(error == RowError(
            kind: kind, line: 3, byte: 23, field: field, column: column, expected: expected, value: value, row: row))
    }

    @Test(arguments: [
        ("1,2", RowError.Kind.tooFewFields, "2 fields"), ("1", .tooFewFields, "1 field"), ("1,2,a,4", .tooManyFields, "4 fields"),
        ("1,2,a,", .tooManyFields, "4 fields"), (",", .tooFewFields, "2 fields"), ("\"1,2,a\"", .tooFewFields, "1 field"),
    ]) func wrongFieldCounts(row: String, kind: RowError.Kind, value: String) {
        #expect(BadRowTests.reject(row) == RowError(
            kind: kind, line: 3, byte: 23, field: nil, column: nil, expected: "3 fields", value: value, row: row))
    }

    @Test func anUnclosedQuoteIsReportedWhereItsRowStarts() throws {
        for row in ["1,2,\"a", "1,\"2,a", "\"1,2,a"] {
            let parsed = CSVChunkParser.parse(Array("1,2,a\n\(row)\n3,4,b\n5,6,c\n".utf8), BadRowTests.schema, line: 2, byte: 17)
            #expect(parsed.rows(BadRowTests.schema) == [["1", "2", "a"]])
            let error = try #require(parsed.rejects.first)
            #expect(parsed.rejects.count == 1)
            #expect(error.line == 3 && error.byte == 23)
            #expect(error.kind == .unclosedQuote, "\(row)")
            #expect(error.expected == "a closing quote")
        }
    }

    @Test(arguments: ["\n", "\r\n", "  \n", "\t\r\n", "\n\n\n"]) func blankLinesAreNoRows(blank: String) {
        let parsed = CSVChunkParser.parse(Array("1,2,a\n\(blank)x,4,b".utf8), BadRowTests.schema)
        #expect(parsed.recordCount == 2 && parsed.rowCount == 1)
        #expect(parsed.rejects.first?.line == 2 + blank.utf8.count { $0 == 10 })
    }

    @Test func aRowIsRejectedOnceAndRejectsKeepTheOrderOfRows() {
        let parsed = CSVChunkParser.parse(Array("1,2,\nx,99999,\n3\n4,y,a\nz,1,a\n".utf8), BadRowTests.schema)
        #expect(parsed.rowCount == 0 && parsed.recordCount == 5)
        #expect(parsed.rejects.map(\.line) == [1, 2, 3, 4, 5])
        #expect(parsed.rejects.map(\.kind) == [.missingValue, .badValue, .tooFewFields, .badValue, .badValue])
    }

    @Test func longRowsAreCut() {
        let long = String(repeating: "x", count: 3 * RowError.rowSizeMax)
        let parsed = CSVChunkParser.parse(Array("\(long),2,a\n1,2\(long)\n".utf8), BadRowTests.schema)
        #expect(parsed.rejects.count == 2)
        #expect(parsed.rejects.allSatisfy { $0.row.utf8.count == RowError.rowSizeMax && $0.value.utf8.count <= RowError.rowSizeMax })
    }

    @Test func nulBytesAndInvalidTextAreRefused() {
        let text: [UInt8] = Array("1,2,".utf8) + [0xFF, 0x00, 0xC3] + Array("\n".utf8) + [0x00, 0x80] + Array(",2,a\n3,4,b".utf8)
        let parsed = CSVChunkParser.parse(text, BadRowTests.schema)
        #expect(parsed.rowCount == 1 && parsed.rejects.map(\.line) == [1, 2])
        #expect(parsed.rejects.allSatisfy { $0.kind == .badValue })
    }
}
