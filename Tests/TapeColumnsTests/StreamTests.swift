import TapeBytes
import TapeTestSupport
import Testing

@testable import TapeColumns

/// Goal: decode(encode(x)) == x for every encoding, over sizes around every boundary and contents of every kind.
/// Method: each encoding by name, then the writer's own choice, on seeded data.
@Suite struct StreamTests {
    static let sizes = [1, 2, 3, 63, 64, 65, 127, 128, 129, 1000, 8191, 8192]

    static func contents(_ size: Int, seed: UInt64) -> [(name: String, words: [Int64])] {
        var random = SeededGenerator(seed: seed)
        let rows = 0..<size
        let extremes = [Int64.min, -1, 0, 1, Int64.max]
        return [
            ("constant", rows.map { _ in 42 }),
            ("ascending", rows.map { Int64($0) * 3 + 1_725_448_941_574_323_178 }),
            ("random", rows.map { _ in Int64(bitPattern: random.next()) }),
            ("small", rows.map { _ in Int64(random.next() % 7) }),
            ("extremes", rows.map { _ in extremes[Int(random.next() % 5)] }),
            ("outliers", rows.map { _ in random.next() % 50 == 0 ? Int64(random.next() >> 2) : Int64(random.next() % 1000) }),
            ("runs", rows.map { Int64($0 / 40 % 5) - 2 }),
            ("two families", rows.map { _ in (random.next() & 1 == 0 ? 7_901_232_681_961_407_641 : 5) + Int64(random.next() % 100_000) }),
        ]
    }

    @Test(arguments: sizes) func choiceRoundTrips(size: Int) throws {
        for (name, words) in StreamTests.contents(size, seed: UInt64(size)) {
            var bytes: [UInt8] = []
            Stream.encode(words, to: &bytes)
            var offset = 0
            #expect(try Stream.decode(bytes.span, offset: &offset, count: size) == words, "\(name)")
            #expect(offset == bytes.count, "\(name)")
            #expect(bytes.count <= PlainEncoding.size(count: size), "\(name) is never larger than plain")
        }
    }

    @Test(arguments: sizes) func eachEncodingRoundTrips(size: Int) throws {
        for (name, words) in StreamTests.contents(size, seed: UInt64(size) + 1000) {
            var streams: [(String, [UInt8])] = []
            func add(_ label: String, _ encode: (inout [UInt8]) -> Void) {
                var bytes: [UInt8] = []
                encode(&bytes)
                streams.append((label, bytes))
            }
            add("plain") { PlainEncoding.encode(words.span, to: &$0) }
            add("packed") { PackedEncoding.encode(words.span, to: &$0) }
            let deltas = DeltaEncoding.deltas(words)
            add("delta") {
                DeltaEncoding.encode(words, deltas: deltas, WordSummary(deltas), PackedEncoding.Plan(deltas.span), to: &$0, depth: 0)
            }
            add("runs") { RunLengthEncoding.encode(RunLengthEncoding.Runs(words, WordSummary(words), depth: 0), to: &$0, depth: 0) }
            let summary = WordSummary(words)
            let width = BitPacking.width(of: UInt64(bitPattern: summary.max &- summary.min))
            add("planes") { PlanesEncoding.encode(words, base: summary.min, byteCount: max(1, (width + 7) / 8), to: &$0) }
            if let dictionary = DictionaryEncoding.dictionary(words, WordSummary(words), sizeMax: 1 << 20) {
                add("dictionary") { DictionaryEncoding.encode(dictionary, to: &$0, depth: 0) }
            }
            for (label, bytes) in streams {
                var offset = 0
                #expect(try Stream.decode(bytes.span, offset: &offset, count: size) == words, "\(label) of \(name)")
                #expect(offset == bytes.count, "\(label) of \(name)")
            }
            var packed: [UInt8] = []
            PackedEncoding.encode(words.span, to: &packed)
            #expect(packed.count == PackedEncoding.size(words.span), "the size of packed \(name) is exact")
        }
    }

    @Test func cutStreamsThrow() throws {
        for (name, words) in StreamTests.contents(200, seed: 7) {
            var bytes: [UInt8] = []
            Stream.encode(words, to: &bytes)
            for size in 0..<bytes.count {
                let cut = Array(bytes[..<size])
                #expect(throws: MalformedBytes.self, "\(name) cut to \(size) bytes") {
                    var offset = 0
                    _ = try Stream.decode(cut.span, offset: &offset, count: words.count)
                }
            }
        }
    }

    /// Any bytes give words or an error, never a crash.
    @Test func arbitraryBytesDoNotCrash() {
        var random = SeededGenerator(seed: 99)
        for _ in 0..<20_000 {
            var bytes = (0..<Int(random.next() % 60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if !bytes.isEmpty { bytes[0] = UInt8(random.next() % 9) }
            var offset = 0
            _ = try? Stream.decode(bytes.span, offset: &offset, count: Int(random.next() % 300))
        }
    }
}
