import TapeBytes
import TapeColumns
import TapeJobs
import TapeStore

/// One job of an analysis: a (security, date) of the store.
package struct AnalysisJob: Hashable, Sendable {
    package var key: PartitionKey
    package var date: Int64
    package var security: Int64
    package var orders: [SegmentEntry]
    package var trades: [SegmentEntry]
    package var quotes: [SegmentEntry] = []
    package var sessions: [SegmentEntry] = []

    package var rowCount: Int { orders.reduce(0) { $0 + $1.rowCount } + trades.reduce(0) { $0 + $1.rowCount } }
}

/// How a job went, for the report.
package struct JobReport: Sendable {
    package enum Status: Sendable { case done, empty, failed(any Error) }

    package var job: AnalysisJob
    package var status: Status
    package var nanoseconds: Int
    package var orderCount = 0
    package var filledCount = 0
    package var tradedQuantity: Int64 = 0
    package var committedQuantity: Int64 = 0
    package var anomalies = Anomalies()
    /// The share of trades, in percent, that the quotes of the table `nbbo` hold within the spread, and whether they were refused for it.
    package var quoteCoverage: Double?
    package var areQuotesRefused = false
}

/// Analyses the selected partitions of a store, in parallel, and commits the result tables.
///
/// A job reads the columns it needs, is a pure function from there on, and hands over finished segments. Segments are written as jobs end and
/// become visible together, by one commit; a failed job leaves what the store had of its partition.
package struct AnalysisRun {
    private let storePath: String
    private let settings: AnalysisSettings
    private let runner: JobRunner
    private let fileSystem: FileSystem

    package init(storePath: String, settings: AnalysisSettings, runner: JobRunner, fileSystem: FileSystem = FileSystem()) {
        self.storePath = storePath
        self.settings = settings
        self.runner = runner
        self.fileSystem = fileSystem
    }

    /// The jobs of a store, by (security, date).
    package static func jobs(_ store: Store, where isSelected: (_ date: Int64, _ security: Int64) -> Bool) -> [AnalysisJob] {
        var jobs: [PartitionKey: AnalysisJob] = [:]
        let tables: [(String, WritableKeyPath<AnalysisJob, [SegmentEntry]>)] = [
            ("orders", \.orders), ("trades", \.trades), ("nbbo", \.quotes), ("sessions", \.sessions),
        ]
        for (table, path) in tables {
            for entry in store.catalog.entries(of: table) {
                guard entry.key.parts.count == 2, case .word(let date) = entry.key.parts[0], case .word(let security) = entry.key.parts[1],
                    isSelected(date, security)
                else { continue }
                jobs[entry.key, default: AnalysisJob(key: entry.key, date: date, security: security, orders: [], trades: [])][keyPath: path]
                    .append(entry)
            }
        }
        return jobs.values.filter { !$0.orders.isEmpty || !$0.trades.isEmpty }.sorted { ($0.security, $0.date) < ($1.security, $1.date) }
    }

    /// What a job hands over.
    private struct Output: Sendable {
        var report: JobReport
        var images: [(table: String, image: SegmentImage)]
    }

    /// Runs the jobs and commits. `finished` is told each job's report as it ends, `results` each partition's result before it is let go.
    ///
    /// - Returns: the reports, in the order of the jobs.
    /// - Throws: `StoreError` where the store cannot be written.
    package func run(
        _ jobs: [AnalysisJob], finished: @Sendable (JobReport) -> Void = { _ in },
        results: @Sendable (AnalysisJob, PartitionResult) throws -> Void = { _, _ in }
    ) throws -> [JobReport] {
        let writer = try WriterBox(storePath, fileSystem)
        let store = try Store(path: storePath, fileSystem: fileSystem)
        let loader = PartitionLoader(store)
        let reports = Protected([JobReport?](repeating: nil, count: jobs.count))
        runner.run(sizes: jobs.map(\.rowCount)) { index in
            try analyze(jobs[index], loader, results)
        } finished: { index, outcome in
            var report: JobReport
            switch outcome.result {
            case .success(let output):
                report = output.report
                if let error = writer.write(output.images, jobs[index].key) { report.status = .failed(error) }
            case .failure(let error):
                report = JobReport(job: jobs[index], status: .failed(error), nanoseconds: 0)
            }
            report.nanoseconds = outcome.nanoseconds
            reports.withLock { $0[index] = report }
            finished(report)
        }
        try writer.commit()
        return reports.value.compactMap { $0 }
    }

    private func analyze(
        _ job: AnalysisJob, _ loader: PartitionLoader, _ results: (AnalysisJob, PartitionResult) throws -> Void
    ) throws -> Output {
        guard !job.orders.isEmpty else {
            return Output(report: JobReport(job: job, status: .empty, nanoseconds: 0), images: [])
        }
        let result = try PartitionResult(try loader.input(job, settings), settings)
        try ResultTables.check(result.cells)
        try results(job, result)
        var report = JobReport(job: job, status: .done, nanoseconds: 0)
        report.orderCount = result.orders.count
        report.filledCount = result.orders.count { $0.matched > 0 }
        report.tradedQuantity = result.orders.reduce(0) { $0 &+ $1.traded }
        report.committedQuantity = result.orders.reduce(0) { $0 &+ $1.committed }
        report.anomalies = result.anomalies
        report.quoteCoverage = result.quoteCoverage
        report.areQuotesRefused = result.areQuotesRefused
        var images = [
            (ResultTables.orderMetrics, AnalysisRun.image(ResultTables.orders, result.orders)),
            (ResultTables.simulation, AnalysisRun.image(ResultTables.simulated, result.simulated)),
            (ResultTables.rollup, AnalysisRun.image(ResultTables.cells, result.cells)),
        ]
        if let replay = result.replay {
            images.append((ResultTables.replayOrders, AnalysisRun.image(ResultTables.replayed, replay.orders)))
            images.append((ResultTables.replayFills, AnalysisRun.image(ResultTables.filled, replay.fills)))
        }
        return Output(report: report, images: images)
    }

    private static func image<Row>(_ table: ResultTable<Row>, _ rows: [Row]) -> SegmentImage {
        let (vectors, dictionaries) = table.vectors(rows)
        var writer = SegmentWriter(columns: table.schemas)
        writer.appendAll(vectors)
        return writer.finish(dictionaries: dictionaries)
    }
}

