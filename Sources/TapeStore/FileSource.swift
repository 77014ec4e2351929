import Synchronization
import TapeBytes
import TapeColumns

/// An open file, shared by those who read it.
final class OpenFile: Sendable {
    let file: InputFile
    init(_ file: consuming InputFile) { self.file = file }
}

/// The packs that the readers of a store have open: many segments lie in each, and a question may ask for them in any order.
final class OpenPacks: Sendable {
    private let fileSystem: FileSystem
    private let packs = Protected<[String: OpenFile]>([:])
    /// Half of the files that a process may have open, if those are few.
    private static let countMax = min(1024, Machine.openFileLimit / 2)

    init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

    func open(_ path: String) throws(FileError) -> OpenFile {
        if let known = packs.withLock({ $0[path] }) { return known }
        let file = OpenFile(try fileSystem.open(path))
        packs.withLock { packs in
            if packs.count >= OpenPacks.countMax { packs = [:] }
            packs[path] = file
        }
        return file
    }
}

/// A segment's bytes from a file, read where they are asked for.
final class FileSource: SegmentSource {
    private let path: String
    private let fileSystem: FileSystem
    private let packs: OpenPacks?
    private let opened: Mutex<OpenFile?>
    /// Where in the file the segment begins.
    private let start: Int
    let sizeInBytes: Int

    /// The segment of a catalog's entry: the whole file, or its part of a pack, as far as the file goes.
    convenience init(_ path: String, _ fileSystem: FileSystem, _ entry: SegmentEntry, _ packs: OpenPacks? = nil) throws(FileError) {
        try self.init(path, fileSystem, part: entry.pack > 0 ? (entry.offset, entry.sizeInBytes) : nil, entry.pack > 0 ? packs : nil)
    }

    /// - Parameter part: where in a pack the segment lies; nil where it is the whole file.
    init(
        _ path: String, _ fileSystem: FileSystem, part: (offset: Int, sizeInBytes: Int)? = nil, _ packs: OpenPacks? = nil
    ) throws(FileError) {
        let file = if let packs { try packs.open(path) } else { OpenFile(try fileSystem.open(path)) }
        let size = file.file.size
        start = min(max(0, part?.offset ?? 0), size)
        sizeInBytes = min(max(0, part?.sizeInBytes ?? size), size - start)
        (self.path, self.fileSystem, self.packs) = (path, fileSystem, packs)
        opened = Mutex(file)
    }

    /// So many bytes of a file, which is opened at the first read.
    ///
    /// - Parameter packs: where the file is one.
    init(_ path: String, _ fileSystem: FileSystem, offset: Int, sizeInBytes: Int, _ packs: OpenPacks?) {
        (self.path, self.fileSystem, self.packs) = (path, fileSystem, packs)
        opened = Mutex(nil)
        // Of a damaged catalog: reading fails beyond the file's end, and sums do not overflow.
        start = min(max(0, offset), 1 << 60)
        self.sizeInBytes = min(max(0, sizeInBytes), 1 << 60)
    }

    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] { try open().file.read(at: start + offset, count: count) }

    private func open() throws(FileError) -> OpenFile {
        if let file = opened.withLock({ $0 }) { return file }
        let file = if let packs { try packs.open(path) } else { OpenFile(try fileSystem.open(path, size: start + sizeInBytes)) }
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
