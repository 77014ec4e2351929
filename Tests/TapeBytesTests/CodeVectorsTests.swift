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

    @Test func tablesOfEverySizeAreLookedUp() {
        var random = SeededGenerator(seed: 11)
        for size in [1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 500] {
            let table = (0..<size).map { _ in UInt16(truncatingIfNeeded: random.next()) }
            for count in CodeVectorsTests.counts {
                let codes = (0..<count).map { _ in UInt16(random.next() % UInt64(size)) }
                #expect(CodeVectors.lookUp(table, codes) == codes.map { table[Int($0)] })
                let bytes = table.map { UInt8(truncatingIfNeeded: $0) }
                #expect(CodeVectors.lookUp(bytes, codes) == codes.map { bytes[Int($0)] })
                var one = [UInt8](zeros: size)
                one[Int(random.next() % UInt64(size))] = 7
                #expect(CodeVectors.lookUp(one, codes) == codes.map { one[Int($0)] })
                let words = table.map { Int64($0) }
                #expect(CodeVectors.lookUp(words, codes) == codes.map { words[Int($0)] })
            }
        }
    }

    @Test func codesThatOccurAreFound() {
        var random = SeededGenerator(seed: 16)
        for limit in [1, 2, 16, 31, 32, 33, 256, 1000] {
            for count in CodeVectorsTests.counts {
                let codes = (0..<count).map { _ in UInt16(random.next() % UInt64(limit)) }
                #expect(CodeVectors.occurring(codes, below: limit) == Set(codes).sorted())
            }
        }
    }

    @Test func markedRowsAreNumbered() {
        var random = SeededGenerator(seed: 12)
        for count in CodeVectorsTests.counts {
            for share in [1, 2, 10, 1000] as [UInt64] {
                let marks = (0..<count).map { _ in random.next() % share == 0 ? UInt8(1) : 0 }
                #expect(CodeVectors.markedRows(marks) == marks.indices.filter { marks[$0] > 0 }.map { Int32($0) })
            }
        }
    }

    @Test func runsOfManyLengthsAreFilled() {
        var random = SeededGenerator(seed: 13)
        for lengthMax in [1, 2, 5, 40, 300] as [UInt64] {
            for runCount in [1, 31, 32, 33, 64, 200, 900] {
                let lengths = (0..<runCount).map { _ in UInt16(random.next() % lengthMax) }
                let values = (0..<runCount).map { _ in UInt16(truncatingIfNeeded: random.next()) }
                let count = lengths.reduce(0) { $0 + Int($1) + 1 }
                #expect(CodeVectors.fill(values, lengths: lengths, count: count) == zip(values, lengths).flatMap { [UInt16](repeating: $0, count: Int($1) + 1) })
                #expect(CodeVectors.fill(nil, lengths: lengths, count: count) == lengths.indices.flatMap { [UInt16](repeating: UInt16($0), count: Int(lengths[$0]) + 1) })
                #expect(CodeVectors.fill(values, lengths: lengths, count: count + 3) == nil)
                if count > 1 { #expect(CodeVectors.fill(values, lengths: lengths, count: count - 1) == nil) }
            }
        }
    }

    @Test func totalsAreCountsAndSums() {
        var random = SeededGenerator(seed: 14)
        for count in CodeVectorsTests.counts where count > 0 {
            let codes = (0..<count).map { _ in UInt16(random.next() % 7) }
            let words = (0..<count).map { _ in Int64(bitPattern: random.next()) >> 35 }
            let totals = CodeVectors.totals(words, values: nil, codes: codes, below: 9)
            #expect(totals?.counts == CodeVectors.histogram(codes, below: 9))
            #expect(totals?.sums == (0..<9).map { code in zip(codes, words).reduce(0) { $0 + (Int($1.0) == code ? $1.1 : 0) } })
            let table: [Int64] = [-(1 << 29) + 1, (1 << 29) - 1, 0, -5]
            let values = (0..<count).map { _ in UInt16(random.next() % 4) }
            let coded = CodeVectors.totals(table, values: values, codes: codes, below: 7)
            #expect(coded?.sums == (0..<7).map { code in zip(codes, values).reduce(0) { $0 + (Int($1.0) == code ? table[Int($1.1)] : 0) } })
        }
        #expect(CodeVectors.totals([1 << 29], values: nil, codes: [0], below: 1) == nil)
    }

    @Test func markedRowsAreCountedAndSummed() {
        var random = SeededGenerator(seed: 16)
        for count in CodeVectorsTests.counts {
            for share in [1, 2, 50] as [UInt64] {
                let marks = (0..<count).map { _ in random.next() % share == 0 ? 1 : 0 as UInt8 }
                #expect(CodeVectors.count(marks) == marks.reduce(0) { $0 + Int($1) })
                let words = (0..<count).map { _ in Int64(bitPattern: random.next()) >> 22 }
                let table: [Int64] = [-(1 << 43) + 1, (1 << 43) - 1, 0, -5]
                let values = (0..<count).map { _ in UInt16(random.next() % 4) }
                var sums = WideSums()
                sums.grow(2)
                guard count > 0 else { continue }
                #expect(sums.add(words, values: nil, marks: marks, to: 0) && sums.add(table, values: values, marks: marks, to: 1))
                #expect(sums[0] == zip(words, marks).reduce(0) { $0 + ($1.1 == 1 ? Int128($1.0) : 0) })
                #expect(sums[1] == zip(values, marks).reduce(0) { $0 + ($1.1 == 1 ? Int128(table[Int($1.0)]) : 0) })
            }
        }
        var sums = WideSums()
        sums.grow(1)
        #expect(!sums.add([1 << 43], values: nil, marks: [1], to: 0) && sums[0] == 0, "too large for 64 bits")
    }

    @Test func sumsOfAllWordsAreExact() {
        var random = SeededGenerator(seed: 17)
        for count in CodeVectorsTests.counts {
            for words in [[Int64](repeating: .min, count: count), [Int64](repeating: .max, count: count), (0..<count).map { _ in Int64(bitPattern: random.next()) }] {
                var sums = WideSums()
                sums.grow(1)
                sums.add(words, to: 0)
                #expect(sums[0] == words.reduce(0) { $0 + Int128($1) })
            }
        }
    }

    /// Numbers of every width up to 16 bits, as words and as codes.
    @Test func packedCodesAreThePackedWords() throws {
        var random = SeededGenerator(seed: 15)
        for width in 0...16 {
            for count in CodeVectorsTests.counts where count > 0 {
                let blockCount = (count + PackedStream.miniBlockSize - 1) / PackedStream.miniBlockSize
                let base = Int64(random.next() % UInt64(1 << 16 - 1 << width + 1))
                var bytes = [UInt8](repeating: UInt8(width), count: blockCount)
                for first in stride(from: 0, to: count, by: PackedStream.miniBlockSize) {
                    let size = (min(PackedStream.miniBlockSize, count - first) * width + 7) / 8
                    bytes += (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                }
                // Bases of many widths, each of which adds up to the base.
                let baseWidth = Int(random.next() % 65)
                let more = baseWidth == 64 ? random.next() : random.next() % (1 << UInt64(baseWidth))
                let bases = [Int64](repeating: Int64(bitPattern: more), count: blockCount)
                var packed: [UInt8] = []
                BitPacking.pack(bases.span, 0..<blockCount, base: 0, width: baseWidth, to: &packed)
                bytes = packed + bytes
                let rest = base &- Int64(bitPattern: more)
                var words = [Int64](repeating: 0, count: count)
                var (offset, end) = (0, 0)
                var span = words.mutableSpan
                try PackedStream.words(bytes.span, offset: &offset, base: rest, baseWidth: baseWidth, count: count, into: &span, at: 0)
                let found = try #require(PackedStream.codes(bytes.span, offset: &end, base: rest, baseWidth: baseWidth, count: count))
                #expect(found.codes == words.map { UInt16($0) }, "width \(width), \(count) numbers")
                #expect(words.allSatisfy { $0 >= base && $0 < base + 1 << Int64(width) })
                #expect(found.highest == Int(words.max() ?? 0) && end == offset && end == bytes.count)
                // One more than fits.
                guard width > 0 else { continue }
                var again = 0
                let isAll = words.allSatisfy { $0 == base }
                let most = rest &+ (Int64(UInt16.max) - base)
                #expect((PackedStream.codes(bytes.span, offset: &again, base: most, baseWidth: baseWidth, count: count) == nil) == !isAll)
            }
        }
    }

    @Test func digitsAreThoseOfTheNumber() {
        var power: UInt64 = 1
        var random = SeededGenerator(seed: 11)
        let others = (0..<2000).map { _ in random.next() >> (random.next() % 64) }
        for value in others + [0, 5, 9, 10, 99, 100, 101, .max] as [UInt64] + (0..<19).flatMap({ _ -> [UInt64] in
            power = power &* 10
            return [power &- 1, power, power &+ 1]
        }) {
            var bytes = Array("=".utf8)
            bytes.appendDigits(value)
            #expect(String(decoding: bytes, as: UTF8.self) == "=\(value)")
        }
    }
}
