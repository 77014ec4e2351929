import TapeColumns
import Testing

@testable import TapeIngest

/// Goal: each type takes exactly its spellings. Method: tables of fields and words, read through the whole parser.
@Suite struct FieldParserTests {
    /// The word of a field of a type: `.some(nil)` for a null, nil for a reject.
    static func word(_ field: String, _ type: ColumnType, nullSpellings: [String] = []) -> Int64?? {
        let column = ColumnSchema(name: "x", type: type, isNullable: true, nullSpellings: nullSpellings)
        let schema = TableSchema(name: "t", columns: [column, ColumnSchema(name: "y", type: .int8)])
        let parsed = CSVChunkParser.parse(Array("\(field),1\n                        ".utf8), schema)
        #expect(parsed.recordCount == 1)
        guard parsed.rowCount == 1 else { return nil }
        return .some(parsed.columns[0].nullRows.isEmpty ? parsed.columns[0].words[0] : nil)
    }

    static func check(_ type: ColumnType, good: [String: Int64], bad: [String]) {
        for (field, expected) in good { #expect(word(field, type) == .some(expected), "\(type.name) \(field.debugDescription)") }
        for field in bad { #expect(word(field, type) == nil, "\(type.name) \(field.debugDescription)") }
    }

    @Test func integers() {
        let max = Int64.max
        FieldParserTests.check(.int64, good: [
            "0": 0, "-0": 0, "007": 7, " 12 ": 12, "\"12\"": 12, "3340.0": 3340, "-5.0": -5, "\t-1\r": -1, "9223372036854775807": max,
            "-9223372036854775808": .min, "000000000000000000000012": 12, "9223372036854775807.0": max, "123456789012345678": 123_456_789_012_345_678,
        ], bad: ["9223372036854775808", "-9223372036854775809", "1.1", "1.00", ".0", "-.0", "1e3", "0x10", "--1", "1-", "½", "١", "1_000", "nan"])
        for (type, low, high) in [(ColumnType.int8, -128, 127), (.int16, -32768, 32767), (.int32, -2_147_483_648, 2_147_483_647)] as [(ColumnType, Int64, Int64)] {
            FieldParserTests.check(
                type, good: ["\(low)": low, "\(high)": high, "\(low).0": low], bad: ["\(low - 1)", "\(high + 1)", "999999999999999999", "\(high + 1).0"])
        }
        FieldParserTests.check(.timestamp, good: ["1725494400123456789": 1_725_494_400_123_456_789], bad: ["2024-09-05", "1725494400.5"])
    }

    @Test func unsignedIntegers() {
        FieldParserTests.check(.uint64, good: [
            "0": ColumnWord.word(of: 0 as UInt64), "18446744073709551615": ColumnWord.word(of: UInt64.max), " 7 ": ColumnWord.word(of: 7 as UInt64),
        ], bad: ["-1", "18446744073709551616", "1.5", "x"])
    }

    @Test func boolsDatesAndDoubles() {
        FieldParserTests.check(.bool, good: ["True": 1, "true": 1, "1": 1, "FALSE": 0, "False": 0, "0": 0, "\"true\"": 1], bad: ["2", "yes", "t"])
        FieldParserTests.check(.date, good: ["1970-01-01": 0, "2024-09-05": 19_971, "2024-02-29": 19_782, " 1969-12-31 ": -1],
                               bad: ["2023-02-29", "2024-9-5", "2024-13-01", "20240905", "2024-09-05T00", "0"])
        FieldParserTests.check(.float64, good: [
            "1.5": ColumnWord.word(of: 1.5), "-1e3": ColumnWord.word(of: -1000.0), "0": ColumnWord.word(of: 0.0),
        ], bad: ["nan", "inf", "1e999", "1,5", "x"])
    }

    @Test func decimals() {
        FieldParserTests.check(.decimal(scale: 2), good: ["1": 100, "1.5": 150, "-1.25": -125, "0.07": 7, "-0.07": -7, "92233720368547758.07": .max],
                               bad: ["1.255", "1e2", "1.-5", "1.5.5", "92233720368547758.08", "x", "-", "+", ".", "-."])
    }

    @Test func nulls() {
        let spelling = "-9223372036854775808"
        for type in [ColumnType.int64, .int32, .int8, .timestamp, .float64, .bool, .date, .decimal(scale: 2), .string, .uint64] {
            for field in ["", "  ", "\"\"", spelling, " \(spelling) "] {
                #expect(FieldParserTests.word(field, type, nullSpellings: [spelling]) == .some(nil), "\(type.name) \(field.debugDescription)")
            }
        }
        #expect(FieldParserTests.word("NULL", .int32) == nil)
        for field in ["0", "999", "-1"] {
            #expect(FieldParserTests.word(field, .int32, nullSpellings: ["0", "999", "-1"]) == .some(nil), "\(field) spells null here")
            #expect(FieldParserTests.word(field + "1", .int32, nullSpellings: ["0", "999", "-1"]) == .some(Int64(field + "1")))
        }
    }

    /// Composed and decomposed letters are equal as Swift strings, and different texts all the same.
    @Test func stringsKeepTheirBytes() {
        let schema = TableSchema(name: "t", columns: [ColumnSchema(name: "x", type: .string)])
        let fields = ["caf\u{E9}", "cafe\u{301}", "a", "\"a\"", " a ", "\" a \"", "\"\"\"\"", "\"x,\ny\""]
        let parsed = CSVChunkParser.parse(Array(fields.joined(separator: "\n").utf8), schema)
        let texts = parsed.rows(schema).map { Array(($0[0] ?? "").utf8) }
        #expect(texts == ["caf\u{E9}", "cafe\u{301}", "a", "a", "a", " a ", "\"", "x,\ny"].map { Array($0.utf8) })
        #expect(parsed.columns[0].texts.count == 6, "equal texts share a code")
    }
}
