import TapeBytes
import TapeColumns

/// A file that takes segment after segment.
///
/// A segment of a few kilobytes costs a file, a sync and an open of its own, each dearer than its bytes. A pack costs one sync for all; the
/// catalog says where in it each segment begins. Packs never change once a catalog names them, and are removed when none of their segments lives.
struct PackFile: ~Copyable {
    let number: Int
    private(set) var size = 0
    private var output: OutputFile
    /// How many bytes the system was asked to begin to write.
    private var started = 0
    private static let sizePerStart = 4 << 20

    init(_ path: String, number: Int, _ fileSystem: FileSystem) throws(FileError) {
        output = try fileSystem.create(path)
        self.number = number
    }

    /// Appends bytes and returns where they begin.
    mutating func append(_ bytes: [UInt8]) throws(FileError) -> Int {
        try output.write(bytes)
        defer { size += bytes.count }
        if size - started >= PackFile.sizePerStart {
            output.startWriting()
            started = size
        }
        return size
    }

    consuming func close() throws(FileError) { try output.close() }
}

extension StoreWriter {
    /// Writes a segment into the open pack. It is not part of the store until `commit` names it.
    ///
    /// - Returns: the entry with its place, of the generation that the next commit makes.
    package mutating func writePacked(_ image: SegmentImage, as entry: SegmentEntry) throws(StoreError) -> SegmentEntry {
        var placed = entry
        placed.generation = nextGeneration
        do {
            if pack == nil { pack = try newPack() }
            guard let number = pack?.number, let offset = try pack?.append(image.bytes) else { preconditionFailure("a pack was just opened") }
            (placed.pack, placed.offset) = (number, offset)
            return placed
        } catch {
            throw StoreError.wrap(error, path: path + "/" + StorePath.packs, table: entry.table)
        }
    }

    /// Ends the open pack; the next segment begins another. Those that will be replaced soon go apart from those that will not, so that a pack
    /// dies as a whole.
    package mutating func endPack() throws(StoreError) {
        guard let ended = pack.take() else { return }
        do {
            try ended.close()
        } catch {
            throw StoreError(.file(error), path: path + "/" + StorePath.packs)
        }
    }

    /// As `adopt`, of files that hold many segments each: they become packs, whose numbers are returned. Zones are gathered of their segments.
    package mutating func adoptPacks(_ files: [String]) throws(StoreError) -> [Int] {
        do {
            var links: [(path: String, name: String)] = []
            for file in files { links.append((file, try placePack())) }
            let numbers = Array((packCount - files.count + 1)..<(packCount + 1))
            adoptedPacks.formUnion(numbers)
            adopted += links.map(\.name)
            try fileSystem.linkAndSync(links)
            return numbers
        } catch {
            throw StoreError.wrap(error, path: path)
        }
    }

    private mutating func newPack() throws(FileError) -> PackFile {
        let file = try placePack()
        written.append(file)
        return try PackFile(file, number: packCount, fileSystem)
    }

    /// Where the next pack belongs; its folder is there afterwards.
    private mutating func placePack() throws(FileError) -> String {
        packCount += 1
        return try place(SegmentEntry.packPath(generation: nextGeneration, packCount))
    }
}
