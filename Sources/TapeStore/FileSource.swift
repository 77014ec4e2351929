import Synchronization
import TapeBytes
import TapeColumns

/// A segment's bytes from a file, read where they are asked for.
final class FileSource: SegmentSource {
    /// An open file, shared by those who read it.
    private final class OpenFile: Sendable {
        let file: InputFile
        init(_ file: consuming InputFile) { self.file = file }
    }

    private let path: String
    private let fileSystem: FileSystem
    private let opened: Mutex<OpenFile?>
    /// Where in the file the segment begins.
    private let start: Int
    let sizeInBytes: Int

    /// The segment of a catalog's entry: the whole file, or its part of a pack, as far as the file goes.
    convenience init(_ path: String, _ fileSystem: FileSystem, _ entry: SegmentEntry) throws(FileError) {
        try self.init(path, fileSystem, part: entry.pack > 0 ? (entry.offset, entry.sizeInBytes) : nil)
    }

    /// - Parameter part: where in a pack the segment lies; nil where it is the whole file.
    init(_ path: String, _ fileSystem: FileSystem, part: (offset: Int, sizeInBytes: Int)? = nil) throws(FileError) {
        let file = OpenFile(try fileSystem.open(path))
        let size = file.file.size
        start = min(max(0, part?.offset ?? 0), size)
        sizeInBytes = min(max(0, part?.sizeInBytes ?? size), size - start)
        self.path = path
        self.fileSystem = fileSystem
        opened = Mutex(file)
    }

    /// So many bytes of a file, which is opened at the first read.
    init(_ path: String, _ fileSystem: FileSystem, offset: Int, sizeInBytes: Int) {
        self.path = path
        self.fileSystem = fileSystem
        opened = Mutex(nil)
        // Of a damaged catalog: reading fails beyond the file's end, and sums do not overflow.
        start = min(max(0, offset), 1 << 60)
        self.sizeInBytes = min(max(0, sizeInBytes), 1 << 60)
    }

    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] { try open().file.read(at: start + offset, count: count) }

    private func open() throws(FileError) -> OpenFile {
        if let file = opened.withLock({ $0 }) { return file }
        let file = OpenFile(try fileSystem.open(path, size: start + sizeInBytes))
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
}
