import TapeAnalysis
import TapeColumns

/// run_report.json: how each job of an analysis went.
package enum RunReport {
    package static func json(_ reports: [JobReport]) -> String {
        "[" + reports.map { "\n  " + object($0) }.joined(separator: ",") + "\n]\n"
    }

    private static func object(_ report: JobReport) -> String {
        let record = report.record
        let anomalies = record.anomalies.map { "\(Quoting.json($0.name)): \($0.count)" }.joined(separator: ", ")
        var members = [
            "\"security_code\": \(Quoting.json(String(report.job.security)))",
            "\"date\": \(Quoting.json(CivilDate.text(Int32(truncatingIfNeeded: report.job.date))))",
            "\"status\": \(Quoting.json(report.isSkipped ? "skipped" : record.status.rawValue))", "\"attempts\": \(record.attempts)",
            "\"rows\": \(record.orderRows)", "\"trades\": \(record.tradeRows)", "\"orders\": \(record.orders)",
            "\"filled\": \(record.filled)", "\"fill_ratio\": \(record.fillRatio.map { String(describing: $0) } ?? "null")",
            "\"files\": \(record.files.count)", "\"seconds\": \(Double(record.nanoseconds) / 1e9)", "\"anomalies\": {\(anomalies)}",
        ]
        if let coverage = record.quoteCoverage {
            members += ["\"nbbo_coverage_percent\": \(coverage)", "\"nbbo_refused\": \(record.areQuotesRefused)"]
        }
        if record.status == .failed { members.append("\"reason\": \(Quoting.json(record.reason))") }
        return "{" + members.joined(separator: ", ") + "}"
    }
}
