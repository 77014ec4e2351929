import TapeStore

/// Answers a preset from the stored rollups: kilobytes, whatever the number of orders.
package struct RollupReader {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// Whether the store has been analysed.
    package var hasRollups: Bool { !store.catalog.entries(of: ResultTables.rollup).isEmpty }

    /// The rollups of the selected partitions, by (security, date).
    package func entries(where isSelected: (_ date: Int64, _ security: Int64) -> Bool) -> [(date: Int64, security: Int64, entry: SegmentEntry)] {
        store.catalog.entries(of: ResultTables.rollup).compactMap { entry -> (date: Int64, security: Int64, entry: SegmentEntry)? in
            guard entry.key.parts.count == 2, case .word(let date) = entry.key.parts[0], case .word(let security) = entry.key.parts[1],
                isSelected(date, security)
            else { return nil }
            return (date, security, entry)
        }.sorted { ($0.security, $0.date) < ($1.security, $1.date) }
    }

    /// Folds the selected cells of some rollups.
    ///
    /// - Throws: `StoreError`, `AnalysisError`.
    package func fold(
        _ entries: [(date: Int64, security: Int64, entry: SegmentEntry)], into aggregates: inout [Aggregates],
        where isSelected: (RollupCell.Key) -> Bool = { _ in true }
    ) throws {
        let loader = PartitionLoader(store)
        for (date, security, entry) in entries {
            let cells = try loader.cells(entry)
            for index in aggregates.indices { aggregates[index].add(date: date, security: security, cells, where: isSelected) }
        }
    }
}
