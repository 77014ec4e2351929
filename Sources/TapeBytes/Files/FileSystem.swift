import Glibc

/// The file system, and the seam for faults: every operation asks the injector, if there is one, before it calls the system.
package struct FileSystem: Sendable {
    private let faults: (any FaultInjector)?

    package init(faults: (any FaultInjector)? = nil) { self.faults = faults }

    func check(_ call: FileCall, _ path: String) throws(FileError) {
        if let faults, let code = faults.fault(call, path) { throw FileError(call, path, code: code) }
    }

    package func open(_ path: String) throws(FileError) -> InputFile { try InputFile(descriptor: descriptor(path), path: path, self) }

    /// A file of which somebody else knows how large it is, so that the system need not be asked.
    package func open(_ path: String, size: Int) throws(FileError) -> InputFile {
        InputFile(descriptor: try descriptor(path), path: path, size: size, self)
    }

    private func descriptor(_ path: String) throws(FileError) -> Int32 {
        try check(.open, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe path.withCString { unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileError(.open, path) }
        return descriptor
    }

    /// A new file, or an old one made empty.
    package func create(_ path: String) throws(FileError) -> OutputFile {
        try check(.create, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(.create, path) }
        return OutputFile(descriptor: descriptor, path: path, self)
    }

    /// A file to be written on from `size` bytes on; what it has behind that is cut off.
    package func append(_ path: String, size: Int) throws(FileError) -> OutputFile {
        try check(.create, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(.create, path) }
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            let error = FileError(.create, path)
            close(descriptor)
            throw error
        }
        return OutputFile(descriptor: descriptor, path: path, self)
    }

    /// A file, made if missing, to be written on from `offset` on; what it has there and before stays.
    package func write(_ path: String, at offset: Int) throws(FileError) -> OutputFile {
        try check(.create, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(.create, path) }
        guard lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else {
            let error = FileError(.create, path)
            close(descriptor)
            throw error
        }
        return OutputFile(descriptor: descriptor, path: path, self)
    }

    /// The whole of a small file, or what a pipe gives until it ends.
    package func readAll(_ path: String) throws(FileError) -> [UInt8] {
        let file = try open(path)
        guard file.size == 0 else { return try file.read(at: 0, count: file.size) }
        var bytes: [UInt8] = []
        while try file.readNext(1 << 16, into: &bytes) > 0 {}
        return bytes
    }

    package func rename(_ source: String, _ target: String) throws(FileError) {
        try check(.rename, target)
        // SAFETY: both paths are passed as C strings that live for the call.
        guard unsafe Glibc.rename(source, target) == 0 else { throw FileError(.rename, target) }
    }

    /// Gives a file a second name on the same file system; one that cannot give a second name moves it.
    package func link(_ source: String, _ target: String) throws(FileError) {
        try check(.rename, target)
        // SAFETY: both paths are passed as C strings that live for the call.
        guard unsafe Glibc.link(source, target) != 0 else { return }
        guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK else { throw FileError(.rename, target) }
        try rename(source, target)
    }

    /// Removes a file; one that is missing is fine.
    package func remove(_ path: String) throws(FileError) {
        try check(.remove, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileError(.remove, path) }
    }

    /// Removes a folder and all in it.
    package func removeTree(_ path: String) throws(FileError) {
        for entry in try list(path) {
            let child = path + "/" + entry.name
            if entry.isDirectory { try removeTree(child) } else { try remove(child) }
        }
        try check(.remove, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        guard unsafe rmdir(path) == 0 else { throw FileError(.remove, path) }
    }

    /// Makes a folder and those above it; ones that exist are fine.
    package func createDirectories(_ path: String) throws(FileError) {
        try check(.createDirectory, path)
        var prefix = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            prefix += component + "/"
            // SAFETY: the path is passed as a C string that lives for the call.
            guard unsafe mkdir(prefix, 0o755) == 0 || errno == EEXIST || errno == EISDIR else {
                throw FileError(.createDirectory, prefix)
            }
        }
        guard try status(path)?.isDirectory == true else { throw FileError(.createDirectory, path, code: ENOTDIR) }
    }

    /// What a folder holds, by name.
    package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
        try check(.list, path)
        // SAFETY: the stream is closed on every way out; an entry is copied before the next is read, and its name is a
        // C string inside the record that the system filled.
        guard let stream = unsafe opendir(path) else { throw FileError(.list, path) }
        defer { unsafe closedir(stream) }
        var entries: [DirectoryEntry] = []
        while true {
            // Nothing else tells the end from a failure.
            errno = 0
            guard let record = unsafe readdir(stream) else {
                if errno != 0 { throw FileError(.list, path) }
                break
            }
            let name = unsafe withUnsafeBytes(of: &record.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            // Most file systems say what a name is; the others are asked.
            let type = unsafe Int32(record.pointee.d_type)
            let isUnclear = type == Int32(DT_UNKNOWN) || type == Int32(DT_LNK)
            let isDirectory = isUnclear ? try isFolder(path + "/" + name) : type == Int32(DT_DIR)
            entries.append(DirectoryEntry(name: name, isDirectory: isDirectory))
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Whether a name leads to a folder; one that leads back to itself does not.
    private func isFolder(_ path: String) throws(FileError) -> Bool {
        do {
            return try status(path)?.isDirectory ?? false
        } catch {
            guard error.code == ELOOP else { throw error }
            return false
        }
    }

    /// - Throws: where a file that there is may not be written.
    package func checkWritable(_ path: String) throws(FileError) {
        // SAFETY: the path is passed as a C string that lives for the call.
        guard unsafe access(path, W_OK) == 0 else { throw FileError(.create, path) }
    }

    /// nil if there is nothing at the path.
    package func status(_ path: String) throws(FileError) -> FileStatus? {
        try check(.status, path)
        var record = stat()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe stat(path, &record) == 0 else {
            let error = FileError(.status, path)
            if error.isMissing { return nil }
            throw error
        }
        return FileStatus(
            size: Int(record.st_size), isDirectory: record.st_mode & S_IFMT == S_IFDIR, isRegular: record.st_mode & S_IFMT == S_IFREG,
            identity: FileStatus.Identity(device: UInt64(record.st_dev), number: UInt64(record.st_ino)),
            modified: record.st_mtim.tv_sec * 1_000_000_000 + record.st_mtim.tv_nsec)
    }

    /// Makes the names in a folder durable.
    package func syncDirectory(_ path: String) throws(FileError) { try sync(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

    /// Makes the contents of files durable.
    package func syncFiles(_ paths: [String]) throws(FileError) {
        try atOnce(paths.count) { index throws(FileError) in try sync(paths[index], O_RDONLY | O_CLOEXEC) }
    }

    /// Gives each file a second name, and makes its contents durable.
    package func linkAndSync(_ files: [(path: String, name: String)]) throws(FileError) {
        try atOnce(files.count) { index throws(FileError) in
            try link(files[index].path, files[index].name)
            try sync(files[index].name, O_RDONLY | O_CLOEXEC)
        }
    }

    /// Several threads wait at once, so that the disk can gather their writes. The first error ends them.
    private func atOnce(_ count: Int, _ body: @Sendable (Int) throws(FileError) -> Void) throws(FileError) {
        let failure = Protected<FileError?>(nil)
        let next = Counter()
        concurrently(workers: min(16, count)) { _ in
            while let index = next.next(below: count), failure.value == nil {
                do throws(FileError) {
                    try body(index)
                } catch {
                    failure.value = error
                }
            }
        }
        if let error = failure.value { throw error }
    }

    private func sync(_ path: String, _ flags: Int32) throws(FileError) {
        try check(.sync, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe Glibc.open(path, flags)
        guard descriptor >= 0 else { throw FileError(.sync, path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(.sync, path) }
    }

    /// The bytes that an ordinary user can still write where `path` lies.
    package func freeBytes(at path: String) throws(FileError) -> Int {
        try check(.freeSpace, path)
        var status = statvfs()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe statvfs(path, &status) == 0 else { throw FileError(.freeSpace, path) }
        return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// Takes the advisory lock of a file, which is made if missing; nil where another process holds it.
    package func lock(_ path: String) throws(FileError) -> FileLock? {
        try check(.lock, path)
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(.lock, path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw FileError(.lock, path, code: code)
        }
        return FileLock(descriptor: descriptor)
    }
}

package struct DirectoryEntry: Hashable, Sendable {
    package var name: String
    package var isDirectory: Bool
}

package struct FileStatus: Hashable, Sendable {
    package struct Identity: Hashable, Sendable {
        var device: UInt64
        var number: UInt64
    }

    package var size: Int
    package var isDirectory: Bool
    /// Neither a folder nor a pipe or device.
    package var isRegular: Bool
    /// Equal for two paths of one file.
    package var identity: Identity
    /// When the contents changed last, in nanoseconds since 1970.
    package var modified = 0
}

/// A lock held until it goes out of scope, or the process ends.
package struct FileLock: ~Copyable, Sendable {
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // Not only closed: a process that was just forked has a copy of the descriptor until its program starts, and would hold the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
