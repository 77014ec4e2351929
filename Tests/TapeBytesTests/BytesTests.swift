import TapeTestSupport
import Testing

@testable import TapeBytes

/// Goal: what is written as bytes is read back, and anything else is an error.
@Suite struct BytesTests {
    @Test(arguments: [0, 1, 63, 64, 65, 128, 200]) func packedNumbersRoundTrip(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        for width in 0...64 {
            let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
            let base = Int64(bitPattern: random.next())
            let words = (0..<count).map { _ in base &+ Int64(bitPattern: random.next() & mask) }
            var bytes: [UInt8] = [7]
            BitPacking.pack(words.span, 0..<count, base: base, width: width, to: &bytes)
            #expect(bytes.count == 1 + BitPacking.size(count: count, width: width))
            var output = [Int64](repeating: 0, count: count)
            var span = output.mutableSpan
            var offset = 1
            try BitPacking.unpack(bytes.span, offset: &offset, count: count, width: width, base: base, into: &span, at: 0)
            #expect(output == words && offset == bytes.count)
        }
    }

    @Test func varintsRoundTrip() throws {
        for value: UInt64 in [0, 1, 127, 128, 300, 1 << 35, .max] {
            var bytes: [UInt8] = []
            bytes.appendVarint(value)
            #expect(bytes.count == varintSize(value))
            var offset = 0
            #expect(try bytes.span.readVarint(&offset) == value)
        }
        for value: Int64 in [0, -1, 1, .min, .max] {
            var bytes: [UInt8] = []
            bytes.appendZigzag(value)
            var offset = 0
            #expect(try bytes.span.readZigzag(&offset) == value)
        }
        let endless = [UInt8](repeating: 0xFF, count: 11)
        #expect(throws: MalformedBytes.self) {
            var offset = 0
            _ = try endless.span.readVarint(&offset)
        }
    }

    /// The check value of RFC 3720, and the two implementations against each other.
    @Test func checksums() {
        #expect(Checksum.crc32c(Array("123456789".utf8).span) == 0xE306_9283)
        var random = SeededGenerator(seed: 8)
        for size in 0..<200 {
            let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(Checksum.crc32c(bytes.span) == Checksum.crc32cPortable(bytes))
            let half = size / 2
            let first = Checksum.crc32c(bytes.span, 0..<half)
            #expect(Checksum.crc32c(bytes.span, half..<size, previous: first) == Checksum.crc32c(bytes.span))
        }
    }

    @Test func lz4RoundTripsAndRefusesDamage() throws {
        let bytes = (0..<5000).map { UInt8($0 % 23) }
        let compressed = try #require(LZ4.compress(bytes, sizeMax: 5000))
        #expect(compressed.count < 200)
        #expect(try LZ4.decompress(compressed.span, 0..<compressed.count, size: 5000) == bytes)
        #expect(throws: MalformedBytes.self) { try LZ4.decompress(compressed.span, 0..<compressed.count, size: 4999) }
        #expect(throws: MalformedBytes.self) { try LZ4.decompress(compressed.span, 0..<(compressed.count - 1), size: 5000) }
        #expect(LZ4.compress([1, 2, 3], sizeMax: 2) == nil)
    }
}

/// Goal: threads do each job once.
@Suite struct ThreadTests {
    @Test(arguments: [1, 2, 9]) func concurrentMapKeepsOrder(workers: Int) {
        #expect(concurrentMap(1000, workers: workers) { $0 * 3 } == (0..<1000).map { $0 * 3 })
    }

    @Test func everyWorkerRuns() {
        let seen = Protected<Set<Int>>([])
        concurrently(workers: 5) { worker in seen.withLock { _ = $0.insert(worker) } }
        #expect(seen.value == [0, 1, 2, 3, 4])
    }
}
