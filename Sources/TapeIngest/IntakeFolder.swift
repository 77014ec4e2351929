import TapeBytes
import TapeColumns
import TapeStore

/// The folder of an unfinished convert: its journal, runs, spilled rows, and nothing else. Names are numbers that are given once.
struct IntakeFolder: Sendable {
    let path: String
    /// Where spilled rows go; the same folder unless another was asked for.
    let spillPath: String
    let fileSystem: FileSystem
    /// What an earlier run of the same convert left.
    let unfinished: UnfinishedConvert
    /// nil where an interrupted convert is not to be gone on with.
    private let journal: JournalWriter?
    private let numbers: Counter
    private let shared = Protected(SharedRuns())

    /// - Parameters:
    ///   - fingerprint: of the convert; what another one left is removed. nil for one that cannot be gone on with, such as of standard input or a
    ///     dry run.
    ///   - tableCount: how many tables the convert knows; a journal that names others is not trusted.
    init(
        storePath: String, temporaryPath: String?, fingerprint: UInt64?, restarts: Bool = false, tableCount: Int = .max, _ fileSystem: FileSystem
    ) throws(FileError) {
        // A dry run leaves alone what waits to be gone on with.
        path = storePath + (fingerprint == nil ? "/ingest/once" : "/ingest")
        spillPath = temporaryPath.map { IntakeFolder.spillPath($0, storePath, fingerprint) } ?? path
        self.fileSystem = fileSystem
        var found: (unfinished: UnfinishedConvert, size: Int)?
        if let fingerprint, !restarts { found = try IntakeFolder.unfinished(path, spillPath, fingerprint, tableCount, fileSystem) }
        unfinished = found?.unfinished ?? UnfinishedConvert()
        numbers = Counter(from: unfinished.numbers.max().map { $0 + 1 } ?? 0)
        if found == nil { try IntakeFolder.remove([path, spillPath, IntakeFolder.notedSpillPath(in: path, fileSystem)].compactMap(\.self), fileSystem) }
        try fileSystem.createDirectories(path)
        try fileSystem.createDirectories(spillPath)
        if spillPath != path, found == nil { try IntakeFolder.noteSpillPath(spillPath, in: path, fileSystem) }
        try IntakeFolder.removeOthers([path, spillPath], unfinished, fileSystem)
        if let fingerprint {
            journal = try JournalWriter(path + "/journal", fingerprint: fingerprint, size: found?.size, fileSystem)
        } else {
            journal = nil
        }
    }

    /// Stores share a folder for temporary files, so each has a folder of its own in it.
    private static func spillPath(_ temporaryPath: String, _ storePath: String, _ fingerprint: UInt64?) -> String {
        let store = Checksum.contentHash(Array(storePath.utf8).span, previous: fingerprint ?? 0)
        return "\(temporaryPath)/\(spillFolderPrefix)\(String(store, radix: 16))"
    }

    private static let spillFolderPrefix = "tapedeck-"
    private static let spillNote = "spill-folder"

    /// So that whatever convert comes next, with whatever options, can remove what a killed one left elsewhere.
    private static func noteSpillPath(_ spillPath: String, in path: String, _ fileSystem: FileSystem) throws(FileError) {
        var note = try fileSystem.create(path + "/" + spillNote)
        try note.write(Array(spillPath.utf8))
        try note.close()
    }

    private static func notedSpillPath(in path: String, _ fileSystem: FileSystem) -> String? {
        guard let note = try? fileSystem.readAll(path + "/" + spillNote) else { return nil }
        let spillPath = String(decoding: note, as: UTF8.self)
        // Nothing else is removed, whatever the note says.
        return spillPath.split(separator: "/").last?.hasPrefix(spillFolderPrefix) == true ? spillPath : nil
    }

    private static func unfinished(
        _ path: String, _ spillPath: String, _ fingerprint: UInt64, _ tableCount: Int, _ fileSystem: FileSystem
    ) throws(FileError) -> (unfinished: UnfinishedConvert, size: Int)? {
        guard try fileSystem.status(path + "/journal") != nil,
            var reader = JournalReader(try fileSystem.readAll(path + "/journal"), fingerprint: fingerprint)
        else { return nil }
        let unfinished = UnfinishedConvert(&reader)
        guard unfinished.flushes.allSatisfy({ $0.table < tableCount }) else { return nil }
        for run in unfinished.runs where !isSound(run, path, fileSystem) { return nil }
        for (file, size) in unfinished.spillSizes {
            guard let status = try fileSystem.status(SpillFile.path(spillPath, file)), status.size >= size else { return nil }
        }
        return (unfinished, reader.size)
    }

