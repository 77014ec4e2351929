import CKernels
import Glibc

/// What the machine and the process have.
package enum Machine {
    /// The processors that the process may use.
    package static var coreCount: Int { max(1, Int(tape_processor_count())) }

    /// Physical memory, or what the container allows if that is less.
    package static var memoryInBytes: Int {
        let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
        guard let bytes = try? FileSystem().open("/sys/fs/cgroup/memory.max").readText(),
            let limit = Int(bytes.filter(\.isNumber))
        else { return physical }
        return min(physical, limit)
    }

    /// How many files the process may have open at once.
    package static var openFileLimit: Int { max(16, Int(sysconf(Int32(_SC_OPEN_MAX)))) }

    /// The most memory that the process has held so far.
    package static var peakMemoryInBytes: Int {
        var usage = rusage()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return usage.ru_maxrss * 1024
    }

    /// Makes freed memory stay with the process for its next use, instead of going back to the system and being zeroed again: buffers here
    /// are of equal sizes over and over. Measured on a convert of 393 MB: a tenth of its time was clearing pages.
    package static func keepFreedMemory() { tape_keep_freed_memory() }

    /// What time it is, as far as the machine knows.
    package static var nanosecondsSince1970: Int64 {
        var time = timespec()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// A clock that only goes forward.
    package static var monotonicNanoseconds: Int {
        var time = timespec()
        // SAFETY: the system fills the record, which lives for the call.
        guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

extension InputFile {
    /// The text of a small pseudo-file, which has no size.
    fileprivate func readText() throws(FileError) -> String {
        var bytes: [UInt8] = []
        _ = try readNext(4096, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// nil if it is not set.
package func environmentVariable(_ name: String) -> String? {
    // SAFETY: the C string is copied at once; nothing in the program changes the environment.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}

/// Ends the process at once with an exit code.
package func exitProcess(_ code: Int32) -> Never { exit(code) }
