import Glibc

/// The terminal that standard input is, for a program that edits lines itself.
package enum Terminal {
    /// Whether a person sits at both ends: standard input and output are terminals.
    package static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Runs `body` while the terminal hands over each key as it comes, unechoed and with Ctrl-C as a byte; as it was before and afterwards.
    /// Where standard input is no terminal, `body` just runs.
    package static func withRawInput<Result>(_ body: () -> Result) -> Result {
        var before = termios()
        // SAFETY: the system fills the record, which lives for the calls.
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return body() }
        var raw = before
        raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
        unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        defer { unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &before) }
        return body()
    }

    /// What has been typed, at least a byte of it; nil at the end of input.
    package static func readInput() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            // SAFETY: the call writes at most the array's size into it, which is borrowed for the call.
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(bytes[..<count]) : nil
        }
    }
}