    /// A loss of power may take what was written last.
    private static func isSound(_ run: RunSegment, _ path: String, _ fileSystem: FileSystem) -> Bool {
        guard let reader = try? open(run, path, fileSystem) else { return false }
        return reader.checksum == run.checksum && (try? reader.checkBlocks()) != nil
    }

    /// Removes what was written and came into no journal.
    private static func removeOthers(_ folders: Set<String>, _ unfinished: UnfinishedConvert, _ fileSystem: FileSystem) throws(FileError) {
        let known = Set(["journal", spillNote] + unfinished.runs.map { "run-\($0.number)" } + unfinished.spillSizes.map { "spill-\($0.key)" })
        for folder in folders {
            for entry in try fileSystem.list(folder) where !entry.isDirectory && !known.contains(entry.name) {
                try fileSystem.remove("\(folder)/\(entry.name)")
            }
        }
    }

    func nextNumber() -> Int { numbers.next(below: .max) ?? 0 }

    func runPath(_ number: Int) -> String { IntakeFolder.runPath(path, number) }

    private static func runPath(_ path: String, _ number: Int) -> String { "\(path)/run-\(number)" }

    func write(_ segment: FinishedSegment, of partition: PartitionName) throws(FileError) -> RunSegment {
        let size = segment.image.bytes.count
        let isShared = size < SharedRuns.segmentSizeMax
        let place = isShared ? shared.withLock { $0.reserve(size, for: partition, nextNumber) } : (number: nextNumber(), offset: 0)
        var output = try fileSystem.write(runPath(place.number), at: place.offset)
        try output.write(segment.image.bytes)
        if !isShared || SharedRuns.isDue(place.offset, size) { output.startWriting() }
        try output.close()
        return RunSegment(
            number: place.number, offset: place.offset, rowCount: segment.image.rowCount, sizeInBytes: size, checksum: segment.image.checksum,
            clusterMin: segment.clusterMin, clusterMax: segment.clusterMax)
    }

    /// - Throws: `SegmentError`, `FileError`.
    func open(_ run: RunSegment) throws -> SegmentReader { try IntakeFolder.open(run, path, fileSystem) }

    private static func open(_ run: RunSegment, _ path: String, _ fileSystem: FileSystem) throws -> SegmentReader {
        try SegmentReader(file: runPath(path, run.number), offset: run.offset, sizeInBytes: run.sizeInBytes, fileSystem)
    }

    /// Remembers something, so that an interrupted convert goes on from there.
    func record(_ record: JournalRecord) throws(FileError) { try journal?.append(record) }

    /// Removes all that is there.
    func remove() throws(FileError) { try IntakeFolder.remove([path, spillPath], fileSystem) }

    private static func remove(_ folders: [String], _ fileSystem: FileSystem) throws(FileError) {
        for folder in folders where try fileSystem.status(folder) != nil { try fileSystem.removeTree(folder) }
    }
}

/// The files that small segments share, one behind the other: those of partitions whose keys differ in the last part only, as the securities of a day.
/// A file of its own costs a segment of a few kilobytes more than its bytes, now and at each question.
private struct SharedRuns {
    /// Larger ones have files of their own. In bytes.
    static let segmentSizeMax = 1 << 20
    /// A file that is this large takes no more.
    private static let fileSizeMax = 64 << 20
    private static let sizePerStart = 4 << 20

    /// The file that a group writes, and its size so far.
    private var files: [PartitionName: (number: Int, size: Int)] = [:]

    /// Room for a segment.
    mutating func reserve(_ size: Int, for partition: PartitionName, _ nextNumber: () -> Int) -> (number: Int, offset: Int) {
        let group = PartitionName(table: partition.table, key: PartitionKey(Array(partition.key.parts.dropLast())))
        var file = files[group] ?? (nextNumber(), 0)
        if file.size >= SharedRuns.fileSizeMax { file = (nextNumber(), 0) }
        defer { files[group] = (file.number, file.size + size) }
        return (file.number, file.size)
    }

    /// Whether a file is to be sent to the disk when a segment was written there: now and then, as the last page is written again.
    static func isDue(_ offset: Int, _ size: Int) -> Bool { offset / sizePerStart != (offset + size) / sizePerStart }
}
