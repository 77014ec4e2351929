import TapeBytes
import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeStore

/// Goal: a store is always one that was committed whole. Method: small commits through a file system that fails at the n-th call, for every n.
@Suite struct StoreTests {
    static let keyColumns = [KeyColumn(name: "day", type: .date), KeyColumn(name: "station", type: .string)]
    static let settings = ["key.weather": Catalog.settingText(keyColumns)]

    static func image(_ words: [Int64]) -> SegmentImage {
        var writer = SegmentWriter(columns: [ColumnSchema(name: "temperature", type: .int64)])
        writer.appendAll([ColumnVector(words: words)])
        return writer.finish()
    }

    static func entry(_ image: SegmentImage, _ station: String, _ generation: Int) -> SegmentEntry {
        SegmentEntry(
            table: "weather", key: PartitionKey([.word(19_971), .text(station)]), generation: generation, part: 0,
            rowCount: image.rowCount, sizeInBytes: image.bytes.count, checksum: image.checksum, clusterMin: 0, clusterMax: 9, sources: [1, 2])
    }

    /// Commits one segment of a station, in place of those that the station has.
    static func commit(_ path: String, _ station: String, _ words: [Int64], _ fileSystem: FileSystem = FileSystem()) throws {
        var writer = try StoreWriter(path: path, fileSystem: fileSystem)
        let image = image(words)
        let entry = entry(image, station, writer.nextGeneration)
        let old = writer.catalog.entries(of: "weather").filter { $0.key == entry.key }
        try writer.write(image, as: entry, keyColumns)
        try writer.commit(adding: [entry], removing: Set(old), settings: settings)
    }

    static func contents(_ path: String) throws -> [String: [Int64]] {
        let store = try Store(path: path)
        var contents: [String: [Int64]] = [:]
        for entry in store.catalog.entries(of: "weather") {
            try store.verify(entry)
            contents[store.describe(entry.key, of: "weather"), default: []] += try store.open(entry).vector(0).words
        }
        return contents
    }

