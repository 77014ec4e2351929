extension QueryRun {
    /// The plan, with what partition keys and zone maps rule out counted.
    func explanation() throws(QueryError) -> String {
        let counts = try counted()
        var lines = ["table       \(plan.shape.name): \(initial.partitions) partitions, \(initial.bytesStored) bytes"]
        lines.append("partitions  \(segments.count) of \(initial.partitions) by their key")
        if counts.blocks > 0 {
            lines.append("blocks      \(counts.blocks - counts.pruned) of \(counts.blocks) by zone maps: \(counts.rows) rows")
        } else {
            lines.append("blocks      none: the catalog has all that is asked for")
        }
        let names = scan.readSlots.map { plan.shape.columns[$0].name }
        lines.append("columns     \(names.isEmpty ? "none" : names.joined(separator: ", ")): at most \(counts.bytes) bytes")
        if plan.isGrouped {
            let order = plan.aggregates.contains(where: \.isOrderSensitive) ? ", merged in the order of partitions" : ""
            lines.append("group       by \(plan.keys.count) keys, \(plan.aggregates.count) aggregates\(order)")
        }
        if !plan.having.isEmpty { lines.append("having      \(plan.having.count) conditions") }
        if !plan.order.isEmpty { lines.append("order       by \(plan.order.count) keys") }
        if plan.limit != nil || plan.offset > 0 { lines.append("rows        \(plan.limit.map(String.init) ?? "all") from \(plan.offset) on") }
        lines.append("workers     \(options.workers)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func counted() throws(QueryError) -> (blocks: Int, pruned: Int, rows: Int, bytes: Int) {
        var total = (blocks: 0, pruned: 0, rows: 0, bytes: 0)
        guard scan.needsSegments else { return total }
        for segment in segments {
            let part = try scan.estimate(segment)
            total = (total.blocks + part.blocks, total.pruned + part.pruned, total.rows + part.rows, total.bytes + part.bytes)
        }
        return total
    }
}
