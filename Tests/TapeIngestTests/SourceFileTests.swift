import TapeBytes
import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: what a file says does not depend on how it is cut into chunks, nor on whether it is gzip. Method: a text with quoted line breaks,
/// blank lines and bad rows, longer than what the header's reading takes, at chunk sizes from one byte on.
@Suite struct SourceFileTests {
    static let schema = TableSchema(name: "readings", columns: [
        ColumnSchema(name: "id", type: .int64), ColumnSchema(name: "text", type: .string, isNullable: true),
    ])

    static func text(_ rowCount: Int) -> String {
        var text = "id,text\r\n"
        for row in 0..<rowCount {
            switch row % 9 {
            case 2: text += "\(row),\"two\nlines, \"\"quoted\"\"\n\"\r\n"
            case 4: text += "\r\nx\(row),bad value\n"
            case 5: text += "\(row),one,too many\n"
            case 6: text += "\(row),\n\n"
            default: text += "\(row),\"plain, of some length so that the file is not short\"\n"
            }
        }
        return text + "7,end"
    }

    struct Contents: Equatable {
        var rows: [[String?]] = []
        var recordCount = 0
        var rejects: [RowError] = []
    }

    static func converter(chunkSize: Int, _ fileSystem: FileSystem = FileSystem()) -> Converter {
        var options = ConvertOptions()
        options.chunkSize = chunkSize
        let rule = DayRule(name: "none") { _ in DayRule.Interval(day: 0, start: .min, end: .max) }
        return Converter(
            storePath: "", schemas: [SchemaSource(schema: schema, text: "")], dayRule: rule, options: options, fileSystem: fileSystem)
    }

    static func read(_ path: String, chunkSize: Int, fileSystem: FileSystem = FileSystem()) throws(ConvertError) -> (Contents, hash: UInt64) {
        var file = try SourceFile(path, converter(chunkSize: chunkSize, fileSystem))
        var contents = Contents()
        var buffer: [UInt8] = []
        var linesBefore = file.headerLineCount
        while let chunk = try file.nextChunk(reusing: &buffer) {
            var parser = file.parser
            let parsed = parser.parse(chunk)
            contents.rows += parsed.rows(schema)
            contents.recordCount += parsed.recordCount
            contents.rejects += parsed.rejects.map { reject in
                var reject = reject
                reject.line += linesBefore
                return reject
            }
            linesBefore += parsed.lineCount
            buffer = chunk.bytes
        }
        return (contents, file.hash)
    }

    @Test func chunksAndCompressionChangeNothing() throws {
        let directory = try TemporaryDirectory()
        let text = SourceFileTests.text(1800)
        let plain = try directory.write("readings.csv", text)
        let packed = directory.path + "/readings.csv.gz"
        var output = try FileSystem().create(packed)
        try output.write(Gzip.compress(Array(text.utf8)))
        try output.close()
        let (expected, hash) = try SourceFileTests.read(plain, chunkSize: 1 << 20)
        #expect(expected.recordCount == 1801 && expected.rejects.count == 400)
        #expect(expected.rows.last == ["7", "end"])
        #expect(expected.rows.contains(["2", "two\nlines, \"quoted\"\n"]))
        for reject in expected.rejects {
            let place = Array(text.utf8)[..<reject.byte]
            #expect(reject.line == 1 + place.count { $0 == 10 })
            #expect(text.utf8.dropFirst(reject.byte).starts(with: reject.row.utf8))
        }
        for size in [3, 50, 3000, 40_000] { #expect(try SourceFileTests.read(packed, chunkSize: size).0 == expected, "chunks of \(size)") }
        #expect(try SourceFileTests.read(plain, chunkSize: 1).hash == hash)
        #expect(try SourceFile.contentHash(plain, SourceFileTests.converter(chunkSize: 1)) == hash)
    }

    @Test func aPlainFileLongerThanAReadIsCutAtRecords() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("readings.csv", SourceFileTests.text(9000))
        let (small, _) = try SourceFileTests.read(path, chunkSize: 1)
        let (large, _) = try SourceFileTests.read(path, chunkSize: 1 << 24)
        #expect(small == large && small.recordCount == 9001)
    }

    @Test(arguments: [("id,text", 0), ("id,text\n", 0), ("id,text\r\n\r\n\n", 0), ("id,text\n1,", 1), ("\u{FEFF}id,text\n1,a\n\n", 1)])
    func shortFiles(text: String, rowCount: Int) throws {
        let path = try TemporaryDirectory()
        let (contents, _) = try SourceFileTests.read(try path.write("a.csv", text), chunkSize: 10)
        #expect(contents.rows.count == rowCount && contents.rejects.isEmpty)
    }

    @Test func brokenFilesAreNamed() throws {
        let directory = try TemporaryDirectory()
        func kind(_ name: String, _ bytes: [UInt8]) throws -> ConvertError.Kind? {
            var output = try FileSystem().create(directory.path + "/" + name)
            try output.write(bytes)
            try output.close()
            let error = #expect(throws: ConvertError.self) { _ = try SourceFileTests.read(directory.path + "/" + name, chunkSize: 1 << 22) }
            #expect(error?.path == directory.path + "/" + name)
            return error?.kind
        }
        guard case .emptyFile = try kind("empty.csv", []) else { Issue.record("empty.csv"); return }
        guard case .header = try kind("header.csv", Array("a,b\n1,2\n".utf8)) else { Issue.record("header.csv"); return }
        let packed = try Gzip.compress(Array(SourceFileTests.text(2000).utf8))
        guard case .gzip(let cut) = try kind("cut.gz", packed.dropLast(9)) else { Issue.record("cut.gz"); return }
        #expect(cut.kind == .truncated)
        var damaged = packed
        damaged[packed.count - 6] ^= 1
        guard case .gzip = try kind("damaged.gz", damaged) else { Issue.record("damaged.gz"); return }
        let endless = Array("id,text\n1,\"".utf8) + [UInt8](repeating: 120, count: SourceFile.recordSizeMax + (9 << 19))
        guard case .recordTooLong(let line) = try kind("endless.csv", endless) else { Issue.record("endless.csv"); return }
        #expect(line == 2)
    }
}

/// Goal: the real day reads whole. Skipped where the data is absent.
@Suite struct RealFileTests {
    static func parse(_ name: String, _ columns: [String]) throws -> ParsedChunk? {
        guard let folder = RealDay.path else {
            print("skipped: the real trading day is not beside the project")
            return nil
        }
        let bytes = try FileSystem().readAll(folder + "/" + name)
        let end = try #require(bytes.firstIndex(of: 10)) + 1
        let schema = TableSchema(name: name, columns: columns.map { ColumnSchema(name: $0, type: $0.contains("time") ? .timestamp : .int64) })
        var parser = CSVChunkParser(schema, try HeaderMap.match(bytes[..<end], [schema]))
        return parser.parse(SourceChunk(bytes: bytes, range: end..<bytes.count, firstLine: 2, firstByte: end))
    }

    @Test func ordersAndTrades() throws {
        guard let orders = try RealFileTests.parse("orders.csv", ["order_id", "timestamp", "price", "sequence"]) else { return }
        #expect(orders.rowCount == 28_579 && orders.recordCount == 28_579 && orders.rejects.isEmpty)
        #expect(Set(orders.columns[0].words.prefix(orders.rowCount)).count == 8319)
        let times = orders.columns[1].words.prefix(orders.rowCount)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        let trades = try RealFileTests.parse("trades.csv", ["order_id", "trade_time", "match_group_id"])
        #expect(trades?.rowCount == 8302 && trades?.rejects.isEmpty == true)
    }
}
