import TapeColumns
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: a partition's bytes depend on its set of rows alone.
/// Method: the same rows in order, shuffled, with duplicates, sealed at odd moments, and split between the store and new input.
@Suite struct PartitionBuilderTests {
    static let schema = TableSchema(
        name: "t", columns: [
            ColumnSchema(name: "time", type: .int64), ColumnSchema(name: "value", type: .int64, isNullable: true),
            ColumnSchema(name: "text", type: .string),
        ], clusterKey: ["time"])
    static let strings = ["x", "y", "", "zz"]

    static func rows(_ count: Int) -> [[Int64?]] {
        var random = SeededGenerator(seed: 9)
        return (0..<count).map { [Int64($0 / 3), random.next() % 9 == 0 ? nil : Int64($0), Int64(random.next() % 4)] }
    }

    static func append(_ rows: [[Int64?]], to builder: inout PartitionBuilder) throws {
        let vectors = (0..<3).map { column in ColumnVector(rows.map { $0[column] }) }
        let order = (0..<Int32(rows.count)).map { $0 }
        try builder.append(vectors, [[], [], strings], order, 0..<rows.count)
    }

    static func bytes(_ batches: [[[Int64?]]], sealing: Bool = false, existing: [UInt8]? = nil) throws -> (bytes: [UInt8], duplicates: Int) {
        var builder = PartitionBuilder(schema)
        if let existing { builder.add(try SegmentReader(existing)) }
        for batch in batches {
            try append(batch, to: &builder)
            if sealing { try builder.seal() }
        }
        let finished = try builder.finish()
        return (finished?.image.bytes ?? [], builder.duplicateCount)
    }

    @Test(arguments: [1, 100, 8192, 8193, 40_000]) func orderAndBatchesDoNotMatter(count: Int) throws {
        let rows = PartitionBuilderTests.rows(count)
        let expected = try PartitionBuilderTests.bytes([rows])
        #expect(try SegmentReader(expected.bytes).rowCount == count - expected.duplicates)
        var random = SeededGenerator(seed: 1)
        let shuffled = rows.shuffled(using: &random)
        let halves = [Array(shuffled.prefix(count / 2)), Array(shuffled.dropFirst(count / 2))]
        #expect(try PartitionBuilderTests.bytes([shuffled]).bytes == expected.bytes)
        #expect(try PartitionBuilderTests.bytes(halves).bytes == expected.bytes)
        #expect(try PartitionBuilderTests.bytes(halves, sealing: true).bytes == expected.bytes)
        let stored = try PartitionBuilderTests.bytes([halves[0]]).bytes
        if !stored.isEmpty { #expect(try PartitionBuilderTests.bytes([halves[1]], existing: stored).bytes == expected.bytes) }
    }

    @Test func duplicatesAreDroppedAndCounted() throws {
        let rows = PartitionBuilderTests.rows(20_000)
        let expected = try PartitionBuilderTests.bytes([rows])
        let doubled = try PartitionBuilderTests.bytes([rows, rows])
        #expect(doubled.bytes == expected.bytes)
        #expect(doubled.duplicates == expected.duplicates * 2 + 20_000 - expected.duplicates)
    }

    @Test func rowsComeBackInOrder() throws {
        let rows = PartitionBuilderTests.rows(9000)
        let reader = try SegmentReader(try PartitionBuilderTests.bytes([rows.reversed()]).bytes)
        try reader.verify()
        let times = try reader.vector(0).words
        #expect(times == times.sorted())
        let values = try reader.vector(1)
        #expect((0..<values.count).compactMap { values[$0] }.sorted() == rows.compactMap { $0[1] }.sorted())
    }
}
