import TapeBytes
import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeStore

/// Goal: zones say what the segments say, die with them, and are never needed. Method: commits of as many segments as are gathered.
@Suite struct ZonesTests {
    private static func words(_ number: Int) -> [Int64] { [Int64(number) * 10, Int64(number) * 10 + 5] }

    /// Commits many stations at once.
    private static func commit(_ path: String, _ stations: Range<Int>, _ fileSystem: FileSystem = FileSystem()) throws {
        var writer = try StoreWriter(path: path, fileSystem: fileSystem)
        var adding: [SegmentEntry] = []
        for number in stations {
            let image = StoreTests.image(words(number))
            adding.append(StoreTests.entry(image, "station \(number)", writer.nextGeneration))
            try writer.write(image, as: adding[adding.count - 1], StoreTests.keyColumns)
        }
        let keys = Set(adding.map(\.key))
        try writer.commit(adding: adding, removing: Set(writer.catalog.entries(of: "weather").filter { keys.contains($0.key) }), settings: StoreTests.settings)
    }

    private static func file(_ path: String, _ generation: Int) -> String { path + "/" + Zones.path("weather", generation) }

    @Test func haveARowForEachBlock() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try ZonesTests.commit(path, 0..<40)
        let store = try Store(path: path)
        let column = try #require(store.zones("weather", generation: 1)?.column("temperature"))
        let rows = store.catalog.firstZones(0..<40)
        #expect(rows.map(\.row) == Array(0..<40))
        for (row, entry) in store.catalog.allEntries.enumerated() {
            let words = try store.open(entry).vector(0).words
            let extremes = try #require(column.extremes(row..<(row + 1), rowCount: 2))
            #expect(extremes == (0, words[0], words[1]))
        }
        #expect(store.zones("weather", generation: 1)?.column("humidity") == nil)
        #expect(store.zones("weather", generation: 2) == nil)
        try store.verifyZones()
    }

    /// Of columns with nulls, of one word, of several blocks; and segments without rows, or with columns that others lack.
    @Test func sayWhatTheFootersSay() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        var random = SeededGenerator(seed: 5)
        var writer = try StoreWriter(path: path)
        var adding: [SegmentEntry] = []
        for number in 0..<20 {
            let count = [0, 1, 8192, 8193, 40_000][number % 5]
            var columns = [
                ColumnSchema(name: "a", type: .int64, isNullable: true), ColumnSchema(name: "b", type: .float64), ColumnSchema(name: "c", type: .string),
                ColumnSchema(name: "d", type: .int8),
            ]
            if number % 3 == 0 { columns.swapAt(0, 3) }
            if number % 4 == 3 { columns.removeLast() }
            var image = SegmentWriter(columns: columns)
            image.appendAll(columns.map { column in
                ColumnVector((0..<count).map { _ in
                    let word = Int64(random.next() % (column.name == "d" ? 1 : 100_000))
                    return column.isNullable && random.next() % 3 == 0 ? nil : column.type == .string ? 0 : word
                })
            })
            let written = image.finish(dictionaries: columns.map { $0.type == .string ? ["only"] : [] })
            adding.append(StoreTests.entry(written, "station \(number)", writer.nextGeneration))
            try writer.write(written, as: adding[number], StoreTests.keyColumns)
        }
        try writer.commit(adding: adding, settings: StoreTests.settings)
        let store = try Store(path: path)
        try store.verifyZones()
        let zones = try #require(store.zones("weather", generation: 1))
        let firsts = store.catalog.firstZones(0..<20)
        #expect(zones.column("c") == nil)
        for (row, entry) in store.catalog.allEntries.enumerated() {
            let segment = try store.open(entry)
            #expect((firsts[row].row < 0) == (segment.blockCount == 0))
            guard segment.blockCount > 0 else { continue }
            let blocks = firsts[row].row..<(firsts[row].row + segment.blockCount)
            for name in ["a", "b", "d"] {
                let known = zones.column(name)?.column(blocks, rowCount: entry.rowCount, sizeInBytes: entry.sizeInBytes)
                guard let ordinal = segment.columnIndex(name) else {
                    #expect(known == nil)
                    continue
                }
                let descriptor = try segment.descriptor(ordinal)
                #expect(known?.ordinal == ordinal && known?.type == descriptor.type && known?.blocks == descriptor.blocks)
                #expect(zones.column(name)?.column(blocks, rowCount: entry.rowCount, sizeInBytes: 20) == nil, "blocks outside the segment")
            }
        }
    }

    @Test func fewSegmentsHaveNone() throws {
        let directory = try TemporaryDirectory()
        try ZonesTests.commit(directory.path + "/store", 0..<5)
        let store = try Store(path: directory.path + "/store")
        #expect(store.catalog.firstZones(0..<5).allSatisfy { $0.row < 0 })
        #expect(try FileSystem().status(ZonesTests.file(directory.path + "/store", 1)) == nil)
        try store.verifyZones()
    }

    @Test func dieWithTheLastOfTheirSegments() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try ZonesTests.commit(path, 0..<30)
        try ZonesTests.commit(path, 0..<29)
        _ = try StoreWriter(path: path).nextGeneration
        #expect(try FileSystem().status(ZonesTests.file(path, 1)) != nil)
        try Store(path: path).verifyZones()
        try ZonesTests.commit(path, 29..<30)
        _ = try StoreWriter(path: path).nextGeneration
        #expect(try FileSystem().status(ZonesTests.file(path, 1)) == nil)
        #expect(try FileSystem().status(ZonesTests.file(path, 2)) != nil)
        try Store(path: path).verifyZones()
    }

    @Test func damageIsFound() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try ZonesTests.commit(path, 0..<30)
        try ZonesTests.commit(path, 30..<60)
        let whole = try FileSystem().readAll(ZonesTests.file(path, 1))
        for index in stride(from: 0, to: whole.count, by: 7) {
            var damaged = whole
            damaged[index] ^= 4
            try damaged.write(to: ZonesTests.file(path, 1))
            #expect(throws: StoreError.self, "byte \(index)") { try Store(path: path).verifyZones() }
        }
        // Sound by itself, and of others.
        try FileSystem().readAll(ZonesTests.file(path, 2)).write(to: ZonesTests.file(path, 1))
        #expect(throws: StoreError.self) { try Store(path: path).verifyZones() }
        // Nobody needs them.
        try FileSystem().remove(ZonesTests.file(path, 1))
        try Store(path: path).verifyZones()
    }

    @Test func afterAFailureAtAnyCallTheyAreThoseOfTheStore() throws {
        for count in 0..<1000 {
            let directory = try TemporaryDirectory()
            let path = directory.path + "/store"
            let faults = FailingCalls(after: count)
            let result = Result { try ZonesTests.commit(path, 0..<17, FileSystem(faults: faults)) }
            guard faults.failed else { return try result.get() }
            try ZonesTests.commit(path, 3..<20)
            let store = try Store(path: path)
            try store.verifyZones()
            #expect([17, 20].contains(store.catalog.segmentCount), "after \(count) calls")
        }
        Issue.record("the commit never ran through")
    }
}

/// Goal: what is kept between questions stays within its bound, and gives way to what is asked for now.
@Suite struct SegmentCacheTests {
    private func blocks() throws -> BlockCache { BlockCache(try SegmentReader(StoreTests.image([1, 2, 3]).bytes)) }

    @Test func keepsUpToItsBound() throws {
        let blocks = try blocks()
        let cache = SegmentCache(sizeMax: 3 * blocks.sizeInBytes)
        cache.beginQuestion()
        for row in 0..<5 { cache.keep(blocks, row) }
        #expect((0..<5).map { cache.blocks($0) != nil } == [true, true, true, false, false])
        cache.beginQuestion()
        _ = cache.blocks(1)
        cache.beginQuestion()
        cache.keep(blocks, 4)
        #expect((0..<5).map { cache.blocks($0) != nil } == [false, true, false, false, true], "what was not asked for last time gave way")
    }

    @Test func keepsNothingWithoutRoom() throws {
        let cache = SegmentCache(sizeMax: 0)
        cache.keep(try blocks(), 0)
        #expect(cache.blocks(0) == nil)
    }
}

extension [UInt8] {
    func write(to path: String) throws {
        var output = try FileSystem().create(path)
        try output.write(self)
        try output.close()
    }
}
