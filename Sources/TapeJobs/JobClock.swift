import TapeBytes

/// Why a job must not go on.
package enum JobInterruption: Error, Hashable, Sendable {
    /// It took longer than it may.
    case timeLimit(nanoseconds: Int)
    /// The whole run was asked to stop.
    case stopped
}

/// What a job asks between two steps of its work: nothing else ends a job before its time.
package struct JobClock: Sendable {
    private let deadline: Int
    private let limitInNanoseconds: Int
    private let shouldStop: @Sendable () -> Bool

    /// Starts now.
    package init(limitInNanoseconds: Int? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }) {
        self.limitInNanoseconds = limitInNanoseconds ?? .max
        let (sum, isOver) = Machine.monotonicNanoseconds.addingReportingOverflow(self.limitInNanoseconds)
        deadline = isOver ? .max : sum
        self.shouldStop = shouldStop
    }

    package func check() throws(JobInterruption) {
        if shouldStop() { throw .stopped }
        if Machine.monotonicNanoseconds > deadline { throw .timeLimit(nanoseconds: limitInNanoseconds) }
    }
}
