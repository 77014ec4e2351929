import TapeBytes
import TapeStore

/// The folder of an unfinished convert: runs, spilled rows, and nothing else. Names are numbers that are given once.
struct IntakeFolder: Sendable {
    let path: String
    /// Where spilled rows go; the same folder unless another was asked for.
    let spillPath: String
    let fileSystem: FileSystem
    private let numbers = Counter()

    init(storePath: String, temporaryPath: String?, _ fileSystem: FileSystem) throws(FileError) {
        path = storePath + "/ingest"
        spillPath = temporaryPath.map { $0 + "/tapedeck-ingest" } ?? path
        self.fileSystem = fileSystem
        try remove()
        try fileSystem.createDirectories(path)
        try fileSystem.createDirectories(spillPath)
    }

    func nextNumber() -> Int { numbers.next(below: .max) ?? 0 }

    func runPath(_ number: Int) -> String { "\(path)/run-\(number)" }

    func write(_ segment: FinishedSegment) throws(FileError) -> RunSegment {
        let number = nextNumber()
        var output = try fileSystem.create(runPath(number))
        try output.write(segment.image.bytes)
        try output.close()
        return RunSegment(
            number: number, rowCount: segment.image.rowCount, sizeInBytes: segment.image.bytes.count, checksum: segment.image.checksum,
            clusterMin: segment.clusterMin, clusterMax: segment.clusterMax)
    }

    /// Removes all that is there.
    func remove() throws(FileError) {
        for folder in [path, spillPath] where try fileSystem.status(folder) != nil { try fileSystem.removeTree(folder) }
    }
}
