/// How a question is to be answered.
package struct QueryOptions: Sendable {
    /// Threads.
    package var workers: Int
    /// What groups, rows to be ordered and the answer may take, in bytes.
    package var memory: Int
    /// Whether partitions that cannot be read are left out (and counted) instead of failing the question.
    package var skipsDamaged: Bool
    /// Asked now and then, on any thread; once it says yes, the question fails with `QueryError.Kind.cancelled`.
    package var isCancelled: @Sendable () -> Bool
    package var clock: LocalClock
    /// Whether zone maps and partition keys may rule blocks out; false only in tests.
    package var prunes = true
    /// Whether groups are always told apart by ranges of their keys where they can be; true only in tests.
    package var forcesRanges = false

    package static let memoryDefault = 1 << 30

    package init(
        workers: Int = 1, memory: Int = memoryDefault, skipsDamaged: Bool = false,
        isCancelled: @escaping @Sendable () -> Bool = { false }, clock: LocalClock = .utc
    ) {
        self.workers = workers
        self.memory = memory
        self.skipsDamaged = skipsDamaged
        self.isCancelled = isCancelled
        self.clock = clock
    }
}
