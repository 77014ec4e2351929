import TapeBytes
import TapeColumns
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: a partition's bytes depend on its set of rows alone. Method: one table of rows, given in many orders, batches, flushes and passes, against
/// the same rows sorted by plain comparison.
@Suite struct PartitionTests {
    struct Row: Hashable {
        var time: Int64
        var level: Int64?
        var text: String?
    }

    static let schema = TableSchema(name: "readings", columns: [
        ColumnSchema(name: "level", type: .int32, isNullable: true), ColumnSchema(name: "time", type: .timestamp),
        ColumnSchema(name: "text", type: .string, isNullable: true),
    ], clusterKey: ["time"])

    /// Distinct rows in the order that a partition has: by time, then level, then text, nulls last.
    static func rows(_ count: Int) -> [Row] {
        var random = SeededGenerator(seed: UInt64(count))
        var rows: Set<Row> = []
        while rows.count < count {
            rows.insert(Row(
                time: Int64(random.next() % UInt64(count)) - 20, level: random.next() % 7 == 0 ? nil : Int64(random.next() % 100) - 50,
                text: ["b", nil, "", "zwölf", "Z", "a"][Int(random.next() % 6)]))
        }
        return rows.sorted { left, right in
            if left.time != right.time { return left.time < right.time }
            if left.level != right.level { return (left.level ?? .max) < (right.level ?? .max) }
            guard let first = left.text, let second = right.text else { return left.text != nil }
            return first.utf8.lexicographicallyPrecedes(second.utf8)
        }
    }

    /// Rows as staged chunks, each with a dictionary of its own.
    static func stage(_ rows: [Row], batch: Int) -> [StagedRows] {
        stride(from: 0, to: rows.count, by: batch).map { first in
            let part = rows[first..<min(first + batch, rows.count)]
            var texts: [[UInt8]] = []
            let codes = part.map { row -> Int64? in
                guard let text = row.text.map({ Array($0.utf8) }) else { return nil }
                if !texts.contains(text) { texts.append(text) }
                return texts.firstIndex(of: text).map { Int64($0) }
            }
            func column(_ values: [Int64?], _ texts: [[UInt8]] = []) -> StagedColumn {
                let vector = ColumnVector(values)
                let words = NarrowWords(
                    vector.words, count: values.count, low: vector.words.min() ?? 0, high: vector.words.max() ?? 0)
                return StagedColumn(words: words, nulls: vector.nulls, texts: texts)
            }
            let columns = [column(part.map(\.level)), column(part.map(\.time)), column(codes, texts)]
            return StagedRows(StagedChunk(id: ChunkID(file: 0, index: first), rowCount: part.count, columns: columns))
        }
    }

    /// A worker, and the folder that it writes to.
    struct Workplace {
        let directory: TemporaryDirectory
        let folder: IntakeFolder
        let worker: IntakeWorker

        init(rowsPerPass: Int = 1 << 20) throws {
            directory = try TemporaryDirectory()
            folder = try IntakeFolder(storePath: directory.path, temporaryPath: nil, fingerprint: nil, FileSystem())
            let rule = DayRule(name: "none") { _ in DayRule.Interval(day: 0, start: .min, end: .max) }
            let converter = Converter(
                storePath: directory.path, schemas: [SchemaSource(schema: PartitionTests.schema, text: "")], dayRule: rule,
                options: ConvertOptions())
            worker = IntakeWorker(converter, folder, rowsPerPass: rowsPerPass)
        }

        func bytes(_ run: RunSegment) throws -> [UInt8] {
            try FileSystem().open(folder.runPath(run.number)).read(at: run.offset, count: run.sizeInBytes)
        }
    }

    /// What one or several flushes of some rows, and their merge if there must be one, make of the partition.
    static func finish(_ flushes: [[Row]], batch: Int, spills: Bool = false, rowsPerPass: Int = 1 << 20) throws -> [[UInt8]] {
        let place = try Workplace(rowsPerPass: rowsPerPass)
        var partition = PartitionIntake(table: 0, key: PartitionKey([]), stored: [], flushedUpTo: -1)
        for (index, rows) in flushes.enumerated() {
            let parts = stage(rows, batch: batch)
            let flushed = try index == 0 && !spills ? place.worker.encode(parts, of: partition.name) : place.worker.spill(parts, table: 0)
            partition.runs += flushed.runs
            partition.spilled += flushed.spilled
            partition.duplicateCount += flushed.duplicateCount
        }
        if !partition.spilled.isEmpty {
            let merged = try place.worker.merge(partition, store: nil)
            partition.runs = merged.runs
            partition.duplicateCount += merged.duplicateCount
        }
        let rowCount = flushes.reduce(0) { $0 + $1.count }
        #expect(partition.runs.reduce(0) { $0 + $1.rowCount } + partition.duplicateCount == rowCount)
        return try partition.runs.map { try place.bytes($0) }
    }

