import TapeTestSupport
import Testing

@testable import TapeBytes

@Suite struct WordsTests {
    /// Words of many kinds: of one width, of all widths, mostly small with a few large ones, in runs, extremes.
    static func words(_ kind: Int, count: Int, _ random: inout SeededGenerator) -> [Int64] {
        var previous: Int64 = 0
        return (0..<count).map { _ in
            let word = Int64.random(in: .min ... .max, using: &random)
            switch kind {
            case 0: return word & 1023
            case 1: return word >> Int64.random(in: 0...63, using: &random)
            case 2: return Int.random(in: 0..<20, using: &random) == 0 ? word & 0xFFFF_FFFF : word & 255
            case 3:
                if Int.random(in: 0..<9, using: &random) == 0 { previous = word }
                return previous
            default: return [.min, .max, 0, -1][Int.random(in: 0..<4, using: &random)]
            }
        }
    }

    /// The bytes of a mini-block packed with `width` bits, as `tape_packed_plan` documents them; nil where there would be too many patches.
    static func packedSize(_ offsets: [UInt64], width: Int) -> Int? {
        let wide = offsets.map { 64 - $0.leadingZeroBitCount }.filter { $0 > width }
        guard wide.count < 32 else { return nil }
        let patches = wide.isEmpty ? 0 : 1 + wide.reduce(0) { $0 + 1 + ($1 - width + 6) / 7 }
        return (offsets.count * width + 7) / 8 + patches
    }

    @Test func plansPackInTheFewestBytes() {
        var random = SeededGenerator(seed: 5)
        for round in 0..<600 {
            let words = WordsTests.words(round % 5, count: Int.random(in: 1...300, using: &random), &random)
            let plan = Words.packedPlan(words.span)
            #expect(plan == Words.packedPlan(words.span, isPortable: true))
            var total = 0
            for (block, base) in plan.bases.enumerated() {
                let part = words[(block * 128)..<min(words.count, block * 128 + 128)]
                #expect(base == part.min())
                let offsets = part.map { UInt64(bitPattern: $0 &- base) }
                let width = Int(plan.widths[block])
                let size = WordsTests.packedSize(offsets, width: width)
                let widest = 64 - offsets.max()!.leadingZeroBitCount
                let candidates = widest <= 4 ? [widest] : Set(offsets.map { 64 - $0.leadingZeroBitCount }).sorted()
                #expect(size == candidates.compactMap { WordsTests.packedSize(offsets, width: $0) }.min())
                #expect(Int(plan.patchCounts[block]) == offsets.count { 64 - $0.leadingZeroBitCount > width })
                total += size ?? 0
            }
            #expect(plan.size == total)
        }
    }

    @Test func runsAreThoseOfAPlainLoop() {
        var random = SeededGenerator(seed: 6)
        for round in 0..<300 {
            let words = WordsTests.words(round % 5, count: Int.random(in: 1...300, using: &random), &random)
            var expected: [(value: Int64, length: Int64)] = []
            for word in words {
                if expected.last?.value == word { expected[expected.count - 1].length += 1 } else { expected.append((word, 0)) }
            }
            for isPortable in [false, true] {
                let runs = Words.runs(words.span, runCount: expected.count, isPortable: isPortable)
                #expect(runs.values == expected.map(\.value))
                #expect(runs.lengths == expected.map(\.length))
            }
        }
    }

    @Test func codesAreLookedUpAndWrongOnesReported() {
        let table: [Int64] = [7, .min, .max, 0, -3]
        for count in [0, 1, 7, 8, 9, 100] {
            let codes = (0..<count).map { Int64($0 * 3 % 5) }
            var words = codes
            var span = words.mutableSpan
            #expect(Words.lookUp(table, &span, 0..<count))
            #expect(words == codes.map { table[Int($0)] })
            for wrong in [5, -1, Int64.max] where count > 0 {
                var words = codes
                words[count / 2] = wrong
                var span = words.mutableSpan
                #expect(!Words.lookUp(table, &span, 0..<count))
            }
        }
    }
}
