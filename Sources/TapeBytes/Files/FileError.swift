import Glibc

/// A system call that failed: which, on what, why.
package struct FileError: Error, Hashable, Sendable {
    package var call: FileCall
    package var path: String
    /// The value of errno.
    package var code: Int32

    package init(_ call: FileCall, _ path: String, code: Int32 = errno) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// A file is shorter than those who know it say; an errno that reading a file does not give.
    static let endsEarly = ENODATA

    package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    package var isInterrupted: Bool { code == EINTR }
    package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }
    package var isOpenFileLimit: Bool { code == EMFILE || code == ENFILE }
    /// The device could not read it.
    package var isDeviceError: Bool { code == EIO }
    package var isEndOfFile: Bool { code == FileError.endsEarly }
    package var isPermission: Bool { code == EACCES || code == EPERM || code == EROFS }

    /// What the system says of the code, such as `No space left on device`.
    package var reason: String {
        guard !isEndOfFile else { return "the file ends early" }
        // SAFETY: strerror returns a C string that stays valid until the next call on this thread; it is copied at once.
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

/// The system calls of the file layer, by what they do.
package enum FileCall: String, Sendable, CaseIterable {
    case open, create, read, write, sync, rename, remove, createDirectory, list, status, lock, freeSpace
}

/// Decides which calls fail, for tests that must see every failure. Asked before each call that can fail.
package protocol FaultInjector: AnyObject, Sendable {
    /// The errno that the call shall fail with; nil to let it through.
    func fault(_ call: FileCall, _ path: String) -> Int32?
}