    static func contents(_ images: [[UInt8]]) throws -> [Row] {
        try images.flatMap { bytes in
            let reader = try SegmentReader(bytes)
            let (level, time, text) = (try reader.vector(0), try reader.vector(1), try reader.vector(2))
            let strings = try reader.strings(2)
            return (0..<reader.rowCount).map { Row(time: time.words[$0], level: level[$0], text: text[$0].map { strings[Int($0)] }) }
        }
    }

    static let large = rows(SegmentLayout.rowsPerBlock + 3000)

    @Test func sortedRowsComeBack() throws {
        for count in [1, 2, 100, 8192, 8193] {
            let rows = PartitionTests.rows(count)
            let images = try PartitionTests.finish([rows], batch: 1000)
            #expect(images.count == 1)
            #expect(try PartitionTests.contents(images) == rows)
        }
    }

    @Test func everyOrderGivesTheSameBytes() throws {
        var random = SeededGenerator(seed: 5)
        for rows in [PartitionTests.rows(50), PartitionTests.large] {
            let expected = try PartitionTests.finish([rows], batch: rows.count)
            #expect(try PartitionTests.contents(expected) == rows)
            for (order, batch) in [(rows, 777), (rows.reversed(), 5000), (rows.shuffled(using: &random), 4096)] {
                #expect(try PartitionTests.finish([order], batch: batch) == expected)
                #expect(try PartitionTests.finish([order], batch: batch, spills: true) == expected)
            }
        }
    }

    @Test func duplicatesAreDroppedAndCounted() throws {
        let rows = PartitionTests.large
        var random = SeededGenerator(seed: 6)
        let expected = try PartitionTests.finish([rows], batch: 5000)
        let doubled = [rows.flatMap { [$0, $0] }, rows + rows[..<5000], (rows + rows[10_000...]).shuffled(using: &random)]
        for rows in doubled { #expect(try PartitionTests.finish([rows], batch: 6000) == expected) }
    }

    @Test func flushesChangeNothing() throws {
        let rows = PartitionTests.large
        let expected = try PartitionTests.finish([rows], batch: 5000)
        for (first, second) in [(rows[..<3000], rows[3000...]), (rows[9000...], rows[..<9000]), (rows[..<9000], rows[8000...])] {
            for spills in [false, true] {
                #expect(try PartitionTests.finish([Array(first), Array(second)], batch: 2000, spills: spills) == expected)
            }
        }
    }

    /// More rows than are sorted at once go by ranges of the key.
    @Test func passesChangeNothing() throws {
        let rows = PartitionTests.large
        var random = SeededGenerator(seed: 9)
        let expected = try PartitionTests.finish([rows], batch: 5000)
        let shuffled = rows.shuffled(using: &random)
        for rowsPerPass in [300, 1000, 9000] {
            #expect(try PartitionTests.finish([shuffled], batch: 4000, spills: true, rowsPerPass: rowsPerPass) == expected)
            let flushes = [Array(shuffled[..<7000]), Array(shuffled[5000...])]
            #expect(try PartitionTests.finish(flushes, batch: 3000, rowsPerPass: rowsPerPass) == expected)
        }
    }

    /// Rows whose texts are equal as Swift strings and differ in their bytes are two rows.
    @Test func textsAreToldApartByTheirBytes() throws {
        let rows = [Row(time: 1, level: 1, text: "cafe\u{301}"), Row(time: 1, level: 1, text: "caf\u{E9}")]
        let images = try [rows, rows.reversed()].map { try PartitionTests.finish([$0], batch: 1) }
        #expect(try SegmentReader(images[0][0]).rowCount == 2)
        #expect(images[0] == images[1])
    }

    @Test func aSegmentWithoutAColumnReadsAsNull() throws {
        var writer = SegmentWriter(columns: [ColumnSchema(name: "time", type: .timestamp)])
        writer.appendAll([ColumnVector(words: [1, 3])])
        let place = try Workplace()
        var partition = PartitionIntake(table: 0, key: PartitionKey([]), stored: [], flushedUpTo: -1)
        partition.runs = [try place.folder.write(FinishedSegment(image: writer.finish(), clusterMin: 1, clusterMax: 3), of: partition.name)]
        partition.staged = PartitionTests.stage([Row(time: 2, level: 5, text: "x")], batch: 1)
        let merged = try place.worker.merge(partition, store: nil)
        #expect(try PartitionTests.contents(merged.runs.map { try place.bytes($0) }) == [
            Row(time: 1, level: nil, text: nil), Row(time: 2, level: 5, text: "x"), Row(time: 3, level: nil, text: nil),
        ])
    }
}
