import TapeBytes
import TapeColumns
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: rows come in order of their keys whatever these are like. Method: keys spread evenly, heaped up, equal, at the extremes, beside a sort of the library's.
@Suite struct ClusterOrderTests {
    private static func shapes(_ count: Int, _ random: inout SeededGenerator) -> [[Int64]] {
        let day: Int64 = 86_400_000_000_000
        func keys(_ body: (Int, inout SeededGenerator) -> Int64) -> [Int64] { (0..<count).map { body($0, &random) } }
        return [
            keys { _, random in Int64(random.next() % UInt64(day)) },
            keys { _, random in random.next() % 3 == 0 ? Int64(random.next() % UInt64(day)) : day / 2 + Int64(random.next() % 1000) },
            keys { _, random in Int64(random.next() % 7) },
            keys { index, _ in Int64(-index) },
            keys { index, _ in Int64(index) << 30 },
            keys { _, random in [.min, .max, 0, -1, 1].randomElement(using: &random) ?? 0 },
            keys { _, random in Int64(bitPattern: random.next()) },
            keys { _, _ in 5 },
        ]
    }

    @Test(arguments: [0, 1, 2, 3, 17, 1000, 9000]) func rowsAreSortedAndEqualOnesStay(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        for (shape, keys) in ClusterOrderTests.shapes(count, &random).enumerated() {
            let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { Int32($0) }
            #expect(RadixSort.order(of: keys) == expected, "shape \(shape)")
        }
    }

    /// Days of 24 hours but for one of 23, and a gap.
    private static func interval(_ instant: Int64) -> DayRule.Interval {
        let hour: Int64 = 3_600_000_000_000
        let starts: [Int64] = [-1000, 0, 24, 48, 71, 95, 95 + 72, 400].map { $0 * hour }
        let place = starts.lastIndex { $0 <= instant } ?? 0
        return DayRule.Interval(day: Int64(place) * 2, start: starts[place], end: place + 1 < starts.count ? starts[place + 1] : .max)
    }

    @Test func daysAreThoseOfTheRule() throws {
        let schema = try TableSchema.parse(Array("""
            name: t
            partition:
              - {name: date, day_of: ts}
            columns:
              - {name: ts, type: timestamp}
            """.utf8))
        let partitioner = Partitioner(schema, DayRule(name: "test", interval: ClusterOrderTests.interval))
        var random = SeededGenerator(seed: 9)
        let hour: Int64 = 3_600_000_000_000
        for span in [10, 30, 100, 300, 500] as [UInt64] {
            var words = (0..<2000).map { _ in Int64(random.next() % span) * hour + [0, 0, 1, -1].randomElement(using: &random)! }
            words += [0, 24 * hour - 1, 24 * hour, 71 * hour, 71 * hour - 1].filter { $0 < Int64(span) * hour }
            var column = ParsedChunk.Column()
            (column.words, column.low, column.high) = (words, words.min()!, words.max()!)
            var chunk = ParsedChunk()
            (chunk.columns, chunk.rowCount) = ([column], words.count)
            let found = partitioner.partition(chunk)
            for (key, range) in zip(found.keys, found.ranges) {
                for place in range {
                    let row = found.rows.map { Int($0[place]) } ?? place
                    #expect(key == PartitionKey([.word(ClusterOrderTests.interval(words[row]).day)]))
                }
            }
        }
    }

    /// Few rows of one key are put in order by insertion, many by a sort; the second column decides by its words, or with its nulls.
    @Test(arguments: [2, 3, 16, 17, 100]) func rowsOfOneKeyAreOrderedByAllOthersOnce(ties: Int) throws {
        let schema = try TableSchema.parse(Array("""
            name: t
            cluster: [a, b]
            columns:
              - {name: a, type: int64}
              - {name: b, type: int64, nullable: true}
              - {name: c, type: int64}
            """.utf8))
        var random = SeededGenerator(seed: UInt64(ties))
        for hasNulls in [false, true] {
            let rows = (0..<600).map { row -> [Int64?] in
                [Int64(row / ties), hasNulls && random.next() % 3 == 0 ? nil : Int64(random.next() % 4), Int64(random.next() % 3)]
            }.shuffled(using: &random)
            let columns = (0..<3).map { column in
                let vector = ColumnVector(rows.map { $0[column] })
                return StagedColumn(words: NarrowWords(vector.words, count: rows.count, low: 0, high: 600), nulls: vector.nulls)
            }
            let chunk = StagedChunk(id: ChunkID(file: 0, index: 0), rowCount: rows.count, columns: columns)
            guard case .rows(let order) = ClusterOrder(schema).arrangement(of: [StagedRows(chunk)]) else {
                Issue.record("rows out of order are taken to be in order")
                continue
            }
            // Nulls last; equal rows once.
            let expected = Set(rows.map { $0.map { $0 ?? .max } }).sorted { $0.lexicographicallyPrecedes($1) }
            #expect(order.map { rows[Int($0)].map { $0 ?? .max } } == expected)
        }
    }

    @Test func partsOfOneFormAreJoinedAsTheyAre() {
        var random = SeededGenerator(seed: 10)
        for limit in [1, 200, 60_000, 1 << 40] as [UInt64] {
            let words = (0..<3).map { _ in (0..<100).map { _ in Int64(random.next() % limit) - 7 } }
            let rows = (0..<150).map { _ in Int32(random.next() % 150) }
            // The same extremes for all, or those of each.
            for isAlike in [true, false] {
                let parts = words.map { words in
                    let (low, high) = isAlike ? (-7, Int64(limit) - 8) : (words.min()!, words.max()!)
                    let column = StagedColumn(words: NarrowWords(words, count: 100, low: low, high: high), nulls: nil)
                    return StagedRows(chunk: StagedChunk(id: ChunkID(file: 0, index: 0), rowCount: 100, columns: [column]), range: 20..<70)
                }
                let all = words.flatMap { $0[20..<70] }
                let gathered = StagedChunk.gathering(parts, rows)
                #expect((0..<150).map { gathered.columns[0].words[$0] } == rows.map { all[Int($0)] })
                let plain = StagedChunk.gathering(parts, nil)
                #expect((0..<150).map { plain.columns[0].words[$0] } == all)
            }
        }
    }
}
