import TapeBytes
import TapeStore

/// One job of an analysis: a (security, date) of the store.
package struct AnalysisJob: Hashable, Sendable {
    /// The tables that a job may read, of one key.
    package static let tables = ["orders", "trades", "nbbo", "sessions"]

    package var key: PartitionKey
    package var date: Int64
    package var security: Int64
    /// The partition's segments by table.
    package var segments: [String: [SegmentEntry]] = [:]

    package var orders: [SegmentEntry] { segments["orders"] ?? [] }
    package var trades: [SegmentEntry] { segments["trades"] ?? [] }
    package var quotes: [SegmentEntry] { segments["nbbo"] ?? [] }
    package var sessions: [SegmentEntry] { segments["sessions"] ?? [] }

    package var orderRowCount: Int { orders.reduce(0) { $0 + $1.rowCount } }
    package var tradeRowCount: Int { trades.reduce(0) { $0 + $1.rowCount } }
    /// What its work grows with.
    package var rowCount: Int { orderRowCount + tradeRowCount }

    /// A hash that is equal where the input segments are.
    package var inputHash: UInt64 {
        let text = AnalysisJob.tables.flatMap { table in
            (segments[table] ?? []).map { "\(table) \($0.rowCount) \($0.sizeInBytes) \($0.checksum)" }
        }.joined(separator: "\n")
        return Checksum.contentHash(Array(text.utf8).span, previous: 0)
    }

    /// The jobs of a store, by (security, date): every partition that has orders or trades.
    package static func all(_ store: Store, where isSelected: (_ date: Int64, _ security: Int64) -> Bool) -> [AnalysisJob] {
        var jobs: [PartitionKey: AnalysisJob] = [:]
        for table in tables {
            for entry in store.catalog.entries(of: table) {
                guard let (date, security) = entry.key.dateAndSecurity, isSelected(date, security) else { continue }
                jobs[entry.key, default: AnalysisJob(key: entry.key, date: date, security: security)].segments[table, default: []].append(entry)
            }
        }
        return jobs.values.filter { $0.rowCount > 0 }.sorted { ($0.security, $0.date) < ($1.security, $1.date) }
    }

    /// The partitions that have results and no rows any more: jobs that find nothing, so that their results go.
    package static func vanished(_ store: Store, where isSelected: (_ date: Int64, _ security: Int64) -> Bool) throws(StoreError) -> [AnalysisJob] {
        let known = Set(all(store, where: isSelected).map(\.key))
        let records = try JobRecord.all(store).values.filter { $0.status == .done && isSelected($0.date, $0.security) && !known.contains($0.key) }
        return records.map { AnalysisJob(key: $0.key, date: $0.date, security: $0.security) }.sorted { ($0.security, $0.date) < ($1.security, $1.date) }
    }
}
