import TapeColumns
import TapeQuery
import Testing

@testable import TapeReport

/// Goal: each format's text, to the letter. The result has every type, nulls, text that needs protection, and a sum above 64 bits.
@Suite struct ResultRendererTests {
    static let result = ResultSet(columns: [
        column("order_id", .int64, [7_901_232_681_961_407_641, nil], role: .identifier),
        column("price", .decimal(scale: 3), [3390, -5]),
        column("ratio", .float64, [ColumnWord.word(of: 0.1), nil]),
        column("flag", .bool, [1, 0]),
        column("date", .date, [19_971, 0]),
        column("time", .timestamp, [1_725_448_941_574_323_178, nil]),
        ResultColumn(name: "text", type: .string, values: .words(ColumnVector([0, 1]), dictionary: ["a,\"b\"|", "tab\tline\nend"])),
        ResultColumn(name: "sum", type: .int64, values: .wide([1 << 70, nil])),
    ])

    static func column(_ name: String, _ type: ColumnType, _ values: [Int64?], role: ColumnSchema.Role = .measure) -> ResultColumn {
        ResultColumn(name: name, type: type, role: role, values: .words(ColumnVector(values), dictionary: []))
    }

    static func text(_ format: ResultFormat, _ change: (inout ResultRenderer.Options) -> Void = { _ in }) -> String {
        var options = ResultRenderer.Options()
        change(&options)
        return String(decoding: ResultRenderer(format, options).render(result), as: UTF8.self)
    }

