import TapeBytes
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeIngest

/// Goal: a convert of some partitions stores these and counts the rest; converts that name all partitions in turn end with the segments of one
/// that takes all. Method: the files of `ResumeTests`, whose rows are of six to nine stations, in order and scattered.
@Suite struct PartitionSelectionTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try FileSystem().createDirectories(directory.path + "/input")
    }

    private func writeFiles(isScattered: Bool) throws {
        for file in 0..<3 { _ = try directory.write("input/\(file).csv", ResumeTests.text(file, isScattered: isScattered)) }
    }

    private func convert(_ store: String, _ stations: Set<Int64>?, replaces: Bool = false) throws -> ConvertSummary {
        var options = ConvertOptions()
        options.onError = .skip
        options.rejectLimit = .partsPerMillion(100_000)
        options.chunkSize = 1024
        options.workers = 2
        options.replaces = replaces
        if let stations { options.selection = PartitionSelection(["station": .among(stations)], text: "stations \(stations.sorted())") }
        let rule = DayRule(name: "none") { _ in DayRule.Interval(day: 0, start: .min, end: .max) }
        return try Converter(
            storePath: directory.path + "/" + store, schemas: [SchemaSource(schema: ResumeTests.schema, text: "")], dayRule: rule, options: options
        ).run([directory.path + "/input"])
    }

    /// By station.
    private func segments(_ store: String) throws -> [String: [UInt8]] {
        let files = try treeContents(directory.path + "/" + store).filter { $0.key.hasPrefix("readings/") }
        return Dictionary(uniqueKeysWithValues: files.map { (String($0.key.prefix { $0 != "." }), $0.value) })
    }

    @Test(arguments: [false, true]) func selectionsInTurnMakeTheWhole(isScattered: Bool) throws {
        try writeFiles(isScattered: isScattered)
        _ = try convert("whole", nil)
        let whole = try segments("whole")

        let first = try #require(try convert("parts", [1, 4]).tables.first)
        #expect(try segments("parts") == whole.filter { $0.key == "readings/1" || $0.key == "readings/4" })
        #expect(first.partitionCount == 2 && first.rowsRead == 1800 && first.rowsLeftOut > 1000)
        #expect(first.newRows + first.rowsRejected + first.rowsLeftOut == 1800)

        let again = try convert("parts", [1, 4])
        #expect(again.files.isEmpty && again.skippedFiles.count == 3)

        // A selection of which the store has all that there is matches something.
        let more = try #require(try convert("parts", [1, 4, 77]).tables.first)
        #expect(more.newRows == 0 && more.partitionCount == 0 && more.rowsLeftOut + more.rowsRejected == 1800)

        // What overlaps with the first is not stored twice.
        let second = try #require(try convert("parts", [0, 1, 2]).tables.first)
        #expect(second.partitionCount == 2 && second.duplicates == 0)
        let rest = try #require(try convert("parts", nil).tables.first)
        #expect(rest.rowsLeftOut == first.newRows + second.newRows)
        #expect(try segments("parts") == whole)
        #expect(try convert("parts", [3]).skippedFiles.count == 3)
    }

    @Test func aFileThatChangedSinceIsNoLongerTheSame() throws {
        try writeFiles(isScattered: false)
        _ = try convert("store", [1])
        _ = try convert("store", [2])
        _ = try directory.write("input/1.csv", "station,time,value\n2,1,5\n")
        let error = try #require(throws: ConvertError.self) { try convert("store", [2]) }
        guard case .changedFile = error.kind else {
            Issue.record("\(error)")
            return
        }
        // Other files have rows of the same partitions, and are the same as before.
        let shared = try #require(throws: ConvertError.self) { try convert("store", [2], replaces: true) }
        guard case .sharedPartition(let others) = shared.kind else {
            Issue.record("\(shared)")
            return
        }
        #expect(Set(others.map { $0.suffix(5) }) == ["0.csv", "2.csv"])
    }

    @Test func whatMatchesNothingFails() throws {
        try writeFiles(isScattered: true)
        let error = try #require(throws: ConvertError.self) { try convert("store", [77]) }
        guard case .emptySelection(let keys) = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(keys == (0..<9).map { PartitionKey([.word($0)]) })
        #expect(try FileSystem().status(directory.path + "/store") == nil)
    }
}
