import Foundation
import Glibc

/// The shell on a terminal of its own: a pseudo-terminal, whose other end the test types at and reads from.
final class ShellSession {
    private let process = Process()
    private let terminal: Int32
    /// All that the terminal has shown.
    private(set) var screen = ""

    struct NoTerminal: Error {}

    init(_ arguments: [String], stateDirectory: String) throws {
        let terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (lock, number) = (Int32(0), Int32(0))
        // SAFETY: the system reads and fills the integers, which live for the calls. The requests are TIOCSPTLCK and TIOCGPTN of <asm/ioctls.h>.
        guard terminal >= 0, unsafe ioctl(terminal, 0x4004_5431, &lock) == 0, unsafe ioctl(terminal, 0x8004_5430, &number) == 0 else {
            throw NoTerminal()
        }
        let other = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard other >= 0 else { throw NoTerminal() }
        let handle = FileHandle(fileDescriptor: other, closeOnDealloc: true)
        process.executableURL = Command.program
        process.arguments = ["query"] + arguments
        process.environment = ["XDG_STATE_HOME": stateDirectory, "TERM": "xterm"]
        (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
        self.terminal = terminal
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
        close(terminal)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        // SAFETY: the call reads at most the array, which is borrowed for it.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(terminal, $0.baseAddress!, $0.count) }
    }

    /// Waits for a text behind what was waited for before; false after thirty seconds.
    func shows(_ text: String) -> Bool {
        let end = Date().addingTimeInterval(30)
        while Date() < end {
            if let range = screen.range(of: text, range: seen..<screen.endIndex) {
                seenCount = screen.distance(from: screen.startIndex, to: range.upperBound)
                return true
            }
            read()
        }
        return false
    }

    private var seenCount = 0
    private var seen: String.Index { screen.index(screen.startIndex, offsetBy: min(seenCount, screen.count)) }

    private func read() {
        var request = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        // SAFETY: the system fills the record, and at most the buffer's size of the buffer, which live for the calls.
        guard unsafe poll(&request, 1, 100) > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(terminal, $0.baseAddress!, $0.count) }
        if count > 0 { screen += String(decoding: bytes[..<count], as: UTF8.self) }
    }

    func interrupt() { kill(process.processIdentifier, SIGINT) }

    /// The exit code, once the shell has left. The system is asked, too: the class learns of it late where another process, started at the same
    /// time, holds what it listens to.
    func exitCode() -> Int32 {
        let end = Date().addingTimeInterval(30)
        while process.isRunning, Date() < end {
            var information = unsafe siginfo_t()
            // SAFETY: the system fills the record, which lives for the call.
            let found = unsafe waitid(P_PID, id_t(process.processIdentifier), &information, WEXITED | WNOHANG | WNOWAIT)
            let child = unsafe information._sifields._sigchld
            if found == 0, child.si_pid == process.processIdentifier { return child.si_status }
            read()
        }
        return process.isRunning ? -1 : process.terminationStatus
    }
}