/// The store's writer, shared by the workers.
private final class WriterBox: Sendable {
    private struct State: ~Copyable, Sendable {
        var writer: StoreWriter
        var adding: [SegmentEntry] = []
        var removing: Set<SegmentEntry> = []
        var existing: [PartitionKey: [SegmentEntry]]
    }

    private let state: Exclusive<State>

    init(_ path: String, _ fileSystem: FileSystem) throws(StoreError) {
        let writer = try StoreWriter(path: path, fileSystem: fileSystem)
        let existing = Dictionary(grouping: ResultTables.names.flatMap { writer.catalog.entries(of: $0) }, by: \.key)
        state = Exclusive(State(writer: writer, existing: existing))
    }

    /// Writes a partition's result tables, in place of those that the store has. Returns what went wrong.
    func write(_ images: [(table: String, image: SegmentImage)], _ key: PartitionKey) -> StoreError? {
        state.withLock { state in
            do throws(StoreError) {
                var entries: [SegmentEntry] = []
                for (table, image) in images {
                    let entry = SegmentEntry(
                        table: table, key: key, generation: state.writer.nextGeneration, part: 0, rowCount: image.rowCount,
                        sizeInBytes: image.bytes.count, checksum: image.checksum, clusterMin: 0, clusterMax: 0, sources: [])
                    try state.writer.write(image, as: entry, ResultTables.keyColumns)
                    entries.append(entry)
                }
                state.adding += entries
                state.removing.formUnion(state.existing[key] ?? [])
                return nil
            } catch {
                return error
            }
        }
    }

    func commit() throws(StoreError) {
        let error: StoreError? = state.withLock { state in
            do throws(StoreError) {
                var settings: [String: String] = [:]
                for table in ResultTables.names { settings["key." + table] = Catalog.settingText(ResultTables.keyColumns) }
                try state.writer.commit(adding: state.adding, removing: state.removing, settings: settings)
                return nil
            } catch {
                state.writer.abandon()
                return error
            }
        }
        if let error { throw error }
    }
}
