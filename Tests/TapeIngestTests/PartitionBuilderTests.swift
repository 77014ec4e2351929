import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: a partition's bytes depend on its set of rows alone. Method: one table of rows, given in many orders, batches and runs, against
/// the same rows sorted by plain comparison.
@Suite struct PartitionBuilderTests {
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

    /// Appends rows as batches, each with a dictionary of its own.
    static func append(_ rows: [Row], batch: Int, to builder: inout PartitionBuilder) throws {
        for first in stride(from: 0, to: rows.count, by: batch) {
            let part = rows[first..<min(first + batch, rows.count)]
            var dictionary: [String] = []
            let codes = part.map { row -> Int64? in
                guard let text = row.text else { return nil }
                if !dictionary.contains(text) { dictionary.append(text) }
                return dictionary.firstIndex(of: text).map { Int64($0) }
            }
            let vectors = [ColumnVector(part.map(\.level)), ColumnVector(words: part.map(\.time)), ColumnVector(codes)]
            try builder.append(vectors, [[], [], dictionary], (0..<Int32(part.count)).map { $0 }, 0..<part.count)
        }
    }

    static func finish(_ rows: [Row], batch: Int) throws -> FinishedPartition? {
        var builder = PartitionBuilder(schema)
        try append(rows, batch: batch, to: &builder)
        #expect(builder.rowCount == rows.count)
        let finished = try builder.finish()
        #expect(finished.map { $0.image.rowCount + builder.duplicateCount } ?? 0 == rows.count)
        return finished
    }

    static func contents(_ image: SegmentImage) throws -> [Row] {
        let reader = try SegmentReader(image.bytes)
        let (level, time, text) = (try reader.vector(0), try reader.vector(1), try reader.vector(2))
        let strings = try reader.strings(2)
        return (0..<reader.rowCount).map { Row(time: time.words[$0], level: level[$0], text: text[$0].map { strings[Int($0)] }) }
    }

    static let large = rows(PartitionBuilder.stagedRowCount + 3000)

    @Test func sortedRowsComeBack() throws {
        for count in [1, 2, 100, 8192, 8193] {
            let rows = PartitionBuilderTests.rows(count)
            let finished = try #require(try PartitionBuilderTests.finish(rows, batch: 1000))
            #expect(try PartitionBuilderTests.contents(finished.image) == rows)
            #expect(finished.clusterMin == rows.first?.time && finished.clusterMax == rows.last?.time)
        }
        #expect(try PartitionBuilderTests.finish([], batch: 1) == nil)
    }

    @Test func everyOrderGivesTheSameBytes() throws {
        var random = SeededGenerator(seed: 5)
        for rows in [PartitionBuilderTests.rows(50), PartitionBuilderTests.large] {
            let expected = try #require(try PartitionBuilderTests.finish(rows, batch: rows.count))
            #expect(try PartitionBuilderTests.contents(expected.image) == rows)
            for (order, batch) in [(rows, 777), (rows.reversed(), 5000), (rows.shuffled(using: &random), 4096)] {
                let finished = try #require(try PartitionBuilderTests.finish(order, batch: batch))
                #expect(finished.image.bytes == expected.image.bytes)
                #expect(finished.clusterMin == expected.clusterMin && finished.clusterMax == expected.clusterMax)
            }
        }
    }

    @Test func duplicatesAreDroppedAndCounted() throws {
        let rows = PartitionBuilderTests.large
        var random = SeededGenerator(seed: 6)
        let expected = try #require(try PartitionBuilderTests.finish(rows, batch: 5000))
        let doubled = [rows.flatMap { [$0, $0] }, rows + rows[..<5000], (rows + rows[10_000...]).shuffled(using: &random)]
        for rows in doubled {
            #expect(try PartitionBuilderTests.finish(rows, batch: 6000)?.image.bytes == expected.image.bytes)
        }
    }

    @Test func sealsAndStoredSegmentsChangeNothing() throws {
        let rows = PartitionBuilderTests.large
        let expected = try #require(try PartitionBuilderTests.finish(rows, batch: 5000))
        for (first, second) in [(rows[..<3000], rows[3000...]), (rows[9000...], rows[..<9000]), (rows[..<9000], rows[8000...])] {
            var sealed = PartitionBuilder(PartitionBuilderTests.schema)
            try PartitionBuilderTests.append(Array(first), batch: 2000, to: &sealed)
            try sealed.seal()
            #expect(sealed.stagedSizeInBytes == 0)
            try PartitionBuilderTests.append(Array(second), batch: 2000, to: &sealed)
            #expect(try sealed.finish()?.image.bytes == expected.image.bytes)

            let stored = try #require(try PartitionBuilderTests.finish(Array(first), batch: 2000))
            var merged = PartitionBuilder(PartitionBuilderTests.schema)
            merged.add(try SegmentReader(stored.image.bytes))
            try PartitionBuilderTests.append(Array(second), batch: 2000, to: &merged)
            #expect(try merged.finish()?.image.bytes == expected.image.bytes)
            #expect(merged.rowCount == second.count && merged.duplicateCount == first.count + second.count - rows.count)
        }
    }

    /// Rows whose texts are equal as Swift strings and differ in their bytes are two rows.
    @Test func textsAreToldApartByTheirBytes() throws {
        let rows = [Row(time: 1, level: 1, text: "cafe\u{301}"), Row(time: 1, level: 1, text: "caf\u{E9}")]
        let images = try [rows, rows.reversed()].map { try PartitionBuilderTests.finish($0, batch: 1)?.image }
        #expect(images[0]?.rowCount == 2)
        #expect(images[0]?.bytes == images[1]?.bytes)
    }

    @Test func aSegmentWithoutAColumnReadsAsNull() throws {
        var writer = SegmentWriter(columns: [ColumnSchema(name: "time", type: .timestamp)])
        writer.appendAll([ColumnVector(words: [1, 3])])
        var builder = PartitionBuilder(PartitionBuilderTests.schema)
        builder.add(try SegmentReader(writer.finish().bytes))
        try PartitionBuilderTests.append([Row(time: 2, level: 5, text: "x")], batch: 1, to: &builder)
        let image = try #require(try builder.finish()).image
        #expect(try PartitionBuilderTests.contents(image) == [
            Row(time: 1, level: nil, text: nil), Row(time: 2, level: 5, text: "x"), Row(time: 3, level: nil, text: nil),
        ])
    }
}
