import TapeBytes

/// How one job went.
package struct JobOutcome<Output: Sendable>: Sendable {
    package var result: Result<Output, any Error>
    package var attempts: Int
    package var nanoseconds: Int
}

/// Runs independent jobs on a fixed number of workers, the largest first, so that no large one is left for the end.
///
/// A job that throws is tried again, then reported; the others go on. The runner knows nothing of what a job does.
package struct JobRunner: Sendable {
    package var workers: Int
    /// How often a failed job is tried again.
    package var retries: Int
    /// How long one attempt may take; nil for as long as it likes.
    package var limitInNanoseconds: Int?
    /// Asked before each job, and by jobs themselves at their checks; true ends the run, without outcomes for jobs that are under way.
    package var shouldStop: @Sendable () -> Bool

    package init(workers: Int, retries: Int = 0, limitInNanoseconds: Int? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }) {
        precondition(workers >= 1 && retries >= 0)
        self.workers = workers
        self.retries = retries
        self.limitInNanoseconds = limitInNanoseconds
        self.shouldStop = shouldStop
    }

    /// - Parameters:
    ///   - sizes: one per job; any measure of its work.
    ///   - body: told the job's index, and given what it must ask now and then.
    ///   - finished: told each outcome once, one at a time, in the order in which jobs end.
    package func run<Output: Sendable>(
        sizes: [Int], _ body: @Sendable (Int, JobClock) throws -> Output,
        finished: @Sendable (Int, JobOutcome<Output>) -> Void
    ) {
        let order = sizes.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
        let next = Counter()
        let gate = Protected<Void>(())
        concurrently(workers: min(workers, max(1, sizes.count))) { _ in
            while !shouldStop(), let position = next.next(below: order.count) {
                let job = order[position]
                guard let outcome = attempt({ try body(job, $0) }) else { return }
                gate.withLock { _ in finished(job, outcome) }
            }
        }
    }

    /// nil where the run was stopped.
    private func attempt<Output: Sendable>(_ body: (JobClock) throws -> Output) -> JobOutcome<Output>? {
        let start = Machine.monotonicNanoseconds
        var attempts = 0
        while true {
            attempts += 1
            let clock = JobClock(limitInNanoseconds: limitInNanoseconds, shouldStop: shouldStop)
            do {
                let output = try body(clock)
                try clock.check()
                return JobOutcome(result: .success(output), attempts: attempts, nanoseconds: Machine.monotonicNanoseconds - start)
            } catch JobInterruption.stopped {
                return nil
            } catch where attempts <= retries {
                continue
            } catch {
                return JobOutcome(result: .failure(error), attempts: attempts, nanoseconds: Machine.monotonicNanoseconds - start)
            }
        }
    }
}
