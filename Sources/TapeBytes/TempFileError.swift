import Glibc
import Synchronization
package struct FileError: Error { package var call: String; package var path: String; package var code: Int32 }
package struct DirectoryEntry: Sendable { package var name: String; package var isDirectory: Bool }
package struct FileStatus: Sendable { package var size: Int; package var isDirectory: Bool }
package struct GzipError: Error, Sendable {}
package struct FileSystem: Sendable {
    package init() {}
    package func open(_ path: String) throws(FileError) -> InputFile {
        let d = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC); guard d >= 0 else { throw FileError(call: "open", path: path, code: errno) }
        var st = stat(); _ = unsafe fstat(d, &st)
        return InputFile(descriptor: d, path: path, size: Int(st.st_size))
    }
    package func create(_ path: String) throws(FileError) -> OutputFile {
        let d = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644); guard d >= 0 else { throw FileError(call: "create", path: path, code: errno) }
        return OutputFile(descriptor: d, path: path)
    }
    package func rename(_ a: String, _ b: String) throws(FileError) { guard unsafe Glibc.rename(a, b) == 0 else { throw FileError(call: "rename", path: a, code: errno) } }
    package func remove(_ a: String) throws(FileError) { guard unsafe Glibc.unlink(a) == 0 || errno == ENOENT else { throw FileError(call: "remove", path: a, code: errno) } }
    package func removeTree(_ a: String) throws(FileError) {
        for e in try list(a) { if e.isDirectory { try removeTree(a + "/" + e.name) } else { try remove(a + "/" + e.name) } }
        _ = unsafe rmdir(a)
    }
    package func createDirectories(_ p: String) throws(FileError) {
        var prefix = p.hasPrefix("/") ? "/" : ""
        for c in p.split(separator: "/") { prefix += c + "/"; if unsafe mkdir(prefix, 0o755) != 0 && errno != EEXIST { throw FileError(call: "mkdir", path: prefix, code: errno) } }
    }
    package func list(_ p: String) throws(FileError) -> [DirectoryEntry] {
        guard let d = unsafe opendir(p) else { throw FileError(call: "list", path: p, code: errno) }
        defer { unsafe closedir(d) }
        var out: [DirectoryEntry] = []
        while let e = unsafe readdir(d) {
            let name = unsafe withUnsafePointer(to: &e.pointee.d_name) { unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) } }
            if name == "." || name == ".." { continue }
            out.append(DirectoryEntry(name: name, isDirectory: try status(p + "/" + name)?.isDirectory ?? false))
        }
        return out.sorted { $0.name < $1.name }
    }
    package func status(_ p: String) throws(FileError) -> FileStatus? {
        var st = stat(); if unsafe stat(p, &st) != 0 { if errno == ENOENT || errno == ENOTDIR { return nil }; throw FileError(call: "stat", path: p, code: errno) }
        return FileStatus(size: Int(st.st_size), isDirectory: st.st_mode & S_IFMT == S_IFDIR)
    }
    package func syncDirectory(_ p: String) throws(FileError) { let d = unsafe Glibc.open(p, O_RDONLY | O_DIRECTORY); if d >= 0 { _ = fsync(d); close(d) } }
    package func syncFiles(_ paths: [String]) throws(FileError) { for p in paths { let d = unsafe Glibc.open(p, O_RDONLY); if d >= 0 { _ = fdatasync(d); close(d) } } }
    package func lock(_ p: String) throws(FileError) -> FileLock? {
        let d = unsafe Glibc.open(p, O_RDWR | O_CREAT | O_CLOEXEC, 0o644); guard d >= 0 else { throw FileError(call: "lock", path: p, code: errno) }
        guard flock(d, LOCK_EX | LOCK_NB) == 0 else { close(d); return nil }
        return FileLock(descriptor: d)
    }
}
package struct FileLock: ~Copyable, Sendable { let descriptor: Int32; init(descriptor: Int32) { self.descriptor = descriptor }; deinit { close(descriptor) } }
package struct InputFile: ~Copyable, Sendable {
    let descriptor: Int32; let path: String; package let size: Int
    init(descriptor: Int32, path: String, size: Int) { self.descriptor = descriptor; self.path = path; self.size = size }
    deinit { close(descriptor) }
    package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var got = 0
        let out = unsafe [UInt8](unsafeUninitializedCapacity: count) { b, n in
            while got < count { let r = unsafe pread(descriptor, b.baseAddress! + got, count - got, off_t(offset + got)); if r <= 0 { break }; got += r }
            n = got }
        guard got == count else { throw FileError(call: "read", path: path, code: EIO) }
        return out
    }
}
package struct OutputFile: ~Copyable {
    let descriptor: Int32; let path: String
    init(descriptor: Int32, path: String) { self.descriptor = descriptor; self.path = path }
    deinit { Glibc.close(descriptor) }
    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        var done = 0
        while done < bytes.count { let r = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }; if r < 0 { throw FileError(call: "write", path: path, code: errno) }; done += r }
    }
    package func sync() throws(FileError) { _ = fdatasync(descriptor) }
    package consuming func close() throws(FileError) {}
}
