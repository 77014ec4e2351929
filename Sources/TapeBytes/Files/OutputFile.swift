import CKernels
import Glibc

/// A file open for writing, at its end or from a place on.
package struct OutputFile: ~Copyable, Sendable {
    /// −1 once closed.
    private var descriptor: Int32
    private let path: String
    private let fileSystem: FileSystem

    init(descriptor: Int32, path: String, _ fileSystem: FileSystem) {
        self.descriptor = descriptor
        self.path = path
        self.fileSystem = fileSystem
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try fileSystem.check(.write, path)
        var written = 0
        while written < bytes.count {
            // SAFETY: the call reads at most the rest of the array, which is borrowed for it.
            let size = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw FileError(.write, path) }
            written += size
        }
    }

    /// Has the system begin to write to the disk, so that a later sync has less to wait for. Does not wait, and is only a hint.
    package func startWriting() { tape_start_writing(descriptor) }

    /// Makes what was written durable.
    package mutating func sync() throws(FileError) {
        try fileSystem.check(.sync, path)
        guard fdatasync(descriptor) == 0 else { throw FileError(.sync, path) }
    }

    /// Closes the file; an error of a delayed write shows here.
    package consuming func close() throws(FileError) {
        let result = Glibc.close(descriptor)
        descriptor = -1
        guard result == 0 else { throw FileError(.write, path) }
    }
}
