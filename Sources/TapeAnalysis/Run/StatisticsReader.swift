import TapeColumns
import TapeStore

/// Reads the savings of a store's simulated orders back, for their statistics.
package struct StatisticsReader {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// - Throws: `StoreError`, `AnalysisError`.
    package func statistics(
        _ scenarios: [AnalysisSettings.Scenario], where isSelected: (_ date: Int64, _ security: Int64) -> Bool
    ) throws -> SavingsStatistics {
        var statistics = SavingsStatistics()
        for entry in entries(of: ResultTables.simulation, where: isSelected) {
            let reader = try store.open(entry)
            guard let column = reader.columnIndex("scenario") else {
                throw AnalysisError.missingColumn(table: entry.table, column: "scenario")
            }
            let known: [AnalysisSettings.Scenario?]
            do {
                known = try reader.strings(column).map { AnalysisSettings.Scenario(rawValue: $0) }
            } catch {
                throw store.placed(error, in: entry)
            }
            let columns = try PartitionLoader(store).columns(["order_id", "scenario", "savings_bps"], of: entry)
            statistics.add(columns[0].words.indices.lazy.compactMap { row in
                let code = Int(columns[1].words[row])
                guard known.indices.contains(code), let scenario = known[code] else { return nil }
                return (columns[0].words[row], scenario, columns[2][row].map { ColumnWord.double(of: $0) })
            })
        }
        guard scenarios.contains(.d) else { return statistics }
        let analysed = Dictionary(grouping: entries(of: ResultTables.orderMetrics, where: isSelected), by: \.key)
        for entry in entries(of: ResultTables.replayOrders, where: isSelected) {
            // A replay's study may be wider than what is analysed.
            var orders: Set<Int64> = []
            for entry in analysed[entry.key] ?? [] { orders.formUnion(try PartitionLoader(store).columns(["order_id"], of: entry)[0].words) }
            let columns = try PartitionLoader(store).columns(["order_id", "savings_bps"], of: entry)
            statistics.add(columns[0].words.indices.lazy.filter { orders.contains(columns[0].words[$0]) }.map { row in
                (columns[0].words[row], .d, columns[1][row].map { ColumnWord.double(of: $0) })
            })
        }
        return statistics
    }

    /// By (date, security).
    private func entries(of table: String, where isSelected: (_ date: Int64, _ security: Int64) -> Bool) -> [SegmentEntry] {
        store.catalog.entries(of: table).compactMap { entry -> (date: Int64, security: Int64, entry: SegmentEntry)? in
            guard let (date, security) = entry.key.dateAndSecurity, isSelected(date, security) else { return nil }
            return (date, security, entry)
        }.sorted { ($0.date, $0.security) < ($1.date, $1.security) }.map(\.entry)
    }
}