    @Test func commitsAddUpAndReplace() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try StoreTests.commit(path, "../../etc", [1, 2])
        try StoreTests.commit(path, "Zürich", [3])
        try StoreTests.commit(path, "../../etc", [4, 5, 6])
        #expect(try StoreTests.contents(path) == ["2024-09-05, ../../etc": [4, 5, 6], "2024-09-05, Zürich": [3]])
        let reopened = try StoreWriter(path: path)
        #expect(reopened.catalog.generation == 3)
        let files = try treeContents(path + "/weather").keys.sorted()
        #expect(files == ["2024-09-05/%2E%2E%2F%2E%2E%2Fetc.3.seg", "2024-09-05/Z%C3%BCrich.2.seg"], "garbage is gone")
    }

    @Test func whatIsInForceIsNotAbandoned() throws {
        let directory = try TemporaryDirectory()
        var count = 0
        while true {
            let path = directory.path + "/store\(count)"
            let faults = FailingCalls(after: count, failing: 1)
            let image = StoreTests.image([4])
            do {
                var writer = try StoreWriter(path: path, fileSystem: FileSystem(faults: faults))
                do {
                    let entry = StoreTests.entry(image, "a", writer.nextGeneration)
                    try writer.write(image, as: entry, StoreTests.keyColumns)
                    try writer.commit(adding: [entry], settings: StoreTests.settings)
                } catch {
                    writer.abandon()
                }
            } catch {}
            if try FileSystem().status(path + "/CURRENT") != nil { #expect(try StoreTests.contents(path) == ["2024-09-05, a": [4]], "failing call \(count)") }
            guard faults.failed else { break }
            count += 1
        }
        #expect(count > 10)
    }

    @Test func whatLaterCommitsRemovedIsOutdatedAndNotDamaged() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try StoreTests.commit(path, "a", [1])
        let store = try Store(path: path)
        let entry = try #require(store.catalog.entries(of: "weather").first)
        #expect(!store.isOutdated)
        try StoreTests.commit(path, "a", [2])
        #expect(store.isOutdated)
        #expect(try store.open(entry).vector(0).words == [1])
        try StoreTests.commit(path, "a", [3])
        let error = #expect(throws: StoreError.self) { _ = try store.open(entry) }
        guard case .outdated = error?.kind else { Issue.record("\(String(describing: error))"); return }
        #expect(try StoreTests.contents(path).values.first == [3])
        #expect(try store.reopened().catalog.generation == 3)
    }

    @Test func catalogsRoundTrip() throws {
        let entries = (0..<100).map { StoreTests.entry(StoreTests.image([Int64($0)]), "station \($0)", $0 % 7 + 1) }
        let catalog = Catalog(generation: 8, settings: StoreTests.settings, entries: entries)
        let read = try Catalog(SegmentReader(catalog.image().bytes))
        #expect(read.allEntries == catalog.allEntries)
        #expect(Set(read.allEntries) == Set(entries))
        #expect(read.generation == 8)
        #expect(read.keyColumns(of: "weather") == StoreTests.keyColumns)
        #expect(read.entries(of: "no such table").isEmpty)
    }

    @Test func noByteOfACatalogIsUnchecked() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try StoreTests.commit(path, "Z", [1, 2])
        try Store(path: path).verifyCatalog()
        let file = path + "/catalog/0000000001"
        let whole = try FileSystem().readAll(file)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 4
            try damaged.write(to: file)
            #expect(throws: StoreError.self, "byte \(index)") { try Store(path: path).verifyCatalog() }
        }
    }

    @Test func aSecondWriterIsRefused() throws {
        let directory = try TemporaryDirectory()
        let writer = try StoreWriter(path: directory.path + "/store")
        #expect(throws: StoreError.self) { _ = try StoreWriter(path: directory.path + "/store") }
        _ = writer.nextGeneration
    }

    @Test func afterAFailureAtAnyCallTheStoreIsTheOldOrTheNew() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        let old: [String: [Int64]] = ["2024-09-05, a": [1, 2, 3]]
        let new: [String: [Int64]] = ["2024-09-05, a": [7]]
        var sawOld = false
        for count in 0..<1000 {
            try StoreTests.commit(path, "a", [1, 2, 3])
            let faults = FailingCalls(after: count)
            let result = Result { try StoreTests.commit(path, "a", [7], FileSystem(faults: faults)) }
            let found = try StoreTests.contents(path)
            if faults.failed {
                #expect(found == old || found == new, "after \(count) calls")
                sawOld = sawOld || found == old
            } else {
                #expect(found == new)
                try result.get()
                #expect(sawOld && count > 10)
                return
            }
        }
        Issue.record("the commit never ran through")
    }

    @Test func afterAFirstCommitCutShortAnywhereTheNextOneWorks() throws {
        for count in 0..<60 {
            let directory = try TemporaryDirectory()
            let path = directory.path + "/store"
            let faults = FailingCalls(after: count)
            _ = Result { try StoreTests.commit(path, "a", [7], FileSystem(faults: faults)) }
            try StoreTests.commit(path, "b", [8])
            let found = try StoreTests.contents(path)
            #expect(found["2024-09-05, b"] == [8] && found.count <= 2, "after \(count) calls")
        }
    }

    @Test func aFolderOfOtherThingsIsNoStore() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("thesis.txt", "mine")
        #expect(throws: StoreError.self) { _ = try StoreWriter(path: directory.path) }
        #expect(throws: StoreError.self) { _ = try Store(path: directory.path) }
        #expect(try treeContents(directory.path).keys.sorted() == ["thesis.txt"])
    }
}

/// Goal: every text becomes one path component, and back.
@Suite struct PathComponentTests {
    @Test(arguments: ["", "110621", "..", "a/b", "%", "%41", "Ä b", ".hidden", "x.1", "\n"]) func roundTrips(text: String) {
        let component = PathComponent.encode(text)
        #expect(PathComponent.decode(component) == text)
        #expect(!component.contains("/") && !component.contains(".") && !component.isEmpty)
    }

    @Test func othersAreRefused() {
        for component in ["%4", "%zz", "a.b", "%41", "%e4", "a b"] { #expect(PathComponent.decode(component) == nil, "\(component)") }
    }
}

/// Goal: keys are told apart as their paths are.
@Suite struct PartitionKeyTests {
    @Test func textsCompareByTheirBytes() {
        let composed = PartitionKey([.text("caf\u{E9}")])
        let decomposed = PartitionKey([.text("cafe\u{301}")])
        #expect(composed != decomposed && Set([composed, decomposed]).count == 2)
        #expect((composed < decomposed) != (decomposed < composed))
        #expect(PartitionKey([.word(2), .text("b")]) < PartitionKey([.word(2), .text("c")]))
        #expect(PartitionKey([.word(10)]) > PartitionKey([.word(9)]))
    }
}
