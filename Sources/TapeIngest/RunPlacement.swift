import TapeBytes
import TapeColumns
import TapeStore

/// Gives the segments that a convert has written to its folder their places in the store.
///
/// A file with one segment becomes that segment's. A file that many share becomes a pack, where the convert publishes so many segments of the table that
/// packs matter; otherwise each is copied into a file of its own.
struct RunPlacement {
    private let converter: Converter
    private let folder: IntakeFolder
    private var runs: [RunSegment] = []
    private var entries: [SegmentEntry] = []

    /// So many files are linked or copied between two looks at whether the convert was cancelled: a fraction of a second.
    private static let filesPerStep = 4096
    private static let copiesPerStep = 256

    init(_ converter: Converter, _ folder: IntakeFolder) {
        self.converter = converter
        self.folder = folder
    }

    mutating func add(_ run: RunSegment, _ entry: SegmentEntry) {
        runs.append(run)
        entries.append(entry)
    }

    /// Puts the segments, which were added in the catalog's order, where they belong, and returns their entries, which say so.
    consuming func placed(_ writer: inout StoreWriter) throws(ConvertError) -> [SegmentEntry] {
        let (alone, packs, copied) = try plan()
        for first in stride(from: 0, to: alone.count, by: RunPlacement.filesPerStep) {
            try checkCancelled()
            let files = alone[first..<min(first + RunPlacement.filesPerStep, alone.count)].map { (path($0), entries[$0], keyColumns($0)) }
            try storing { () throws(StoreError) in try writer.adopt(files) }
        }
        try checkCancelled()
        let numbers = try storing { () throws(StoreError) in try writer.adoptPacks(packs.map { path($0[0]) }) }
        for (pack, number) in zip(packs, numbers) {
            for segment in pack { (entries[segment].pack, entries[segment].offset) = (number, runs[segment].offset) }
        }
        for (count, segment) in copied.enumerated() {
            if count % RunPlacement.copiesPerStep == 0 { try checkCancelled() }
            let image = try image(segment)
            try storing { () throws(StoreError) in try writer.write(image, as: entries[segment], keyColumns(segment)) }
        }
        return entries
    }

    /// The segments that are alone in their files, those of each file that becomes a pack, and those to be copied.
    private func plan() throws(ConvertError) -> (alone: [Int], packs: [[Int]], copied: [Int]) {
        var (alone, packs, copied) = ([Int](), [[Int]](), [Int]())
        let files = Dictionary(grouping: runs.indices) { runs[$0].number }.values.sorted { $0[0] < $1[0] }
        var sharing: [String: Int] = [:]
        for file in files where file.count > 1 { sharing[entries[file[0]].table, default: 0] += file.count }
        for file in files {
            let size = file.reduce(0) { $0 + runs[$1].sizeInBytes }
            let fileSize = try fileSize(file[0])
            if file.count == 1, size == fileSize {
                alone.append(file[0])
            } else if sharing[entries[file[0]].table, default: 0] >= converter.options.packedSegmentsMin, 2 * size >= fileSize {
                packs.append(file)
            } else {
                copied += file
            }
        }
        return (alone, packs, copied)
    }

    private func path(_ segment: Int) -> String { folder.runPath(runs[segment].number) }

    private func keyColumns(_ segment: Int) -> [KeyColumn] {
        converter.schemas.first { $0.schema.name == entries[segment].table }?.schema.keyColumns ?? []
    }

    private func fileSize(_ segment: Int) throws(ConvertError) -> Int {
        do {
            return try folder.fileSystem.status(path(segment))?.size ?? 0
        } catch {
            throw ConvertError(.store(StoreError(.file(error), path: path(segment))))
        }
    }

    private func image(_ segment: Int) throws(ConvertError) -> SegmentImage {
        let run = runs[segment]
        do {
            let bytes = try folder.fileSystem.open(path(segment)).read(at: run.offset, count: run.sizeInBytes)
            return SegmentImage(bytes: bytes, rowCount: run.rowCount, checksum: run.checksum)
        } catch {
            throw ConvertError(.store(StoreError(.file(error), path: path(segment))))
        }
    }

    private func storing<Result>(_ body: () throws(StoreError) -> Result) throws(ConvertError) -> Result {
        do {
            return try body()
        } catch {
            throw ConvertError(.store(error))
        }
    }

    private func checkCancelled() throws(ConvertError) {
        if converter.options.isCancelled() { throw ConvertError(.cancelled) }
    }
}
