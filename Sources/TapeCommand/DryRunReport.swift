import TapeBytes
import TapeColumns
import TapeIngest

/// What a dry run says: the schema as understood, every problem, and what a convert would store.
struct DryRunReport {
    let shared: SharedOptions

    /// - Throws: `CommandError` where there are problems, after all has been said.
    func write(_ dryRun: DryRun, nanoseconds: Int) throws(CommandError) {
        for layout in dryRun.layouts { write(layout) }
        for problem in dryRun.problems { CommandError.convert(problem, store: shared.store).report(shared.messageStyle) }
        ConvertReport(shared: shared, isDryRun: true).write(dryRun.summary, nanoseconds: nanoseconds)
        let size = dryRun.summary.tables.reduce(0) { $0 + $1.bytesOut }
        // Segments are written beside the old ones, which go only when all is published.
        shared.log("the store would take \(ByteText.text(size)), and the disk must have as much free while it is made",
                   [JSONMember("bytes_needed", size)])
        guard !dryRun.problems.isEmpty else { return }
        throw CommandError(.badData, "\(ByteText.count(dryRun.problems.count, "problem")), named above; a convert would store nothing",
                           help: "correct the files, or set bad rows aside with --on-error skip --rejects FILE")
    }

    private func write(_ layout: DryRun.Layout) {
        let others = layout.paths.count > 1 ? " and \(ByteText.count(layout.paths.count - 1, "other file"))" : ""
        let text = "\(layout.paths[0])\(others): table '\(layout.schema.name)'"
        guard shared.logFormat == .text else {
            let columns = layout.schema.columns.indices.map { members(layout, $0) }
            return shared.log(text, [JSONMember("table", text: layout.schema.name), JSONMember("columns", objects: columns)])
        }
        shared.log(text)
        let nameWidth = layout.schema.columns.map(\.name.count).max() ?? 0
        let typeWidth = layout.schema.columns.map(\.type.name.count).max() ?? 0
        for (index, column) in layout.schema.columns.enumerated() {
            let source = layout.map.fieldOfColumn[index].map { "field \($0 + 1) '\(layout.names[$0])'" } ?? "not in the file: null"
            shared.log("  \(column.name.padded(to: nameWidth))  \(column.type.name.padded(to: typeWidth))  \(source)")
        }
    }

    private func members(_ layout: DryRun.Layout, _ index: Int) -> [JSONMember] {
        let column = layout.schema.columns[index]
        var members = [JSONMember("column", text: column.name), JSONMember("type", text: column.type.name)]
        if let field = layout.map.fieldOfColumn[index] {
            members += [JSONMember("field", field + 1), JSONMember("name", text: layout.names[field])]
        }
        return members
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
