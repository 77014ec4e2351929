import TapeBytes
import TapeColumns
import TapeJobs
import TapeStore

/// How a run goes about its jobs; none of it changes a result.
package struct RunOptions: Sendable {
    package var workers = 1
    /// How often a failed job is tried again.
    package var retries = 0
    /// How long one attempt of a job may take; nil for as long as it likes.
    package var limitInNanoseconds: Int?
    /// Whether jobs run whose inputs and settings are those of their last success.
    package var isForced = false
    /// The part of the job matrix to run; its results go into a store of their own until they are merged.
    package var shard: Shard?
    package var commitIntervalInNanoseconds = 3_000_000_000
    /// Asked between the steps of jobs; true ends the run, after a commit of what is done.
    package var shouldStop: @Sendable () -> Bool = { false }
    /// The sentence for an error, for the table `jobs`.
    package var describe: @Sendable (any Error) -> String = { String(describing: $0) }
    /// The program's version: results of another one are made again.
    package var program = ""

    package init() {}
}

/// How a job of a run went.
package struct JobReport: Sendable {
    package var job: AnalysisJob
    /// Of this run; of the last success where the job was skipped.
    package var record: JobRecord
    package var isSkipped = false
    package var error: (any Error)?
}

/// How a run ended.
package struct RunSummary: Sendable {
    /// By (security, date); without jobs that a stop left undone.
    package var reports: [JobReport]
    package var leftCount: Int

    package init(reports: [JobReport], leftCount: Int = 0) {
        self.reports = reports
        self.leftCount = leftCount
    }
}

/// Where results also go as files; the run does not know what they look like.
package protocol ResultSink: Sendable {
    /// Where it writes; told apart by name.
    var directory: String { get }
    /// Writes a partition's files, all of them or none, and says what they are.
    func write(_ job: AnalysisJob, _ result: PartitionResult, _ clock: JobClock) throws -> [JobRecord.TreeFile]
    /// Removes what a partition has of files.
    func remove(_ job: AnalysisJob)
    /// Whether a partition's files are as they were written.
    func has(_ files: [JobRecord.TreeFile], of job: AnalysisJob) -> Bool
}

