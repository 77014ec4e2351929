import TapeBytes
import TapeColumns
import TapeStore

/// Puts results into a store, a batch of jobs at a time.
///
/// Segments go into a pack as jobs end. A commit, every few seconds, makes all of them visible together, with the rollups and the table `jobs`
/// brought up to date: so what those say is always what the other tables hold, and a run that is killed loses its last few seconds.
struct ResultWriter: ~Copyable, Sendable {
    /// The store's setting that says how `rollup` was keyed by time.
    static let timeKeySetting = "analysis.time_key"

    private var writer: StoreWriter
    private let timeKey: AnalysisSettings.TimeKey?
    private let workers: Int
    private let intervalInNanoseconds: Int
    /// The segments that the store has of each partition.
    private var existing: [PartitionKey: [SegmentEntry]]
    private var records: [PartitionKey: JobRecord]
    private var batch = Batch()
    private var lastCommit = Machine.monotonicNanoseconds
    private var lastDuration = 0

    /// What is written and not committed.
    private struct Batch {
        var adding: [SegmentEntry] = []
        var removing: Set<SegmentEntry> = []
        /// Per security, the new cells of each date.
        var cells: [Int64: [Int64: [RollupCell]]] = [:]
        var isEmpty = true
    }

    /// - Parameters:
    ///   - timeKey: nil to leave the store's as it is.
    ///   - intervalInNanoseconds: between two commits at least; also twenty times what the last one took, so that commits stay cheap.
    /// - Throws: `StoreError`: locked, damaged, or a file error.
    init(
        _ path: String, timeKey: AnalysisSettings.TimeKey?, workers: Int, intervalInNanoseconds: Int, _ fileSystem: FileSystem
    ) throws(StoreError) {
        let writer = try StoreWriter(path: path, fileSystem: fileSystem)
        let store = writer.snapshot
        let existing = Dictionary(grouping: ResultTables.partitioned.flatMap { store.catalog.entries(of: $0) }, by: \.key)
        let records = try JobRecord.all(store)
        self.writer = writer
        self.existing = existing
        self.records = records
        self.timeKey = timeKey
        self.workers = workers
        self.intervalInNanoseconds = intervalInNanoseconds
    }

    /// Takes a job's output, in place of what the store has of its partition. Of a job that failed that leaves the record alone: results of other
    /// rows or settings must not be aggregated with those of this run.
    mutating func add(_ output: JobOutput) throws(StoreError) {
        let key = output.record.key
        records[key] = output.record
        batch.isEmpty = false
        var entries: [SegmentEntry] = []
        for (table, image) in output.images {
            entries.append(try writer.writePacked(image, as: ResultWriter.entry(table, key, image)))
        }
        batch.removing.formUnion(existing[key] ?? [])
        batch.adding += entries
        existing[key] = entries
        batch.cells[output.record.security, default: [:]][output.record.date] = output.cells
    }

    mutating func commitIfDue() throws {
        let now = Machine.monotonicNanoseconds
        guard now - lastCommit > max(intervalInNanoseconds, 20 * lastDuration) else { return }
        try commit()
    }

    mutating func commit() throws {
        guard !batch.isEmpty else { return }
        let start = Machine.monotonicNanoseconds
        // What is rewritten by each commit goes into a pack of its own, which dies with the next.
        try writer.endPack()
        try updateRollups()
        try updateJobs()
        var settings: [String: String] = [:]
        for table in ResultTables.partitioned { settings["key." + table] = Catalog.settingText(ResultTables.keyColumns) }
        if let timeKey { settings[ResultWriter.timeKeySetting] = timeKey.rawValue }
        settings["key." + ResultTables.rollup] = Catalog.settingText(RollupTable.keyColumns)
        try writer.commit(adding: batch.adding, removing: batch.removing, settings: settings)
        batch = Batch()
        lastCommit = Machine.monotonicNanoseconds
        lastDuration = lastCommit - start
    }

    /// Gives up what is not committed.
    mutating func abandon() { writer.abandon() }

    private static func entry(_ table: String, _ key: PartitionKey, _ image: SegmentImage) -> SegmentEntry {
        SegmentEntry(
            table: table, key: key, generation: 0, part: 0, rowCount: image.rowCount, sizeInBytes: image.bytes.count,
            checksum: image.checksum, clusterMin: 0, clusterMax: 0, sources: [])
    }

    /// Rewrites the segments of the batch's securities: their old rows of other dates, and the new ones.
    private mutating func updateRollups() throws {
        let store = writer.snapshot
        let isOtherMake = store.catalog.keyColumns(of: ResultTables.rollup) != RollupTable.keyColumns
        let old = Dictionary(grouping: store.catalog.entries(of: ResultTables.rollup), by: \.key)
        if isOtherMake { batch.removing.formUnion(old.values.joined()) }
        let parts = batch.cells.sorted { $0.key < $1.key }.flatMap { security, cells in
            RollupCell.Level.allCases.map { RollupPart(level: $0, security: security, cells: cells) }
        }
        let images = concurrentMap(parts.count, workers: workers) { index in
            let key = RollupTable.key(parts[index].level, isTotal: false, security: parts[index].security)
            let entries = isOtherMake ? [] : old[key] ?? []
            return Result { try parts[index].images(over: entries, store) }
        }
        for (part, images) in zip(parts, images) {
            for (isTotal, image) in zip([false, true], try images.get()) {
                let key = RollupTable.key(part.level, isTotal: isTotal, security: part.security)
                batch.adding.append(try writer.writePacked(image, as: ResultWriter.entry(ResultTables.rollup, key, image)))
            }
            for isTotal in [false, true] {
                batch.removing.formUnion(old[RollupTable.key(part.level, isTotal: isTotal, security: part.security)] ?? [])
            }
        }
    }

    private mutating func updateJobs() throws(StoreError) {
        let image = JobRecord.image(records.values.sorted { ($0.security, $0.date) < ($1.security, $1.date) })
        batch.removing.formUnion(writer.catalog.entries(of: JobRecord.table))
        batch.adding.append(try writer.writePacked(image, as: ResultWriter.entry(JobRecord.table, PartitionKey([]), image)))
    }
}

/// New cells of one level and security.
private struct RollupPart: Sendable {
    var level: RollupCell.Level
    var security: Int64
    /// By date.
    var cells: [Int64: [RollupCell]]

    /// The segments, by date and of totals, with these cells in place of those that `entries` have of the same dates; none without any cells.
    func images(over entries: [SegmentEntry], _ store: Store) throws -> [SegmentImage] {
        var rows = RollupRows()
        for entry in entries { rows.append(try RollupRows(of: entry, isTotal: false, store)) { cells[$0] == nil } }
        for (date, cells) in cells { for cell in cells where cell.level == level { rows.append(date: date, cell) } }
        guard rows.count > 0 else { return [] }
        let sorted = rows.sorted
        return [sorted.image(isTotal: false), try sorted.totals().image(isTotal: true)]
    }
}

extension JobRecord {
    /// The table `jobs` of a store, by partition; empty for one that was never analysed.
    package static func all(_ store: Store) throws(StoreError) -> [PartitionKey: JobRecord] {
        guard let entry = store.catalog.entries(of: table).first else { return [:] }
        do {
            return Dictionary(try records(try store.open(entry)).map { ($0.key, $0) }) { $1 }
        } catch {
            throw StoreError.wrap(error, path: store.path, table: table)
        }
    }
}
