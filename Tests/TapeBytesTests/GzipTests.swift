import TapeTestSupport
import Testing

@testable import TapeBytes

/// Goal: gzip gives back what went in, and anything cut or damaged is an error, never less text. Method: every cut, every flipped byte,
/// and pieces of any size on both sides.
@Suite struct GzipTests {
    /// Inflates, reading `inputSize` compressed bytes and asking for `outputSize` inflated ones at a time.
    static func inflate(_ bytes: [UInt8], inputSize: Int = 1 << 16, outputSize: Int = 1 << 10) throws -> [UInt8] {
        let inflater = GzipInflater()
        var output: [UInt8] = []
        var offset = 0
        func more(_ input: inout [UInt8]) -> Int {
            let size = min(inputSize, bytes.count - offset)
            input = Array(bytes[offset..<(offset + size)])
            offset += size
            return size
        }
        while true {
            let before = output.count
            output += [UInt8](repeating: 0, count: outputSize)
            let count = try inflater.inflate(outputSize, into: &output, at: before, more: more)
            #expect(count <= outputSize)
            output.removeLast(outputSize - count)
            if count == 0 { return output }
        }
    }

    static let texts: [[UInt8]] = {
        var random = SeededGenerator(seed: 3)
        return [
            [], [0], Array("order_id,price\n".utf8), [UInt8](repeating: 65, count: 20_000),
            (0..<1000).map { _ in UInt8(truncatingIfNeeded: random.next()) },
        ]
    }()

    @Test func roundTrips() throws {
        for text in GzipTests.texts {
            let packed = try Gzip.compress(text)
            #expect(GzipInflater.isGzip(packed))
            #expect(try packed == Gzip.compress(text), "equal bytes give equal bytes")
            #expect(try GzipTests.inflate(Gzip.compress(text, pieceSize: 7), inputSize: 100, outputSize: 100) == text)
            #expect(packed[4..<8].allSatisfy { $0 == 0 }, "no time")
            #expect(try GzipTests.inflate(packed) == text)
            #expect(try GzipTests.inflate(packed, inputSize: 1, outputSize: 30) == text)
            #expect(try GzipTests.inflate(packed, inputSize: 7, outputSize: 1 << 17) == text)
        }
        #expect(try GzipTests.inflate(try Gzip.compress(GzipTests.texts[2]), inputSize: 1, outputSize: 1) == GzipTests.texts[2])
    }

    @Test(arguments: [1, 5, 1 << 16]) func membersFollowOneAnother(inputSize: Int) throws {
        let packed = try GzipTests.texts.flatMap { try Gzip.compress($0) }
        #expect(try GzipTests.inflate(packed, inputSize: inputSize, outputSize: 99) == GzipTests.texts.flatMap { $0 })
    }

    @Test(arguments: [1, 5, 1 << 16]) func zerosBehindAMemberArePadding(inputSize: Int) throws {
        let padding = [UInt8](repeating: 0, count: 700)
        for text in GzipTests.texts {
            #expect(try GzipTests.inflate(try Gzip.compress(text) + padding, inputSize: inputSize) == text)
            #expect(try GzipTests.inflate(try Gzip.compress(text) + padding + Gzip.compress([7]), inputSize: inputSize) == text + [7])
        }
        #expect(throws: GzipError.self) { try GzipTests.inflate(try Gzip.compress([1]) + padding + [1], inputSize: inputSize) }
    }

    @Test func everyCutIsTruncated() throws {
        let first = try Gzip.compress(Array("first\n".utf8))
        let packed = try first + Gzip.compress(Array("second, longer text\n".utf8))
        for size in 1..<packed.count where size != first.count {
            let error = #expect(throws: GzipError.self, "cut to \(size) bytes") { try GzipTests.inflate(Array(packed[..<size])) }
            #expect(error == GzipError(kind: .truncated, offset: size))
        }
        #expect(try GzipTests.inflate(first) == Array("first\n".utf8))
    }

    @Test func everyFlippedByteIsAnErrorOrMeansNothing() throws {
        let text = Array("order_id,price\n7901232681961407641,3390\n".utf8)
        let packed = try Gzip.compress(text)
        for index in packed.indices {
            var damaged = packed
            damaged[index] ^= 0x10
            // A member's time, hint and system, and the bits that fill up its last byte, are no part of the text.
            let inflated = try? GzipTests.inflate(damaged)
            #expect(inflated == nil || inflated == text, "byte \(index)")
        }
    }

    @Test func rubbishBehindAMemberIsAnError() {
        #expect(throws: GzipError.self) { try GzipTests.inflate(try Gzip.compress([1, 2, 3]) + Array("rubbish".utf8)) }
    }

    @Test func aFailureToReadPassesThrough() {
        struct Failure: Error {}
        var output = [UInt8](repeating: 0, count: 10)
        #expect(throws: Failure.self) {
            try GzipInflater().inflate(10, into: &output, at: 0) { (_: inout [UInt8]) throws(Failure) -> Int in throw Failure() }
        }
    }
}
