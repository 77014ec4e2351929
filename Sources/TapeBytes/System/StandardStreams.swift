import Glibc

/// Standard output and error. A reader that has gone away ends the process quietly: a closed pipe is success.
package enum StandardStreams {
    package static func writeOutput(_ bytes: [UInt8]) throws(FileError) {
        guard let code = write(bytes, STDOUT_FILENO) else { return }
        if code == EPIPE { exit(0) }
        throw FileError(.write, "standard output", code: code)
    }

    package static func writeOutput(_ text: String) {
        do {
            try writeOutput(Array(text.utf8))
        } catch {
            writeError("tapedeck: \(error.path): \(error.reason)\n")
            exit(73)
        }
    }

    package static func writeError(_ text: String) { _ = write(Array(text.utf8), STDERR_FILENO) }

    package static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    package static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns of the terminal that standard output, or error, is; nil if it is none.
    package static var outputWidth: Int? { width(STDOUT_FILENO) }
    package static var errorWidth: Int? { width(STDERR_FILENO) }

    private static func width(_ descriptor: Int32) -> Int? {
        var size = winsize()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Returns errno where the bytes cannot all be written.
    private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Int32? {
        var written = 0
        while written < bytes.count {
            // SAFETY: the call reads at most the rest of the array, which is borrowed for it.
            let size = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { return errno }
            written += size
        }
        return nil
    }
}

/// Makes a write to a closed pipe, or past the limit of a file's size, an error instead of a signal.
package func ignoreWriteSignals() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
}
