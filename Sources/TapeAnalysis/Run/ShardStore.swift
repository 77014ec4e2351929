import TapeBytes
import TapeColumns
import TapeJobs
import TapeStore

/// What shards leave: each a store of its own inside the store, with result tables only, so that shards need not wait for each other's commits.
package struct ShardStore: Sendable {
    package let shard: Shard
    package let path: String

    static func path(_ storePath: String, _ shard: Shard) -> String { "\(storePath)/\(StorePath.shards)/\(shard.name)" }

    /// The shards that left something in a store, by name.
    package static func all(in storePath: String, _ fileSystem: FileSystem = FileSystem()) throws(StoreError) -> [ShardStore] {
        let folder = storePath + "/" + StorePath.shards
        do {
            guard try fileSystem.status(folder) != nil else { return [] }
            return try fileSystem.list(folder).compactMap { item in
                Shard(name: item.name).map { ShardStore(shard: $0, path: folder + "/" + item.name) }
            }
        } catch {
            throw StoreError(.file(error), path: folder)
        }
    }
}

/// Takes the results of shards into the store proper.
package struct ShardMerge {
    package struct Summary: Sendable {
        package var shards: [Shard] = []
        package var reports: [JobReport] = []
        /// Results whose inputs have changed since; left out.
        package var staleCount = 0
        /// Jobs of the store that no shard, and no run before, has done.
        package var undoneCount = 0
    }

    private let storePath: String
    private let options: RunOptions
    private let fileSystem: FileSystem

    package init(storePath: String, options: RunOptions, fileSystem: FileSystem = FileSystem()) {
        self.storePath = storePath
        self.options = options
        self.fileSystem = fileSystem
    }

    /// Copies what the shards have and commits, then removes the shards' stores. Stopped at any moment, it can be run again.
    ///
    /// - Throws: `StoreError`, also where a shard is still running; `AnalysisError` where shards do not belong together.
    package func run(finished: @Sendable (JobReport) -> Void = { _ in }) throws -> Summary {
        let shards = try ShardStore.all(in: storePath, fileSystem)
        try checkSettings(shards)
        let timeKey = try shards.first.flatMap { try Store(path: $0.path, fileSystem: fileSystem).catalog.settings[ResultWriter.timeKeySetting] }
        var results = try ResultWriter(
            storePath, timeKey: timeKey.flatMap(AnalysisSettings.TimeKey.init), workers: options.workers,
            intervalInNanoseconds: options.commitIntervalInNanoseconds, fileSystem)
        let store = try Store(path: storePath, fileSystem: fileSystem)
        let jobs = Dictionary(AnalysisJob.all(store) { _, _ in true }.map { ($0.key, $0) }) { $1 }
        let known = try JobRecord.all(store)
        var summary = Summary()
        for shard in shards {
            // Holding a shard's lock says that it has ended.
            let lock = try StoreWriter(path: shard.path, fileSystem: fileSystem)
            try merge(lock.snapshot, jobs, known, &results, &summary, finished)
            summary.shards.append(shard.shard)
            _ = consume lock
        }
        try results.commit()
        for shard in shards { try? fileSystem.removeTree(shard.path) }
        reportOthers(jobs, known, &summary, finished)
        summary.reports.sort { ($0.job.security, $0.job.date) < ($1.job.security, $1.job.date) }
        return summary
    }

    /// The jobs that were done before any of these shards.
    private func reportOthers(
        _ jobs: [PartitionKey: AnalysisJob], _ known: [PartitionKey: JobRecord], _ summary: inout Summary, _ finished: (JobReport) -> Void
    ) {
        let merged = Set(summary.reports.map(\.job.key))
        for (key, job) in jobs.sorted(by: { $0.key < $1.key }) where !merged.contains(key) {
            guard let record = known[key], record.status != .failed, record.inputHash == job.inputHash else {
                summary.undoneCount += 1
                continue
            }
            let report = JobReport(job: job, record: record, isSkipped: true)
            summary.reports.append(report)
            finished(report)
        }
    }

    /// Results of different settings, or of different programs, are no whole.
    private func checkSettings(_ shards: [ShardStore]) throws {
        var known: (shard: Shard, settings: String)?
        for shard in shards {
            for record in try JobRecord.all(Store(path: shard.path, fileSystem: fileSystem)).values where record.status != .failed {
                let settings = "\(record.program) \(record.settings)"
                guard settings == known?.settings ?? settings else {
                    throw AnalysisError.differentShards(known?.shard.name ?? "", shard.shard.name)
                }
                known = (shard.shard, settings)
            }
        }
    }

    private func merge(
        _ shard: Store, _ jobs: [PartitionKey: AnalysisJob], _ known: [PartitionKey: JobRecord], _ results: inout ResultWriter, _ summary: inout Summary,
        _ finished: (JobReport) -> Void
    ) throws {
        let segments = Dictionary(grouping: ResultTables.partitioned.flatMap { shard.catalog.entries(of: $0) }, by: \.key)
        var cells = try ShardCells(shard)
        for record in try JobRecord.all(shard).values.sorted(by: { ($0.security, $0.date) < ($1.security, $1.date) }) {
            guard let job = jobs[record.key], job.inputHash == record.inputHash else {
                summary.staleCount += 1
                continue
            }
            // What failed here may have succeeded since.
            if record.status == .failed, let known = known[record.key], known.status != .failed, known.inputHash == record.inputHash,
                known.settings == record.settings, known.program == record.program { continue }
            var output = JobOutput(record)
            output.images = try (segments[record.key] ?? []).map { ($0.table, try shard.image($0)) }
            output.cells = try cells.take(record.date, record.security)
            try results.add(output)
            try results.commitIfDue()
            let report = JobReport(job: job, record: record)
            summary.reports.append(report)
            finished(report)
        }
    }
}

/// The cells of a shard's rollups, one security at a time.
private struct ShardCells {
    private let store: Store
    private let entries: [PartitionKey: [SegmentEntry]]
    private var security: Int64?
    private var cells: [Int64: [RollupCell]] = [:]

    init(_ store: Store) throws {
        self.store = store
        entries = Dictionary(grouping: store.catalog.entries(of: ResultTables.rollup), by: \.key)
    }

    mutating func take(_ date: Int64, _ security: Int64) throws -> [RollupCell] {
        if self.security != security {
            cells = [:]
            for level in RollupCell.Level.allCases {
                for entry in entries[RollupTable.key(level, isTotal: false, security: security)] ?? [] {
                    let rows = try RollupRows(of: entry, isTotal: false, store)
                    for row in 0..<rows.count { cells[rows.dates(row).first ?? 0, default: []].append(rows.cell(row, level)) }
                }
            }
            self.security = security
        }
        return cells[date] ?? []
    }
}
