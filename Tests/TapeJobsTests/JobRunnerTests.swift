import TapeBytes
import Testing

@testable import TapeJobs

/// Goal: every job ends once, failures stay alone, and the largest go first.
@Suite struct JobRunnerTests {
    struct Failure: Error {}

    @Test(arguments: [1, 2, 7]) func everyJobEndsOnce(workers: Int) {
        let ended = Protected<[Int: Int]>([:])
        JobRunner(workers: workers).run(sizes: Array(0..<100)) { job, _ in job * 2 } finished: { job, outcome in
            ended.withLock { $0[job] = try? outcome.result.get() }
        }
        #expect(ended.value == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, $0 * 2) }))
    }

    @Test func largestFirstAndEqualOnesInOrder() {
        let order = Protected<[Int]>([])
        JobRunner(workers: 1).run(sizes: [3, 9, 3, 1]) { job, _ in job } finished: { job, _ in order.withLock { $0.append(job) } }
        #expect(order.value == [1, 0, 2, 3])
    }

    @Test func aFailedJobIsTriedAgainAndTheOthersGoOn() {
        let attempts = Protected<[Int: Int]>([:])
        let failed = Protected<[Int: Int]>([:])
        JobRunner(workers: 2, retries: 2).run(sizes: [1, 1, 1]) { job, _ in
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

    @Test func aJobOverItsLimitFailsAtItsNextCheck() {
        let failures = Protected<[Int: JobInterruption]>([:])
        let attempts = Protected(0)
        JobRunner(workers: 1, retries: 1, limitInNanoseconds: 20_000_000).run(sizes: [2, 1]) { job, clock in
            guard job == 0 else { return }
            attempts.withLock { $0 += 1 }
            while true { try clock.check() }
        } finished: { job, outcome in
            if case .failure(let error as JobInterruption) = outcome.result { failures.withLock { $0[job] = error } }
        }
        #expect(failures.value == [0: .timeLimit(nanoseconds: 20_000_000)] && attempts.value == 2)
    }

    @Test func aStopEndsJobsUnderWayWithoutAnOutcome() {
        let isStopped = Protected(false)
        let ended = Protected<[Int]>([])
        JobRunner(workers: 1, retries: 5, shouldStop: { isStopped.value }).run(sizes: [3, 2, 1]) { job, clock in
            if job == 1 { isStopped.value = true }
            try clock.check()
        } finished: { job, _ in ended.withLock { $0.append(job) } }
        #expect(ended.value == [0], "the second job saw the stop, the third was never begun")
    }
}

/// Goal: shards are disjoint, cover everything, and follow from keys alone.
@Suite struct ShardTests {
    @Test func everyKeyIsInOneShard() throws {
        let keys = (0..<500).map { "\($0 % 20 + 19_968) \($0 / 20)" }
        for count in [1, 2, 3, 7] {
            let shards = try (1...count).map { try #require(Shard(number: $0, of: count)) }
            for key in keys { #expect(shards.count { $0.contains(key) } == 1) }
            for shard in shards { #expect(keys.count { shard.contains($0) } > 500 / count / 2, "no shard is nearly empty") }
        }
    }

    @Test func names() {
        #expect(Shard("2/3") == Shard(number: 2, of: 3) && Shard(name: "2-of-3") == Shard("2/3"))
        for text in ["0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "-1/2", "", "1/99999"] { #expect(Shard(text) == nil, "\(text)") }
    }
}
