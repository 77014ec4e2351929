import Synchronization
import TapeBytes
import TapeColumns

/// An open file, shared by those who read it.
final class OpenFile: Sendable {
    let file: InputFile
    init(_ file: consuming InputFile) { self.file = file }
}

/// A pack among those of a store.
struct PackName: Equatable {
    var generation: Int
    /// Among those of its generation, from 1 on.
    var number: Int
}

/// The packs that the readers of a store have open: many segments lie in each, and a question may ask for them in any order.
final class OpenPacks: Sendable {
    private let storePath: String
    private let fileSystem: FileSystem
    /// Few enough to be looked through: a dictionary of a type of one's own costs each process some 250,000 instructions to set up.
    private let packs = Protected<[(name: PackName, file: OpenFile)]>([])
    /// Half of the files that a process may have open, if those are few.
    private static let countMax = min(1024, Machine.openFileLimit / 2)

    init(_ storePath: String, _ fileSystem: FileSystem) {
        self.storePath = storePath
        self.fileSystem = fileSystem
    }

    func open(_ name: PackName) throws(FileError) -> OpenFile {
        if let known = packs.withLock({ packs in packs.first { $0.name == name }?.file }) { return known }
        let file = OpenFile(try fileSystem.open(storePath + "/" + SegmentEntry.packPath(generation: name.generation, name.number)))
        packs.withLock { packs in
            if packs.count >= OpenPacks.countMax { packs = [] }
            packs.append((name, file))
        }
        return file
    }
}

/// A segment's bytes from a file, read where they are asked for.
final class FileSource: SegmentSource {
    private enum Origin {
        case file(String, FileSystem)
        case pack(PackName, OpenPacks)
    }

    private let origin: Origin
    private let opened: Mutex<OpenFile?>
    /// Where in the file the segment begins.
    private let start: Int
    let sizeInBytes: Int

    /// The segment of a catalog's entry: the whole file, or its part of a pack, as far as the file goes.
    convenience init(_ path: String, _ fileSystem: FileSystem, _ entry: SegmentEntry) throws(FileError) {
        try self.init(path, fileSystem, part: entry.pack > 0 ? (entry.offset, entry.sizeInBytes) : nil)
    }

    /// - Parameter part: where in a file the segment lies; nil where it is the whole file.
    convenience init(_ path: String, _ fileSystem: FileSystem, part: (offset: Int, sizeInBytes: Int)? = nil) throws(FileError) {
        self.init(.file(path, fileSystem), OpenFile(try fileSystem.open(path)), part)
    }

    /// The segment of a catalog's entry, in a pack of a store.
    convenience init(_ packs: OpenPacks, _ entry: SegmentEntry) throws(FileError) {
        let name = PackName(generation: entry.generation, number: entry.pack)
        self.init(.pack(name, packs), try packs.open(name), (entry.offset, entry.sizeInBytes))
    }

    private init(_ origin: Origin, _ file: OpenFile, _ part: (offset: Int, sizeInBytes: Int)?) {
        let size = file.file.size
        start = min(max(0, part?.offset ?? 0), size)
        sizeInBytes = min(max(0, part?.sizeInBytes ?? size), size - start)
        self.origin = origin
        opened = Mutex(file)
    }

    /// So many bytes of a file, which is opened at the first read.
    convenience init(unopened path: String, _ fileSystem: FileSystem, sizeInBytes: Int) {
        self.init(.file(path, fileSystem), offset: 0, sizeInBytes: sizeInBytes)
    }

    /// So many bytes of a pack, which is opened at the first read.
    convenience init(unopened name: PackName, _ packs: OpenPacks, offset: Int, sizeInBytes: Int) {
        self.init(.pack(name, packs), offset: offset, sizeInBytes: sizeInBytes)
    }

    private init(_ origin: Origin, offset: Int, sizeInBytes: Int) {
        self.origin = origin
        opened = Mutex(nil)
        // Of a damaged catalog: reading fails beyond the file's end, and sums do not overflow.
        start = min(max(0, offset), 1 << 60)
        self.sizeInBytes = min(max(0, sizeInBytes), 1 << 60)
    }

    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] { try open().file.read(at: start + offset, count: count) }

    private func open() throws(FileError) -> OpenFile {
        if let file = opened.withLock({ $0 }) { return file }
        let file = switch origin {
        case .file(let path, let fileSystem): OpenFile(try fileSystem.open(path, size: start + sizeInBytes))
        case .pack(let name, let packs): try packs.open(name)
        }
        opened.withLock { $0 = file }
        return file
    }

    func rest() { opened.withLock { $0 = nil } }
}

extension SegmentReader {
    /// - Throws: `SegmentError`, `FileError`.
    package convenience init(file: String, _ fileSystem: FileSystem) throws {
        try self.init(FileSource(file, fileSystem))
    }

    /// A segment that is so many bytes of a file.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package convenience init(file: String, offset: Int, sizeInBytes: Int, _ fileSystem: FileSystem) throws {
        try self.init(FileSource(file, fileSystem, part: (offset, sizeInBytes)))
    }
}
