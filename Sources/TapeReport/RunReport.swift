import TapeAnalysis
import TapeColumns

/// run_report.json: how each job of an analysis went.
package enum RunReport {
    package static func json(_ reports: [JobReport]) -> String {
        "[" + reports.map { "\n  " + object($0) }.joined(separator: ",") + "\n]\n"
    }

    private static func object(_ report: JobReport) -> String {
        let (status, reason): (String, String?) = switch report.status {
        case .done: ("done", nil)
        case .empty: ("empty", nil)
        case .failed(let error): ("failed", String(describing: error))
        }
        let orderRows = report.job.orders.reduce(0) { $0 + $1.rowCount }
        let tradeRows = report.job.trades.reduce(0) { $0 + $1.rowCount }
        let anomalies = report.anomalies.items.map { "\(Quoting.json($0.name)): \($0.count)" }.joined(separator: ", ")
        let ratio = report.committedQuantity == 0 ? "null" : String(describing: Double(report.tradedQuantity) / Double(report.committedQuantity))
        var members = [
            "\"security_code\": \(Quoting.json(String(report.job.security)))",
            "\"date\": \(Quoting.json(CivilDate.text(Int32(truncatingIfNeeded: report.job.date))))",
            "\"status\": \(Quoting.json(status))", "\"order_rows\": \(orderRows)", "\"trade_rows\": \(tradeRows)",
            "\"orders\": \(report.orderCount)", "\"filled\": \(report.filledCount)", "\"fill_ratio\": \(ratio)",
            "\"seconds\": \(Double(report.nanoseconds) / 1e9)", "\"anomalies\": {\(anomalies)}",
        ]
        if let coverage = report.quoteCoverage {
            members += ["\"nbbo_coverage_percent\": \(coverage)", "\"nbbo_refused\": \(report.areQuotesRefused)"]
        }
        if let reason { members.append("\"reason\": \(Quoting.json(reason))") }
        return "{" + members.joined(separator: ", ") + "}"
    }
}
