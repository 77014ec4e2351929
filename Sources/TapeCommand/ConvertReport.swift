import TapeBytes
import TapeIngest
import TapeStore

/// What convert tells while it runs and when it has ended.
struct ConvertReport {
    let shared: SharedOptions
    let isDryRun: Bool

    static func line(_ progress: ConvertProgress, _ seconds: Double) -> ProgressLine {
        let speed = Double(progress.bytesRead) / max(1e-9, seconds)
        var members = [
            JSONMember("bytes_read", progress.bytesRead), JSONMember("bytes_total", progress.bytesTotal), JSONMember("rows_read", progress.rowsRead),
            JSONMember("seconds", seconds, decimals: 3), JSONMember("megabytes_per_second", speed / 1e6, decimals: 1),
        ]
        let text = "\(ByteText.fixed(speed / 1e6, 0)) MB/s, \(progress.rowsRead) rows"
        // Standard input has no size to compare with.
        guard progress.bytesTotal > 0, progress.bytesRead > 0 else {
            return ProgressLine(share: nil, text: "\(ByteText.text(progress.bytesRead)), \(text)", members: members)
        }
        let left = Double(max(0, progress.bytesTotal - progress.bytesRead)) / speed
        members.append(JSONMember("seconds_left", left, decimals: 1))
        // What was read may still have to be merged and written.
        let rest = progress.bytesRead == progress.bytesTotal ? "all read, writing" : "\(ByteText.fixed(left, 0)) s left"
        return ProgressLine(
            share: Double(progress.bytesRead) / Double(progress.bytesTotal),
            text: "\(ByteText.text(progress.bytesRead)) of \(ByteText.text(progress.bytesTotal)), \(text), \(rest)", members: members)
    }

    func write(_ summary: ConvertSummary, nanoseconds: Int) {
        if summary.isResumed { shared.log("went on from where an interrupted convert had stopped") }
        for path in summary.skippedFiles { shared.log("\(path): already in the store, skipped") }
        warnOfIgnoredColumns(summary)
        for file in summary.files {
            shared.detail("\(file.path): table '\(file.table)', \(file.rowsRead) rows read, \(file.rowsRejected) rejected")
        }
        for table in summary.tables { write(table) }
        writeTotals(summary, seconds: Double(nanoseconds) / 1e9)
    }

    /// One warning for all files that have the same columns too many.
    private func warnOfIgnoredColumns(_ summary: ConvertSummary) {
        for (names, files) in Dictionary(grouping: summary.ignoredColumns, by: \.names).sorted(by: { $0.value[0].path < $1.value[0].path }) {
            let others = files.count > 1 ? " and \(ByteText.count(files.count - 1, "other file"))" : ""
            shared.warn("\(files[0].path)\(others): columns that the schema does not know are kept out: \(names.joined(separator: ", "))")
        }
    }

    private func write(_ table: ConvertSummary.Table) {
        let perRow = table.rowsOut > 0 ? ", \(ByteText.fixed(Double(table.bytesOut) / Double(table.rowsOut), 2)) bytes per row" : ""
        shared.log(
            "\(table.name): \(ConvertReport.balance(table)); \(ByteText.count(table.partitionCount, "partition")), \(ByteText.text(table.bytesOut))\(perRow)",
            [
                JSONMember("table", text: table.name), JSONMember("rows_read", table.rowsRead), JSONMember("rows_stored", table.newRows),
                JSONMember("rows_rejected", table.rowsRejected), JSONMember("duplicates", table.duplicates),
                JSONMember("rows_left_out", table.rowsLeftOut),
                JSONMember("partitions", table.partitionCount), JSONMember("bytes_out", table.bytesOut), table.partitionSizes.member,
            ])
        guard shared.logFormat == .text, table.partitionCount >= 10 || shared.verbose else { return }
        for line in table.partitionSizes.lines { shared.log("  " + line) }
    }

    /// What became of the rows read.
    private static func balance(_ table: ConvertSummary.Table) -> String {
        let leftOut = table.rowsLeftOut > 0 ? " + \(table.rowsLeftOut) left out (not selected, or stored before)" : ""
        return "\(table.rowsRead) rows read = \(table.newRows) stored + \(table.rowsRejected) rejected + \(table.duplicates) exact duplicates\(leftOut)"
    }

    private func writeTotals(_ summary: ConvertSummary, seconds: Double) {
        let all = summary.total
        let speed = seconds > 0 ? Double(summary.bytesIn) / 1e6 / seconds : 0
        shared.log(
            "\(ByteText.count(summary.files.count, "file")), \(ConvertReport.balance(all)); \(ByteText.count(all.partitionCount, "partition")), \(ByteText.text(summary.bytesIn)) in, "
                + "\(ByteText.text(all.bytesOut)) out\(isDryRun ? " (dry run: nothing stored)" : ""), "
                + "\(ByteText.fixed(seconds, 2)) s, \(ByteText.fixed(speed, 0)) MB/s, peak memory \(ByteText.text(Machine.peakMemoryInBytes))",
            [
                JSONMember("files", summary.files.count), JSONMember("rows_read", all.rowsRead), JSONMember("rows_stored", all.newRows),
                JSONMember("rows_rejected", all.rowsRejected), JSONMember("duplicates", all.duplicates), JSONMember("rows_left_out", all.rowsLeftOut),
                JSONMember("partitions", all.partitionCount), JSONMember("bytes_in", summary.bytesIn), JSONMember("bytes_out", all.bytesOut),
                JSONMember("seconds", seconds, decimals: 3), JSONMember("megabytes_per_second", speed, decimals: 1),
                JSONMember("peak_memory", Machine.peakMemoryInBytes),
            ])
    }
}

extension PartitionSizes {
    fileprivate var member: JSONMember {
        JSONMember("partition_sizes", objects: classes(countMax: 64).map {
            [JSONMember("rows_min", $0.rows.lowerBound), JSONMember("rows_max", $0.rows.upperBound), JSONMember("partitions", $0.count)]
        })
    }

    /// A histogram: per class of sizes its bounds, a bar and the count.
    fileprivate var lines: [String] {
        let classes = classes(countMax: 10)
        let most = max(1, classes.map(\.count).max() ?? 1)
        let bounds = classes.map { "\($0.rows.lowerBound) to \($0.rows.upperBound)" }
        let width = bounds.map(\.count).max() ?? 0
        return zip(classes, bounds).map { entry, bounds in
            let bar = String(repeating: "#", count: (entry.count * 40 + most - 1) / most)
            return String(repeating: " ", count: width - bounds.count) + "\(bounds) rows |\(bar) \(entry.count)"
        }
    }
}