/// Analyses the selected partitions of a store, in parallel, and commits the result tables batch by batch.
///
/// A job reads the columns it needs and is a pure function from there on. Jobs whose inputs, settings and program are those of their last success
/// are skipped. So a run that was killed, or had failures, is simply run again.
package struct AnalysisRun: Sendable {
    private let storePath: String
    private let settings: AnalysisSettings
    private let settingsFingerprint: String
    private let options: RunOptions
    private let sink: (any ResultSink)?
    private let fileSystem: FileSystem

    package init(
        storePath: String, settings: AnalysisSettings, options: RunOptions, sink: (any ResultSink)? = nil, fileSystem: FileSystem = FileSystem()
    ) {
        self.storePath = storePath
        self.settings = settings
        settingsFingerprint = settings.fingerprint
        self.options = options
        self.sink = sink
        self.fileSystem = fileSystem
    }

    /// Runs the jobs and commits. `finished` is told each job's report as it ends, the skipped ones' first.
    ///
    /// - Throws: `StoreError` where the store cannot be written: what was committed until then stays.
    package func run(_ jobs: [AnalysisJob], finished: @Sendable (JobReport) -> Void = { _ in }) throws -> RunSummary {
        let results = try ResultGate(
            ResultWriter(
                resultPath, timeKey: settings.timeKey, workers: options.workers, intervalInNanoseconds: options.commitIntervalInNanoseconds,
                fileSystem))
        let store = try Store(path: storePath, fileSystem: fileSystem)
        let jobs = options.shard.map { shard in jobs.filter { shard.contains($0.text) } } ?? jobs
        let (skipped, due) = try split(jobs, store)
        skipped.forEach(finished)
        let reports = Protected<[JobReport]>(skipped)
        let loader = PartitionLoader(store)
        let runner = JobRunner(
            workers: options.workers, retries: options.retries, limitInNanoseconds: options.limitInNanoseconds,
            shouldStop: { options.shouldStop() || results.hasFailed })
        runner.run(sizes: due.map(\.rowCount)) { index, clock in
            try analyze(due[index], loader, clock)
        } finished: { index, outcome in
            let report = report(due[index], outcome, results)
            reports.withLock { $0.append(report) }
            finished(report)
        }
        try results.finish()
        let all = reports.value.sorted { ($0.job.security, $0.job.date) < ($1.job.security, $1.job.date) }
        return RunSummary(reports: all, leftCount: jobs.count - all.count)
    }

    /// The store that results go into: that of the inputs, or the shard's own.
    private var resultPath: String { options.shard.map { ShardStore.path(storePath, $0) } ?? storePath }

    /// The jobs that need not run, as reports, and those that must.
    private func split(_ jobs: [AnalysisJob], _ store: Store) throws -> (skipped: [JobReport], due: [AnalysisJob]) {
        guard !options.isForced else { return ([], jobs) }
        var known = try JobRecord.all(store)
        if options.shard != nil, let own = try? Store(path: resultPath, fileSystem: fileSystem) {
            known.merge(try JobRecord.all(own)) { $1 }
        }
        var skipped: [JobReport] = []
        var due: [AnalysisJob] = []
        for job in jobs {
            if let record = known[job.key], isCurrent(record, job) {
                skipped.append(JobReport(job: job, record: record, isSkipped: true))
            } else {
                due.append(job)
            }
        }
        return (skipped, due)
    }

    private func isCurrent(_ record: JobRecord, _ job: AnalysisJob) -> Bool {
        guard record.status != .failed, record.inputHash == job.inputHash, record.settings == settingsFingerprint,
            record.program == options.program
        else { return false }
        guard let sink, record.status == .done else { return true }
        return record.directory == sink.directory && sink.has(record.files, of: job)
    }

    private func analyze(_ job: AnalysisJob, _ loader: PartitionLoader, _ clock: JobClock) throws -> JobOutput {
        var record = record(of: job)
        guard !job.orders.isEmpty else {
            record.status = .empty
            sink?.remove(job)
            return JobOutput(record)
        }
        let input = try loader.input(job, settings) { try clock.check() }
        let result: PartitionResult
        do {
            result = try PartitionResult(input, settings) { (try? clock.check()) == nil }
        } catch AnalysisError.stopped {
            try clock.check()  // It knows why.
            throw JobInterruption.stopped
        }
        try RollupTable.check(result.cells)
        try clock.check()
        if let sink {
            record.files = try sink.write(job, result, clock)
            record.directory = sink.directory
        }
        return JobOutput(record, result)
    }

    private func record(of job: AnalysisJob) -> JobRecord {
        var record = JobRecord(job)
        record.settings = settingsFingerprint
        record.program = options.program
        return record
    }

    private func report(_ job: AnalysisJob, _ outcome: JobOutcome<JobOutput>, _ results: ResultGate) -> JobReport {
        var output: JobOutput
        var error: (any Error)?
        switch outcome.result {
        case .success(let value): output = value
        case .failure(let failure):
            var record = record(of: job)
            record.status = .failed
            record.reason = options.describe(failure)
            output = JobOutput(record)
            error = failure
            sink?.remove(job)
        }
        output.record.attempts = outcome.attempts
        output.record.nanoseconds = outcome.nanoseconds
        output.record.ended = Machine.nanosecondsSince1970
        results.add(output)
        return JobReport(job: job, record: output.record, error: error)
    }
}

extension AnalysisJob {
    /// The key as text, which shards go by.
    var text: String { "\(date) \(security)" }
}

/// The result writer, shared by the workers. What it throws first ends the run.
private final class ResultGate: Sendable {
    private struct State: ~Copyable, Sendable {
        var writer: ResultWriter
        var error: (any Error)?
    }

    private let state: Exclusive<State>

    init(_ writer: consuming ResultWriter) { state = Exclusive(State(writer: writer)) }

    var hasFailed: Bool { state.withLock { $0.error != nil } }

    func add(_ output: JobOutput) {
        state.withLock { state in
            guard state.error == nil else { return }
            do {
                try state.writer.add(output)
                try state.writer.commitIfDue()
            } catch {
                state.error = error
            }
        }
    }

    /// Commits the rest.
    ///
    /// - Throws: what went wrong first; then nothing more is committed.
    func finish() throws {
        let error: (any Error)? = state.withLock { state in
            if state.error == nil {
                do { try state.writer.commit() } catch { state.error = error }
            }
            if state.error != nil { state.writer.abandon() }
            return state.error
        }
        if let error { throw error }
    }
}
