import TapeBytes
import TapeColumns
import TapeMarket
import TapeStore

/// Answers the presets, from the stored rollups where they hold what is asked, else from the analysed orders.
package struct RollupReader {
    /// Which orders are meant; nil for all.
    package struct Filter: Sendable {
        package var securities: Set<Int64>?
        /// Both inclusive.
        package var from: Int64?
        package var to: Int64?
        package var participants: Set<Int64>?
        /// By the clock time of arrival.
        package var hours: TradingHours?

        package init(
            securities: Set<Int64>? = nil, from: Int64? = nil, to: Int64? = nil, participants: Set<Int64>? = nil, hours: TradingHours? = nil
        ) {
            self.securities = securities
            self.from = from
            self.to = to
            self.participants = participants
            self.hours = hours
        }

        fileprivate func contains(date: Int64) -> Bool { (from.map { $0 <= date } ?? true) && (to.map { date <= $0 } ?? true) }
        fileprivate func contains(security: Int64) -> Bool { securities?.contains(security) ?? true }
        fileprivate func contains(_ order: OrderMeasures) -> Bool {
            participants?.contains(order.participantID) ?? true && hours?.contains(order.arrival) ?? true
        }
        /// Whether it tells orders apart within partitions.
        fileprivate var choosesOrders: Bool { participants != nil || hours != nil }
        fileprivate var hasDates: Bool { from != nil || to != nil }
    }

    private let store: Store
    private let workers: Int

    package init(_ store: Store, workers: Int = 1) {
        self.store = store
        self.workers = workers
    }

    /// Whether the store was analysed.
    package var hasRollups: Bool { store.catalog.tables.contains(JobRecord.table) }

    /// The partitions that were analysed, by (security, date).
    package var partitions: [(date: Int64, security: Int64)] {
        analysed(Filter()).flatMap { security, partitions in partitions.map { (date: $0.date, security: security) } }
    }

    /// Folds the selected orders.
    ///
    /// - Returns: whether the selection holds any partition, and, where it tells orders apart, any order.
    /// - Throws: `StoreError`, `AnalysisError`.
    package func fold(into aggregates: inout [Aggregates], _ filter: Filter = Filter()) throws -> Bool {
        var isAny = false
        for level in RollupCell.Level.allCases {
            for hasDates in [true, false] {
                let indices = aggregates.indices.filter { index in
                    aggregates[index].grouping.level == level && aggregates[index].grouping.hasDates == hasDates
                }
                guard !indices.isEmpty else { continue }
                try inOrder(sources(level, isTotal: !hasDates, filter)) { source in
                    try rows(source, level, isTotal: !hasDates, filter)
                } each: { source, rows in
                    for row in 0..<rows.count {
                        if source.isRollup, level == .participant, let wanted = filter.participants, !wanted.contains(rows.values[row]) { continue }
                        isAny = true
                        for index in indices { aggregates[index].add(security: source.security, rows, row: row) }
                    }
                }
            }
        }
        return isAny || (!filter.choosesOrders && !analysed(filter).isEmpty)
    }

    /// Where one security's rows come from.
    private struct Source: Sendable {
        var security: Int64
        /// Of the table `rollup`.
        var rollup: SegmentEntry?
        /// Of the tables `order_metrics` and `simulation`, by date.
        var partitions: [Partition] = []

        var isRollup: Bool { rollup != nil }
    }

    private struct Partition: Sendable {
        var date: Int64
        var orders: [SegmentEntry]
        var simulated: [SegmentEntry]
        var replayed: [SegmentEntry]
    }

    /// Rollups know neither an hour's participants' sums nor clock times that are not whole hours; then the orders themselves are summed up.
    private func sources(_ level: RollupCell.Level, isTotal: Bool, _ filter: Filter) -> [Source] {
        guard filter.hours == nil, filter.participants == nil || level == .participant else {
            return analysed(filter).map { Source(security: $0.security, partitions: $0.partitions) }
        }
        let key = PartitionKey.Part.text(RollupTable.name(level, isTotal: isTotal && !filter.hasDates))
        return store.catalog.entries(of: ResultTables.rollup).compactMap { entry in
            guard entry.key.parts.count == 2, entry.key.parts[0] == key, case .word(let security) = entry.key.parts[1],
                filter.contains(security: security)
            else { return nil }
            return Source(security: security, rollup: entry)
        }
    }

    private func rows(_ source: Source, _ level: RollupCell.Level, isTotal: Bool, _ filter: Filter) throws -> RollupRows {
        var rows = RollupRows()
        if let entry = source.rollup {
            let isStoredTotal = isTotal && !filter.hasDates
            let stored = try RollupRows(of: entry, isTotal: isStoredTotal, store)
            if !filter.hasDates { return stored }
            rows.append(stored) { filter.contains(date: $0) }
        } else {
            let loader = PartitionLoader(store)
            for partition in source.partitions {
                let orders = try loader.measures(partition.orders).filter { filter.contains($0) }
                let simulated = try loader.simulated(partition.simulated, partition.replayed, of: orders)
                for cell in RollupBuilder.cells(orders, simulated, timeKey) where cell.level == level { rows.append(date: partition.date, cell) }
            }
        }
        return isTotal ? try rows.totals() : rows
    }

    /// Which end of an order's life said in which hour it is counted.
    private var timeKey: AnalysisSettings.TimeKey {
        store.catalog.settings[ResultWriter.timeKeySetting].flatMap(AnalysisSettings.TimeKey.init) ?? .arrival
    }

    /// The analysed partitions' segments, by security and date.
    private func analysed(_ filter: Filter) -> [(security: Int64, partitions: [Partition])] {
        let simulated = Dictionary(grouping: store.catalog.entries(of: ResultTables.simulation), by: \.key)
        let replayed = Dictionary(grouping: store.catalog.entries(of: ResultTables.replayOrders), by: \.key)
        var partitions: [Int64: [Partition]] = [:]
        for (key, orders) in Dictionary(grouping: store.catalog.entries(of: ResultTables.orderMetrics), by: \.key) {
            guard let (date, security) = key.dateAndSecurity, filter.contains(date: date), filter.contains(security: security) else { continue }
            partitions[security, default: []].append(
                Partition(date: date, orders: orders, simulated: simulated[key] ?? [], replayed: replayed[key] ?? []))
        }
        return partitions.sorted { $0.key < $1.key }.map { (security: $0.key, partitions: $0.value.sorted { $0.date < $1.date }) }
    }

    /// Computes each source's rows, a few at once, and hands them over in order.
    private func inOrder(
        _ sources: [Source], _ compute: @Sendable (Source) throws -> RollupRows, each body: (Source, RollupRows) -> Void
    ) throws {
        var first = 0
        while first < sources.count {
            let wave = sources[first..<min(sources.count, first + 16 * workers)]
            let parts = concurrentMap(wave.count, workers: workers) { offset in Result { try compute(wave[wave.startIndex + offset]) } }
            for (source, part) in zip(wave, parts) { body(source, try part.get()) }
            first = wave.endIndex
        }
    }
}

extension RollupRows {
    /// - Throws: `StoreError`, `AnalysisError`.
    init(of entry: SegmentEntry, isTotal: Bool, _ store: Store) throws {
        do {
            // Every column is needed: one read instead of one a column.
            try self.init(SegmentReader(try store.image(entry).bytes), isTotal: isTotal)
        } catch let error as AnalysisError {
            throw error
        } catch {
            throw store.placed(error, in: entry)
        }
    }
}
