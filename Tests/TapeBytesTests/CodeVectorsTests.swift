import TapeTestSupport
import Testing

@testable import TapeBytes

/// Goal: the loops over codes say what plain loops say. Method: random codes at counts around a step of the kernels.
@Suite struct CodeVectorsTests {
    private static let counts = Array(0...40) + [127, 128, 129, 1000, 8192]

    @Test func runsAreFilledToTheLastRow() {
        var random = SeededGenerator(seed: 1)
        for runCount in [0, 1, 2, 3, 7, 8, 9, 100, 1000] {
            let lengths = (0..<runCount).map { _ in UInt16(truncatingIfNeeded: random.next() % (random.next() % 5 == 0 ? 40 : 3)) }
            let values = (0..<runCount).map { _ in UInt16(truncatingIfNeeded: random.next()) }
            let count = lengths.reduce(0) { $0 + Int($1) + 1 }
            let expected = zip(values, lengths).flatMap { [UInt16](repeating: $0, count: Int($1) + 1) }
            #expect(CodeVectors.fill(values, lengths: lengths, count: count) == expected)
            let numbers = lengths.indices.flatMap { [UInt16](repeating: UInt16($0), count: Int(lengths[$0]) + 1) }
            #expect(CodeVectors.fill(nil, lengths: lengths, count: count) == numbers)
            #expect(CodeVectors.fill(values, lengths: lengths, count: count + 1) == nil)
            if count > 0 { #expect(CodeVectors.fill(values, lengths: lengths, count: count - 1) == nil) }
        }
    }

    @Test func rowsAreCountedSummedAndOrderedByCode() {
        var random = SeededGenerator(seed: 2)
        for count in CodeVectorsTests.counts {
            let limit = 1 + Int(random.next() % 20)
            let codes = (0..<count).map { _ in UInt16(random.next() % UInt64(limit)) }
            let words = (0..<count).map { _ in Int64(bitPattern: random.next()) >> 30 }
            let histogram = CodeVectors.histogram(codes, below: limit)
            #expect(histogram == (0..<limit).map { code in UInt32(codes.filter { $0 == code }.count) })
            #expect(CodeVectors.rows(by: codes, histogram) == codes.indices.sorted { (codes[$0], $0) < (codes[$1], $1) }.map { Int32($0) })
            var sums = WideSums()
            sums.grow(limit)
            sums.add(words, values: nil, groups: (0..<UInt32(limit)).map { $0 }, codes: codes)
            for code in 0..<limit { #expect(sums[code] == zip(codes, words).reduce(Int128(0)) { $0 + (Int($1.0) == code ? Int128($1.1) : 0) }) }
        }
    }

    @Test func wordsAreComparedWithOne() {
        let words = (0..<100).flatMap { _ in [Int64.min, -2, -1, 0, 1, 2, .max] }
        for count in CodeVectorsTests.counts where count <= words.count {
            for word in [Int64.min, -1, 0, 1, .max] {
                let some = Array(words[..<count])
                for isNot in [false, true] {
                    #expect(CodeVectors.marks(some, .equal, word, isNot: isNot) == some.map { ($0 == word) != isNot ? 1 : 0 })
                    #expect(CodeVectors.marks(some, .less, word, isNot: isNot) == some.map { ($0 < word) != isNot ? 1 : 0 })
                    #expect(CodeVectors.marks(some, .greater, word, isNot: isNot) == some.map { ($0 > word) != isNot ? 1 : 0 })
                }
            }
        }
    }

    @Test func wordsLieInTheRangesOfTheirSplitters() {
        var random = SeededGenerator(seed: 3)
        for splitterCount in 0...20 {
            let splitters = Set((0..<splitterCount).map { _ in Int64(random.next() % 100) - 50 }).sorted()
            let words = (-60...60).map { Int64($0) } + [.min, .max]
            #expect(WordOrder.ranges(words, splitters: splitters) == words.map { word in UInt16(splitters.filter { $0 <= word }.count) })
        }
    }

    @Test func digitsAreThoseOfTheNumber() {
        var power: UInt64 = 1
        for value in [0, 5, 9, 10, 99, 100, 101, .max] as [UInt64] + (0..<19).flatMap({ _ -> [UInt64] in
            power = power &* 10
            return [power &- 1, power, power &+ 1]
        }) {
            var bytes = Array("=".utf8)
            bytes.appendDigits(value)
            #expect(String(decoding: bytes, as: UTF8.self) == "=\(value)")
        }
    }
}
