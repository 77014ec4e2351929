import Synchronization
import TapeBytes
import TapeColumns
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: a convert that is stopped again and again ends with the bytes, the summary and the rejects of one that was not. Method: converts that are
/// told to stop after so many questions whether to, in order and scattered; tools/test-kill does the same with signals and more rows.
@Suite struct ResumeTests {
    static let schema = TableSchema(
        name: "readings",
        columns: [
            ColumnSchema(name: "station", type: .int32), ColumnSchema(name: "time", type: .timestamp),
            ColumnSchema(name: "value", type: .int64, isNullable: true),
        ],
        partitionKey: [PartitionKeyColumn(name: "station", source: "station", isDayOfSource: false)], clusterKey: ["time"])

    static func text(_ file: Int, isScattered: Bool) -> String {
        var random = SeededGenerator(seed: UInt64(file))
        var text = "station,time,value\n"
        for row in 0..<600 {
            let station = isScattered ? Int(random.next() % 9) : row / 100
            text += "\(station),\(file * 1000 + row),\(row % 97 == 5 ? "bad" : row % 7 == 0 ? "" : String(random.next() % 1000))\n"
        }
        return text
    }

    struct End: Equatable {
        /// By their partitions and numbers in them.
        var segments: [String: [UInt8]]
        var packCount: Int
        var rejects: [RowError]
        var counts: [Int]
    }

    /// Converts, stopped after so many questions each time; nil where that was the end of it.
    static func convert(
        _ directory: TemporaryDirectory, store: String, stopAfter: Int, restarts: Bool = false, temporaryPath: String? = nil, packedFrom: Int = .max
    ) throws -> End? {
        let asked = Atomic<Int>(0)
        let rejects = Protected<[RowError]>([])
        var options = ConvertOptions()
        options.onError = .skip
        options.rejectLimit = .partsPerMillion(100_000)
        options.chunkSize = 1024
        options.workers = 2
        options.restarts = restarts
        options.temporaryPath = temporaryPath
        options.packedSegmentsMin = packedFrom
        options.rejectSink = { _, reject in rejects.withLock { $0.append(reject) } }
        options.isCancelled = { asked.add(1, ordering: .relaxed).newValue > stopAfter }
        let rule = DayRule(name: "none") { _ in DayRule.Interval(day: 0, start: .min, end: .max) }
        let converter = Converter(
            storePath: directory.path + "/" + store, schemas: [SchemaSource(schema: schema, text: "")], dayRule: rule, options: options)
        do {
            let summary = try converter.run([directory.path + "/input"])
            let opened = try Store(path: directory.path + "/" + store)
            let entries = opened.catalog.entries(of: "readings")
            for entry in opened.catalog.allEntries { try opened.verify(entry) }
            try opened.verifyZones()
            let segments = try entries.map { ("\(opened.describe($0.key, of: "readings")) \($0.part)", try opened.image($0).bytes) }
            let table = summary.tables[0]
            return End(
                segments: Dictionary(uniqueKeysWithValues: segments), packCount: Set(entries.map(\.pack)).subtracting([0]).count, rejects: rejects.value,
                counts: [table.rowsRead, table.newRows, table.rowsRejected, table.duplicates, summary.bytesIn, summary.rejectCount])
        } catch let error as ConvertError {
            guard case .cancelled = error.kind else { throw error }
            return nil
        }
    }

    @Test(arguments: [false, true]) func stoppedConvertsEndTheSame(isScattered: Bool) throws {
        let directory = try TemporaryDirectory()
        try FileSystem().createDirectories(directory.path + "/input")
        for file in 0..<4 { _ = try directory.write("input/\(file).csv", ResumeTests.text(file, isScattered: isScattered)) }
        let expected = try #require(try ResumeTests.convert(directory, store: "whole", stopAfter: .max))
        #expect(expected.counts[0] == 2400 && expected.rejects.count == 28)
        for step in [1, 5, 12, 30, 55, 80, 110] {
            let store = "store-\(step)"
            var end: End?
            for attempt in 0..<200 where end == nil {
                end = try ResumeTests.convert(directory, store: store, stopAfter: step + attempt * step / 4)
            }
            #expect(end == expected, "stopped after \(step) questions")
            #expect(try FileSystem().status(directory.path + "/\(store)/ingest") == nil)
        }
    }

    @Test func segmentsInPacksAreThoseOfFilesOfTheirOwn() throws {
        let directory = try TemporaryDirectory()
        try FileSystem().createDirectories(directory.path + "/input")
        for file in 0..<3 { _ = try directory.write("input/\(file).csv", ResumeTests.text(file, isScattered: true)) }
        let alone = try #require(try ResumeTests.convert(directory, store: "alone", stopAfter: .max))
        #expect(alone.packCount == 0 && alone.segments.count == 9)
        let packed = try #require(try ResumeTests.convert(directory, store: "packed", stopAfter: .max, packedFrom: 9))
        #expect(packed.packCount == 1 && packed.segments == alone.segments)
        #expect(try treeContents(directory.path + "/packed").keys.filter { $0.hasPrefix("readings/") } == [])
        for step in [1, 8, 30, 60] {
            let store = "packed-\(step)"
            var end: End?
            for attempt in 0..<200 where end == nil {
                end = try ResumeTests.convert(directory, store: store, stopAfter: step + attempt * step / 4, packedFrom: 9)
            }
            #expect(end?.segments == alone.segments && end?.rejects == alone.rejects && end?.counts == alone.counts, "stopped after \(step) questions")
        }
    }

    @Test func whatLiesElsewhereIsRemovedByAnyLaterConvert() throws {
        let directory = try TemporaryDirectory()
        let (files, elsewhere) = (FileSystem(), directory.path + "/elsewhere")
        try files.createDirectories(directory.path + "/input")
        try files.createDirectories(elsewhere)
        _ = try directory.write("input/0.csv", ResumeTests.text(0, isScattered: false))
        #expect(try ResumeTests.convert(directory, store: "store", stopAfter: 8, temporaryPath: elsewhere) == nil)
        #expect(try files.list(elsewhere).count == 1)
        let end = try #require(try ResumeTests.convert(directory, store: "store", stopAfter: .max))
        #expect(end == (try ResumeTests.convert(directory, store: "whole", stopAfter: .max)))
        #expect(try files.list(elsewhere).isEmpty)
    }

    @Test func otherInputsBeginAnew() throws {
        let directory = try TemporaryDirectory()
        try FileSystem().createDirectories(directory.path + "/input")
        _ = try directory.write("input/0.csv", ResumeTests.text(0, isScattered: false))
        #expect(try ResumeTests.convert(directory, store: "store", stopAfter: 8) == nil)
        #expect(try FileSystem().status(directory.path + "/store/ingest/journal") != nil)
        _ = try directory.write("input/1.csv", ResumeTests.text(1, isScattered: false))
        let end = try #require(try ResumeTests.convert(directory, store: "store", stopAfter: .max))
        #expect(end == (try ResumeTests.convert(directory, store: "whole", stopAfter: .max)))
    }
}