    @Test func csv() {
        #expect(ResultRendererTests.text(.csv) == """
            order_id,price,ratio,flag,date,time,text,sum
            7901232681961407641,3.390,0.1,true,2024-09-05,2024-09-04T21:22:21.574323178+10:00,"a,""b""|",1180591620717411303424
            ,-0.005,,false,1970-01-01,,"tab\tline
            end",

            """)
        let raw = ResultRendererTests.text(.csv) { $0.rawTimes = true; $0.nullText = "-,-" }.split(separator: "\n")
        #expect(raw[1] == "7901232681961407641,3.390,0.1,true,2024-09-05,1725448941574323178,\"a,\"\"b\"\"|\",1180591620717411303424")
        #expect(raw[2].hasPrefix("\"-,-\",-0.005,\"-,-\",false,1970-01-01,\"-,-\","), "nulls are fields too")
        #expect(ResultRendererTests.text(.csv) { $0.nullText = "NULL" }.contains("\nNULL,-0.005,NULL,"))
    }

    @Test func tsv() {
        #expect(ResultRendererTests.text(.tsv).split(separator: "\n").last == "\t-0.005\t\tfalse\t1970-01-01\t\ttab\\tline\\nend\t")
    }

    @Test func json() {
        #expect(ResultRendererTests.text(.json) == #"""
            [
             {"order_id": "7901232681961407641", "price": 3.390, "ratio": 0.1, "flag": true, "date": "2024-09-05", "time": "2024-09-04T21:22:21.574323178+10:00", "text": "a,\"b\"|", "sum": 1180591620717411303424},
             {"order_id": null, "price": -0.005, "ratio": null, "flag": false, "date": "1970-01-01", "time": null, "text": "tab\tline\nend", "sum": null}
            ]

            """#)
        #expect(ResultRendererTests.text(.ndjson).split(separator: "\n").count == 2)
    }

    @Test func markdown() {
        let lines = ResultRendererTests.text(.markdown).split(separator: "\n")
        #expect(lines[1] == "| ---: | ---: | ---: | --- | --- | --- | --- | ---: |")
        #expect(lines[2].hasSuffix(#"| a,"b"\| | 1180591620717411303424 |"#))
    }

    @Test func table() {
        let lines = ResultRendererTests.text(.table).split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("           order_id   price  ratio  flag   date "))
        #expect(lines[3].contains("NULL  -0.005   NULL  false") && lines[3].contains("tab\\u0009line\\u000aend"))
        #expect(lines[4] == "2 rows")
        let narrow = ResultRendererTests.text(.table) { $0.width = 40 }.split(separator: "\n")
        #expect(narrow.dropLast().allSatisfy { $0.count <= 40 })
        #expect(narrow.last == "2 rows, 4 columns left away (--format csv has all), shortened to the terminal")
    }

    @Test func anEmptyResultKeepsItsHeader() {
        let empty = ResultSet(columns: [ResultRendererTests.column("a", .int64, []), ResultRendererTests.column("b", .date, [])])
        func text(_ format: ResultFormat) -> String { String(decoding: ResultRenderer(format).render(empty), as: UTF8.self) }
        #expect(text(.csv) == "a,b\n" && text(.json) == "[]\n" && text(.ndjson) == "")
        #expect(text(.table) == "a  b\n─  ─\n0 rows\n")
    }

    @Test func emptyTextIsToldFromNull() {
        let result = ResultSet(columns: [
            ResultColumn(name: "a", type: .string, values: .words(ColumnVector([0, nil, 1]), dictionary: ["", "-"])),
        ])
        func text(_ format: ResultFormat, null: String?) -> String {
            var options = ResultRenderer.Options()
            options.nullText = null
            return String(decoding: ResultRenderer(format, options).render(result), as: UTF8.self)
        }
        #expect(text(.csv, null: nil) == "a\n\"\"\n\n-\n")
        #expect(text(.csv, null: "-") == "a\n\n-\n\"-\"\n")
        #expect(text(.ndjson, null: "-") == #"{"a": ""}"# + "\n" + #"{"a": null}"# + "\n" + #"{"a": "-"}"# + "\n")
    }

    @Test func numbersAtTheirLimits() {
        let result = ResultSet(columns: [
            ResultRendererTests.column("i", .int64, [.min, .max, 0]),
            ResultRendererTests.column("u", .uint64, [ColumnWord.word(of: UInt64.max), ColumnWord.word(of: UInt64(0)), nil]),
            ResultRendererTests.column("d", .decimal(scale: 18), [.min, 1, 0]),
            ResultColumn(name: "w", type: .decimal(scale: 2), values: .wide([.min, -7, nil])),
            ResultRendererTests.column("f", .float64, [Double.nan, -.infinity, 1e23].map { ColumnWord.word(of: $0) }),
        ])
        #expect(String(decoding: ResultRenderer(.csv).render(result), as: UTF8.self) == """
            i,u,d,w,f
            -9223372036854775808,18446744073709551615,-9.223372036854775808,-1701411834604692317316873037158841057.28,nan
            9223372036854775807,0,0.000000000000000001,-0.07,-inf
            0,,0.000000000000000000,,1e+23

            """)
        #expect(String(decoding: ResultRenderer(.ndjson).render(result), as: UTF8.self).contains("\"f\": null}"))
    }

    /// A long answer leaves in pieces that add up to the whole, none of them much larger than a quarter of a megabyte.
    @Test func longAnswersLeaveInPieces() {
        let values = (0..<100_000).map { Int64($0) &* 0x1234_5678_9ABC }
        let result = ResultSet(columns: [ResultRendererTests.column("n", .int64, values), ResultRendererTests.column("t", .timestamp, values)])
        var sizes: [Int] = []
        var text: [UInt8] = []
        ResultRenderer(.csv).write(result) { piece in
            sizes.append(piece.count)
            text += piece
        }
        #expect(sizes.count > 10 && sizes.allSatisfy { $0 < 300_000 })
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 100_001 && lines.dropFirst().map { Int64($0.prefix { $0 != "," }) } == values)
        var options = ResultRenderer.Options()
        options.width = 80
        let table = String(decoding: ResultRenderer(.table, options).render(result), as: UTF8.self).split(separator: "\n")
        #expect(table.count == 1003 && table.last == "100000 rows, the first 1000 shown (--format csv has all)")
    }

    /// An answer in pieces is written as the whole would be.
    @Test func piecesAddUp() {
        let whole = ResultRendererTests.result
        for format in ResultFormat.allCases where format != .table {
            var stream = ResultStream(ResultRenderer(format))
            var text: [UInt8] = []
            for piece in [whole.limited(to: 0), whole.limited(to: 1), whole.gathered([1])] { stream.append(piece) { text += $0 } }
            stream.finish { text += $0 }
            #expect(String(decoding: text, as: UTF8.self) == ResultRendererTests.text(format), "\(format)")
        }
    }
}
