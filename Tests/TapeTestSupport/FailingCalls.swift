import TapeBytes

/// Lets so many calls of the file system through and fails all that follow, as a full disk or a pulled plug would; or only some of them.
package final class FailingCalls: FaultInjector {
    private let left: Protected<Int>
    private let code: Int32
    private let failing: Int
    /// Whether any call was failed.
    private let hasFailed = Protected(false)

    package init(after count: Int, failing: Int = .max, code: Int32 = 28) {
        left = Protected(count)
        self.code = code
        self.failing = failing
    }

    package var failed: Bool { hasFailed.value }

    package func fault(_ call: FileCall, _ path: String) -> Int32? {
        let remaining = left.withLock { left in
            left -= 1
            return left
        }
        guard remaining < 0, -remaining <= failing else { return nil }
        hasFailed.value = true
        return code
    }
}
