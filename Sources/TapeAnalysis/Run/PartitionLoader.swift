import TapeColumns
import TapeQuery
import TapeStore

/// Reads the columns of a partition that an analysis needs, over its segments.
package struct PartitionLoader {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// All that a job reads of its partition.
    ///
    /// - Parameter check: called before each column; what it throws ends the reading.
    package func input(_ job: AnalysisJob, _ settings: AnalysisSettings, check: @escaping () throws -> Void = {}) throws -> PartitionInput {
        let isReplay = settings.scenarios.contains(.d)
        let orders = try columns(job.orders, check)
        var input = PartitionInput(date: job.date, events: try OrderEvents(replay: isReplay) { try orders($0) })
        if !job.trades.isEmpty {
            let trades = try columns(job.trades, check)
            input.legs = try TradeLegs { try trades($0) }
        }
        if !job.quotes.isEmpty {
            let quotes = try columns(job.quotes, check)
            input.quotes = try QuoteSeries { try quotes($0) }
        }
        if isReplay, settings.replay.session == .file { input.sessions = try sessions(job.sessions) }
        return input
    }

    private func sessions(_ entries: [SegmentEntry]) throws -> SessionStates {
        var rows: [(time: Int64, level: Int64, name: String)] = []
        for entry in entries {
            let set = try StoredTable(store).rows(entry)
            let values = ["timestamp", "level", "name"].map { name in set.columns.first { $0.name == name }?.values }
            guard case .words(let times, _) = values[0], case .words(let levels, _) = values[1], case .words(let names, let texts) = values[2]
            else { throw AnalysisError.missingColumn(table: entry.table, column: "timestamp, level or name") }
            for row in 0..<times.count {
                guard let time = times[row], let level = levels[row], let name = names[row], texts.indices.contains(Int(name)) else { continue }
                rows.append((time, level, texts[Int(name)]))
            }
        }
        return SessionStates(rows: rows)
    }

    /// What aggregates need of the analysed orders of a partition.
    package func measures(_ entries: [SegmentEntry]) throws -> [OrderMeasures] {
        guard !entries.isEmpty else { return [] }
        let source = try columns(entries)
        return try OrderMeasures.rows { try source($0) }
    }

    /// What aggregates need of the simulated rows of some of those orders, by order id.
    ///
    /// - Parameters:
    ///   - entries: of the table `simulation`.
    ///   - replayed: of the table `replay_orders`.
    package func simulated(_ entries: [SegmentEntry], _ replayed: [SegmentEntry], of orders: [OrderMeasures]) throws -> [SimulatedMeasures] {
        guard let entry = entries.first, !orders.isEmpty else { return [] }
        let source = try columns(entries)
        let reader = try store.open(entry)
        let scenarios = try reader.columnIndex("scenario").map { try reader.strings($0) } ?? []
        let formulas = try SimulatedMeasures.rows(scenarios: scenarios) { try source($0) }
        guard !replayed.isEmpty else { return formulas }
        let replaySource = try columns(replayed)
        let notionals = Dictionary(orders.map { ($0.orderID, $0.notional) }) { first, _ in first }
        return SimulatedMeasures.merged(formulas, try SimulatedMeasures.replayed(notionals: notionals) { try replaySource($0) })
    }

    /// Some columns of one segment.
    func columns(_ names: [String], of entry: SegmentEntry) throws -> [ColumnVector] {
        let source = try columns([entry])
        return try names.map { try source($0) }
    }

    /// Reads one column at a time of segments whose rows follow each other.
    private func columns(_ entries: [SegmentEntry], _ check: @escaping () throws -> Void = {}) throws -> (String) throws -> ColumnVector {
        var caches: [(reader: SegmentReader, cache: ColumnCache, entry: SegmentEntry)] = []
        for entry in entries {
            let reader = try store.open(entry)
            caches.append((reader, ColumnCache(reader), entry))
        }
        return { name in
            try check()
            var whole: ColumnVector?
            for index in caches.indices {
                let entry = caches[index].entry
                guard let column = caches[index].reader.columnIndex(name) else {
                    throw AnalysisError.missingColumn(table: entry.table, column: name)
                }
                do {
                    let vector = try caches[index].cache.vector(column)
                    whole = whole.map { $0.appending(vector) } ?? vector
                } catch {
                    throw store.placed(error, in: entry)
                }
            }
            return whole ?? ColumnVector(words: [])
        }
    }
}

extension ColumnVector {
    func appending(_ other: ColumnVector) -> ColumnVector {
        guard nulls != nil || other.nulls != nil else { return ColumnVector(words: words + other.words) }
        return ColumnVector((0..<count).map { self[$0] } + (0..<other.count).map { other[$0] })
    }
}
