import TapeBytes
import TapeTestSupport
import Testing

@testable import TapeStore

/// Goal: segments in packs are as safe as those with files of their own.
@Suite struct PackTests {
    /// Commits a segment of each station into one pack.
    static func commitPacked(_ path: String, _ stations: [String: [Int64]], _ fileSystem: FileSystem = FileSystem()) throws {
        var writer = try StoreWriter(path: path, fileSystem: fileSystem)
        var adding: [SegmentEntry] = []
        for (station, words) in stations.sorted(by: { $0.key < $1.key }) {
            let image = StoreTests.image(words)
            adding.append(try writer.writePacked(image, as: StoreTests.entry(image, station, 0)))
            if station == "b" { try writer.endPack() }
        }
        let keys = Set(adding.map(\.key))
        try writer.commit(adding: adding, removing: Set(writer.catalog.entries(of: "weather").filter { keys.contains($0.key) }), settings: StoreTests.settings)
    }

    @Test func packsHoldManySegmentsAndDieAsAWhole() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try StoreTests.commit(path, "alone", [1])
        try PackTests.commitPacked(path, ["a": [1, 2], "b": [3], "c": [4, 5, 6]])
        try PackTests.commitPacked(path, ["c": [7]])
        let contents = ["alone": [1], "a": [1, 2], "b": [3], "c": [7]] as [String: [Int64]]
        #expect(try StoreTests.contents(path) == Dictionary(uniqueKeysWithValues: contents.map { ("2024-09-05, \($0)", $1) }))
        let store = try Store(path: path)
        for entry in store.catalog.entries(of: "weather") {
            let image = try store.image(entry)
            #expect(image.bytes.count == entry.sizeInBytes && image.checksum == entry.checksum)
        }
        // The second pack of the second commit held nothing but what was replaced.
        _ = try StoreWriter(path: path)
        #expect(try treeContents(path + "/packs").keys.sorted() == ["2-1.pack", "3-1.pack"])
    }

    @Test func aPackThatIsCutOrChangedIsNoticed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        try PackTests.commitPacked(path, ["a": [1, 2, 9], "c": [4, 5, 6]])
        let file = path + "/packs/1-1.pack"
        let whole = try FileSystem().readAll(file)
        for count in 0..<whole.count {
            var output = try FileSystem().create(file)
            try output.write(Array(whole[..<count]))
            try output.close()
            #expect(throws: StoreError.self) { _ = try StoreTests.contents(path) }
        }
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 0x10
            var output = try FileSystem().create(file)
            try output.write(bytes)
            try output.close()
            #expect(throws: StoreError.self, "byte \(index)") { _ = try StoreTests.contents(path) }
        }
    }

    @Test func afterAFailureAtAnyCallPacksAreTheOldOrTheNew() throws {
        let directory = try TemporaryDirectory()
        let (old, new) = (["a": [1, 2, 3], "b": [4]] as [String: [Int64]], ["a": [7], "b": [8, 9]] as [String: [Int64]])
        func named(_ contents: [String: [Int64]]) -> [String: [Int64]] {
            Dictionary(uniqueKeysWithValues: contents.map { ("2024-09-05, \($0)", $1) })
        }
        var count = 0
        while true {
            let path = directory.path + "/store\(count)"
            try PackTests.commitPacked(path, old)
            let faults = FailingCalls(after: count)
            let didCommit = (try? PackTests.commitPacked(path, new, FileSystem(faults: faults))) != nil
            let contents = try StoreTests.contents(path)
            #expect(contents == named(old) || contents == named(new), "failing from call \(count) on")
            if didCommit { #expect(contents == named(new)) }
            guard faults.failed else { break }
            count += 1
        }
        #expect(count > 10)
    }
}
