import TapeBytes
import Testing

@testable import TapeJobs

/// Goal: every job ends once, failures stay alone, and the largest go first.
@Suite struct JobRunnerTests {
    struct Failure: Error {}

    @Test(arguments: [1, 2, 7]) func everyJobEndsOnce(workers: Int) {
        let ended = Protected<[Int: Int]>([:])
        JobRunner(workers: workers).run(sizes: Array(0..<100)) { $0 * 2 } finished: { job, outcome in
            ended.withLock { $0[job] = try? outcome.result.get() }
        }
        #expect(ended.value == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, $0 * 2) }))
    }

    @Test func largestFirstAndEqualOnesInOrder() {
        let order = Protected<[Int]>([])
        JobRunner(workers: 1).run(sizes: [3, 9, 3, 1]) { $0 } finished: { job, _ in order.withLock { $0.append(job) } }
        #expect(order.value == [1, 0, 2, 3])
    }

    @Test func aFailedJobIsTriedAgainAndTheOthersGoOn() {
        let attempts = Protected<[Int: Int]>([:])
        let failed = Protected<[Int: Int]>([:])
        JobRunner(workers: 2, retries: 2).run(sizes: [1, 1, 1]) { job in
            let attempt = attempts.withLock { counts in
                counts[job, default: 0] += 1
                return counts[job] ?? 0
            }
            if job == 1 || (job == 2 && attempt == 1) { throw Failure() }
        } finished: { job, outcome in
            if case .failure = outcome.result { failed.withLock { $0[job] = outcome.attempts } }
        }
        #expect(attempts.value == [0: 1, 1: 3, 2: 2])
        #expect(failed.value == [1: 3])
    }
}
