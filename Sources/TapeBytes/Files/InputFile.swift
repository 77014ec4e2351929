import Glibc

/// A file open for reading. Reads name their place, so several threads may share one.
package struct InputFile: ~Copyable, Sendable {
    private let descriptor: Int32
    private let path: String
    private let fileSystem: FileSystem
    /// In bytes, when it was opened; 0 for a pipe.
    package let size: Int

    init(descriptor: Int32, path: String, _ fileSystem: FileSystem) throws(FileError) {
        var status = stat()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe fstat(descriptor, &status) == 0 else {
            let error = FileError(.open, path)
            close(descriptor)
            throw error
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw FileError(.open, path, code: EISDIR)
        }
        self.init(descriptor: descriptor, path: path, size: Int(status.st_size), fileSystem)
    }

    init(descriptor: Int32, path: String, size: Int, _ fileSystem: FileSystem) {
        self.descriptor = descriptor
        self.path = path
        self.fileSystem = fileSystem
        self.size = size
    }

    /// Standard input. Only `readNext` can read it.
    package static func standardInput(_ fileSystem: FileSystem) throws(FileError) -> InputFile {
        let descriptor = dup(STDIN_FILENO)
        guard descriptor >= 0 else { throw FileError(.open, "-") }
        return try InputFile(descriptor: descriptor, path: "-", fileSystem)
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `offset` on.
    ///
    /// - Throws: also where the file ends before (`isEndOfFile`): it was cut while it was open.
    package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        try fileSystem.check(.read, path)
        var received = 0
        var code: Int32 = 0
        // SAFETY: each call writes at most the rest of the buffer, whose count is set to what was received.
        let bytes = unsafe [UInt8](uninitialized: count) { buffer, initializedCount in
            while received < count {
                let size = unsafe pread(descriptor, buffer.baseAddress! + received, count - received, off_t(offset + received))
                if size < 0, errno == EINTR { continue }
                guard size > 0 else {
                    code = size < 0 ? errno : FileError.endsEarly
                    break
                }
                received += size
            }
            initializedCount = received
        }
        guard received == count else { throw FileError(.read, path, code: code) }
        return bytes
    }

    /// Of a pipe or a terminal waits until there is something to read, or a signal asks the program to end.
    ///
    /// - Throws: with the code EINTR where it was asked to.
    private func waitForInput() throws(FileError) {
        guard size == 0 else { return }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            // SAFETY: the system fills the one record, which lives for the call.
            let count = unsafe poll(&request, 1, 200)
            // A signal ends the waiting as the time does.
            guard count == 0 || (count < 0 && errno == EINTR) else { return }
            if Signals.pending != nil { throw FileError(.read, path, code: EINTR) }
        }
    }

    /// Stores the next bytes, at most `count`, in `bytes` from `start` on, where there must be room; returns how many, fewer only at the end.
    package func readNext(_ count: Int, into bytes: inout [UInt8], at start: Int) throws(FileError) -> Int {
        try fileSystem.check(.read, path)
        precondition(start >= 0 && count >= 0 && start + count <= bytes.count)
        var received = 0
        while received < count {
            try waitForInput()
            // SAFETY: the call writes at most the `count − received` bytes from `start + received` on, which were checked.
            let size = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress! + start + received, count - received)
            }
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw FileError(.read, path) }
            if size == 0 { break }
            received += size
        }
        return received
    }

    /// Appends the next bytes, at most `count`, to `bytes`; returns how many, 0 at the end.
    package func readNext(_ count: Int, into bytes: inout [UInt8]) throws(FileError) -> Int {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: count)
        let received = try readNext(count, into: &bytes, at: start)
        bytes.removeLast(count - received)
        return received
    }
}
