import TapeBytes
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: a journal gives back what was recorded, up to where it was torn, and nothing else. Method: one record of each kind, cut at every byte and
/// with every byte flipped.
@Suite struct JournalTests {
    static let rows = FlushedRows(
        table: 1, key: PartitionKey([.word(-3), .text("ä/b")]), moments: 4...9, rowCount: 12, sources: [7, 2],
        flushed: IntakeWorker.Flushed(
            runs: [RunSegment(number: 3, offset: 70, rowCount: 8, sizeInBytes: 900, checksum: .max, clusterMin: .min, clusterMax: .max)],
            spilled: [SpilledRows(file: 5, offset: 0, sizeInBytes: 77, rowCount: 4, keys: -1...1)], duplicateCount: 1),
        isMerged: true)
    static let reject = RowError(
        kind: .badValue, line: 3, byte: 40, field: 2, column: "price", expected: "an integer", value: "x", row: "1,x")
    static let records: [JournalRecord] = [
        .staged(ChunkID(file: 0, index: 2), moment: 6, ChunkResult(recordCount: 9, lineCount: 11, rejects: [reject])),
        .flushed(rows), .done(ChunkID(file: 0, index: 2)),
        .ended(EndedFile(index: 0, schemaIndex: 1, headerLineCount: 1, chunkCount: 3, bytesRead: 400, hash: .max, ignoredColumns: ["extra"])),
    ]

    static func journal(_ directory: TemporaryDirectory) throws -> [UInt8] {
        let path = directory.path + "/journal"
        let writer = try JournalWriter(path, fingerprint: 42, size: nil, FileSystem())
        for record in records { try writer.append(record) }
        return try FileSystem().readAll(path)
    }

    static func read(_ bytes: [UInt8]) -> (records: [JournalRecord], size: Int)? {
        guard var reader = JournalReader(bytes, fingerprint: 42) else { return nil }
        var records: [JournalRecord] = []
        while let record = reader.next() { records.append(record) }
        return (records, reader.size)
    }

    @Test func givesBackWhatWasRecorded() throws {
        let bytes = try JournalTests.journal(try TemporaryDirectory())
        let (records, size) = try #require(JournalTests.read(bytes))
        #expect(records == JournalTests.records)
        #expect(size == bytes.count)
        #expect(JournalReader(bytes, fingerprint: 43) == nil)
    }

    @Test func endsWhereItIsTorn() throws {
        let bytes = try JournalTests.journal(try TemporaryDirectory())
        for size in 0..<bytes.count {
            guard let (records, held) = JournalTests.read(Array(bytes[..<size])) else {
                #expect(size < 16)
                continue
            }
            #expect(records.count < JournalTests.records.count)
            #expect(records[...] == JournalTests.records.prefix(records.count))
            #expect(held <= size)
        }
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            let records = JournalTests.read(damaged)?.records ?? []
            #expect(records.count < JournalTests.records.count && records[...] == JournalTests.records.prefix(records.count))
        }
    }

    @Test func isWrittenOnBehindWhatHolds() throws {
        let directory = try TemporaryDirectory()
        let bytes = try JournalTests.journal(directory)
        let writer = try JournalWriter(directory.path + "/journal", fingerprint: 42, size: bytes.count, FileSystem())
        try writer.append(.done(ChunkID(file: 9, index: 9)))
        let records = try #require(JournalTests.read(try FileSystem().readAll(directory.path + "/journal"))).records
        #expect(records == JournalTests.records + [.done(ChunkID(file: 9, index: 9))])
    }
}

/// Goal: rows are taken for written exactly where a flush covers a moment at which their chunk was staged, over several interruptions.
@Suite struct UnfinishedConvertTests {
    @Test func coversByMoments() {
        var partition = PartitionIntake(table: 0, key: PartitionKey([.word(1)]), stored: [], flushedUpTo: 20)
        for moments in [1...4, 12...15] {
            var rows = JournalTests.rows
            rows.moments = moments
            rows.isMerged = false
            partition.restore(rows)
        }
        #expect(partition.covers([3]) && partition.covers([9, 12]) && partition.covers([15]))
        #expect(!partition.covers([5]) && !partition.covers([11, 16]) && !partition.covers([]))
        #expect(partition.rowCount == 24 && partition.duplicateCount == 2 && partition.runs.count == 2)
    }

    @Test func onlyWholeFilesArePassedOver() throws {
        func chunk(_ index: Int) -> ChunkID { ChunkID(file: 0, index: index) }
        let result = ChunkResult(recordCount: 1, lineCount: 1, rejects: [])
        var records: [JournalRecord] = []
        for index in 0..<3 { records.append(.staged(chunk(index), moment: index, result)) }
        records.append(.ended(EndedFile(
            index: 0, schemaIndex: 0, headerLineCount: 1, chunkCount: 3, bytesRead: 3, hash: 0, ignoredColumns: [])))
        for done in 0...3 {
            let directory = try TemporaryDirectory()
            let writer = try JournalWriter(directory.path + "/journal", fingerprint: 1, size: nil, FileSystem())
            for record in records + (0..<done).map({ .done(chunk($0)) }) { try writer.append(record) }
            var reader = try #require(JournalReader(try FileSystem().readAll(directory.path + "/journal"), fingerprint: 1))
            let unfinished = UnfinishedConvert(&reader)
            #expect((unfinished.wholeFile(0) != nil) == (done == 3))
            #expect(unfinished.nextMoment == 3)
            #expect((0..<3).map { unfinished.result(of: chunk($0)) != nil } == (0..<3).map { $0 < done })
        }
    }
}
