import TapeAnalysis
import TapeBytes
import TapeColumns

/// What analyze tells while it runs and when it has ended.
final class AnalyzeReport: Sendable {
    private struct Totals: Sendable {
        var done = 0, empty = 0, failed = 0, skipped = 0
        var orders = 0
        /// Of jobs that ran, and of those that need not.
        var rows = 0, skippedRows = 0
        var slowest: JobReport?

        mutating func add(_ report: JobReport) {
            guard !report.isSkipped else {
                skipped += 1
                skippedRows += report.job.rowCount
                return
            }
            switch report.record.status {
            case .done: done += 1
            case .empty: empty += 1
            case .failed: failed += 1
            }
            orders += report.record.orders
            rows += report.job.rowCount
            if report.record.nanoseconds > slowest?.record.nanoseconds ?? 0 { slowest = report }
        }
    }

    private let shared: SharedOptions
    private let coverageMinInPercent: Int64
    private let jobCount: Int
    private let rowCount: Int
    private let meter: ProgressMeter
    private let start = Machine.monotonicNanoseconds
    private let totals = Protected(Totals())

    init(shared: SharedOptions, jobs: [AnalysisJob], coverageMinInPercent: Int64) {
        self.shared = shared
        self.coverageMinInPercent = coverageMinInPercent
        jobCount = jobs.count
        rowCount = jobs.reduce(0) { $0 + $1.rowCount }
        meter = ProgressMeter(shared)
    }

    /// Takes the report of a job that has ended.
    func add(_ report: JobReport) {
        let totals = totals.withLock { totals in
            totals.add(report)
            return totals
        }
        if let error = report.error {
            meter.end()
            CommandError.failedJob(report.job, error).report(shared.messageStyle)
        }
        if report.record.areQuotesRefused, !report.isSkipped {
            meter.end()
            shared.warn("\(report.name): the table nbbo holds only \(ByteText.fixed(report.record.quoteCoverage ?? 0, 1)) % of the trades within its "
                + "spreads, less than \(coverageMinInPercent) % (analysis.nbbo_min_coverage_percent); the orders' own quotes are used instead")
        }
        if !report.isSkipped {
            shared.detail("\(report.name): \(report.record.orders) orders, \(ByteText.fixed(Double(report.record.nanoseconds) / 1e9, 3)) s")
        }
        meter.show(isEnd: false) { line(totals, $0) }
    }

    func end() {
        meter.show(isEnd: true) { line(totals.value, $0) }
        meter.end()
    }

    private func line(_ totals: Totals, _ seconds: Double) -> ProgressLine {
        let ended = totals.done + totals.empty + totals.failed + totals.skipped
        let speed = Double(totals.orders) / max(1e-9, seconds)
        var text = "\(ended - totals.failed) of \(jobCount) jobs done, \(totals.failed) failed, \(jobCount - ended) left, \(ByteText.fixed(speed, 0)) orders/s"
        var members = [
            JSONMember("jobs_done", ended - totals.failed), JSONMember("jobs_failed", totals.failed), JSONMember("jobs_skipped", totals.skipped),
            JSONMember("jobs_left", jobCount - ended), JSONMember("orders", totals.orders), JSONMember("orders_per_second", speed, decimals: 0),
            JSONMember("seconds", seconds, decimals: 3),
        ]
        if totals.rows > 0 {
            let left = seconds * Double(rowCount - totals.skippedRows - totals.rows) / Double(totals.rows)
            text += ", \(ByteText.fixed(left, 0)) s left"
            members.append(JSONMember("seconds_left", left, decimals: 1))
        }
        if let slowest = totals.slowest {
            text += ", slowest \(slowest.name) \(slowest.seconds) s"
            members.append(JSONMember("slowest", text: "\(slowest.name) \(slowest.seconds) s"))
        }
        return ProgressLine(share: Double(ended) / Double(max(1, jobCount)), text: text, members: members)
    }

    /// The summary.
    ///
    /// - Throws: where jobs failed or the run was stopped.
    func finish(_ summary: RunSummary) throws(CommandError) {
        let totals = totals.value
        let seconds = Double(Machine.monotonicNanoseconds - start) / 1e9
        let ran = summary.reports.filter { !$0.isSkipped && $0.error == nil }.sorted { $0.record.nanoseconds < $1.record.nanoseconds }
        if let fastest = ran.first, let slowest = ran.last, ran.count > 1 {
            shared.log("fastest job: \(fastest.name), \(fastest.seconds) s; slowest: "
                + ran.suffix(3).reversed().map { "\($0.name), \($0.seconds) s" }.joined(separator: "; "), [
                    JSONMember("fastest", text: fastest.name), JSONMember("slowest", text: slowest.name),
                ])
        }
        shared.log(
            "\(ByteText.count(jobCount, "job")): \(totals.done) done, \(totals.skipped) unchanged and skipped, \(totals.empty) without orders, "
                + "\(totals.failed) failed; \(totals.orders) orders analysed, \(ByteText.fixed(seconds, 2)) s, "
                + "\(ByteText.fixed(Double(totals.orders) / max(1e-9, seconds), 0)) orders/s, peak memory \(ByteText.text(Machine.peakMemoryInBytes))",
            [
                JSONMember("jobs", jobCount), JSONMember("jobs_done", totals.done), JSONMember("jobs_skipped", totals.skipped),
                JSONMember("jobs_empty", totals.empty), JSONMember("jobs_failed", totals.failed), JSONMember("jobs_left", summary.leftCount),
                JSONMember("orders", totals.orders), JSONMember("seconds", seconds, decimals: 3),
                JSONMember("peak_memory", Machine.peakMemoryInBytes),
            ])
        try check(totals, summary)
    }

    private func check(_ totals: Totals, _ summary: RunSummary) throws(CommandError) {
        if let signal = Signals.pending {
            throw CommandError(
                signal == 2 ? .interrupted : .terminated,
                "stopped with \(ByteText.count(summary.leftCount, "job")) left; the results of those that ended are stored",
                help: "run the same command again to go on from there")
        }
        guard totals.failed == 0 else {
            throw CommandError(
                .jobsFailed, "\(totals.failed) of \(ByteText.count(jobCount, "job")) failed; the results of the others are stored",
                help: "the failed ones are named above and in the table jobs; the same command runs them again, and no others")
        }
    }
}

extension JobReport {
    /// `2024-09-05, 110621`.
    var name: String { "\(CivilDate.text(Int32(truncatingIfNeeded: job.date))), \(job.security)" }
    fileprivate var seconds: String { ByteText.fixed(Double(record.nanoseconds) / 1e9, 3) }
}

extension CommandError {
    static func failedJob(_ job: AnalysisJob, _ error: any Error) -> CommandError {
        var failure = analysis(error)
        failure.message = "\(CivilDate.text(Int32(truncatingIfNeeded: job.date))), \(job.security): job failed: \(failure.message)"
        return failure
    }
}
