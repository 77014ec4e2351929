import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeJobs
import TapeMarket
import TapeQuery
import TapeStore

/// Writes results as files for people and other programs (docs/cli.md, analyze):
///
///     DIR/by_security/SEC_110621/2024-09-05/{orders.csv.gz, classified.csv.gz, metrics.csv, simulation.csv.gz,
///                                            simulation_d_fills.csv.gz, simulation_d_orders.csv.gz}
///     DIR/aggregated/{global_summary, by_security, by_date, by_participant, by_time_of_day, by_order_size, time_series_analysis,
///                    statistics}.csv
///     DIR/run_report.json
///
/// Times are integer nanoseconds; gzip carries neither time nor name, so equal results are equal bytes.
package struct ResultsTree: ResultSink {
    package let directory: String
    private let store: Store
    private let settings: AnalysisSettings
    private let isCompressed: Bool
    private let fileSystem: FileSystem

    package init(
        _ directory: String, store: Store, settings: AnalysisSettings, isCompressed: Bool = true, fileSystem: FileSystem = FileSystem()
    ) {
        self.directory = directory
        self.store = store
        self.settings = settings
        self.isCompressed = isCompressed
        self.fileSystem = fileSystem
    }

    private func folder(_ job: AnalysisJob) -> String {
        "\(directory)/by_security/SEC_\(job.security)/\(CivilDate.text(Int32(truncatingIfNeeded: job.date)))"
    }

    /// The partition's large files, which are gzip or plain.
    private func largeFiles(_ job: AnalysisJob, _ result: PartitionResult) throws -> [(name: String, bytes: [UInt8])] {
        var files = [
            ("orders.csv", csv(try events(job))), ("classified.csv", csv(classified(job, result))),
            ("simulation.csv", csv(resultSet(ResultTables.simulated, result.simulated))),
        ]
        if let replay = result.replay {
            files.append(("simulation_d_fills.csv", csv(resultSet(ResultTables.filled, replay.fills))))
            files.append(("simulation_d_orders.csv", csv(resultSet(ResultTables.replayed, replay.orders))))
        }
        return files
    }

    /// Writes a partition's files: all of them, or none where one fails. Those that hold these bytes already stay as they are.
    package func write(_ job: AnalysisJob, _ result: PartitionResult, _ clock: JobClock) throws -> [JobRecord.TreeFile] {
        let folder = folder(job)
        let large = try largeFiles(job, result)
        var files = [("metrics.csv", csv(metrics(result)))]
        for (name, bytes) in large {
            try clock.check()
            files.append(isCompressed ? (name + ".gz", try Gzip.compress(bytes)) : (name, bytes))
        }
        try fileSystem.createDirectories(folder)
        do {
            for (name, bytes) in files { try write(bytes, folder + "/" + name) }
            // Of other settings.
            for name in ResultsTree.fileNames where !files.contains(where: { $0.0 == name }) { try fileSystem.remove(folder + "/" + name) }
        } catch {
            remove(job)
            throw error
        }
        return files.map { JobRecord.TreeFile(name: $0.0, size: $0.1.count) }.sorted { $0.name < $1.name }
    }

    /// Every name that a partition's file may have.
    private static let fileNames = ["metrics.csv"]
        + ["orders", "classified", "simulation", "simulation_d_fills", "simulation_d_orders"].flatMap { ["\($0).csv", "\($0).csv.gz"] }

    package func remove(_ job: AnalysisJob) {
        let folder = folder(job)
        for name in ResultsTree.fileNames { try? fileSystem.remove(folder + "/" + name) }
        if (try? fileSystem.list(folder))?.isEmpty == true { try? fileSystem.removeTree(folder) }
    }

    package func has(_ files: [JobRecord.TreeFile], of job: AnalysisJob) -> Bool {
        let folder = folder(job)
        return files.contains { $0.name.hasSuffix(".gz") } == isCompressed
            && files.allSatisfy { file in (try? fileSystem.status(folder + "/" + file.name))??.size == file.size }
    }

    package func writeAggregate(_ grouping: Grouping, _ result: ResultSet) throws(FileError) {
        try fileSystem.createDirectories(directory + "/aggregated")
        try write(csv(result), directory + "/aggregated/" + grouping.fileName)
    }

    /// Removes what other settings left of an aggregate.
    package func removeAggregate(_ grouping: Grouping) throws(FileError) { try fileSystem.remove(directory + "/aggregated/" + grouping.fileName) }

    package func writeStatistics(_ result: ResultSet) throws(FileError) {
        try fileSystem.createDirectories(directory + "/aggregated")
        try write(csv(result), directory + "/aggregated/statistics.csv")
    }

    package func writeReport(_ json: String) throws(FileError) {
        try fileSystem.createDirectories(directory)
        try write(Array(json.utf8), directory + "/run_report.json")
    }

    /// Writes a file by way of another name, so that it is there whole or not at all.
    private func write(_ bytes: [UInt8], _ path: String) throws(FileError) {
        if try fileSystem.status(path)?.size == bytes.count, try fileSystem.readAll(path) == bytes { return }
        let aside = path + ".new"
        do {
            var output = try fileSystem.create(aside)
            try output.write(bytes)
            try output.close()
            try fileSystem.rename(aside, path)
        } catch {
            try? fileSystem.remove(aside)
            throw error
        }
    }

    private func csv(_ result: ResultSet) -> [UInt8] {
        var options = ResultRenderer.Options()
        options.rawTimes = true
        return ResultRenderer(.csv, options).render(result)
    }

    /// The raw columns of the partition's events that pass the hours filter, in stored order.
    private func events(_ job: AnalysisJob) throws -> ResultSet {
        var results: [ResultSet] = []
        for entry in job.orders { results.append(try StoredTable(store).rows(entry)) }
        let whole = ResultSet.concatenated(results)
        guard let hours = settings.hours, let column = whole.columnIndex(named: "timestamp"),
            case .words(let times, _) = whole.columns[column].values
        else { return whole }
        return whole.gathered(times.words.indices.filter { hours.contains(times.words[$0]) })
    }

    /// The life of each order, with the security's code as second column.
    private func classified(_ job: AnalysisJob, _ result: PartitionResult) -> ResultSet {
        var set = resultSet(ResultTables.lifecycle, result.orders)
        let code = ColumnVector(words: [Int64](repeating: job.security, count: result.orders.count))
        set.columns.insert(
            ResultColumn(name: "security_code", type: .int32, role: .identifier, values: .words(code, dictionary: [])), at: 1)
        return set
    }

    /// order_id, participant_id, side, group, then the metrics.
    private func metrics(_ result: PartitionResult) -> ResultSet {
        let life = resultSet(ResultTables.lifecycle, result.orders)
        let heads = ["order_id", "participant_id", "side", "group"].compactMap { name in life.columns.first { $0.name == name } }
        return ResultSet(columns: heads + resultSet(ResultTables.metrics, result.orders).columns)
    }

    private func resultSet<Row>(_ table: ResultTable<Row>, _ rows: [Row]) -> ResultSet {
        let (vectors, dictionaries) = table.vectors(rows)
        return ResultSet(columns: table.schemas.indices.map { index in
            ResultColumn(name: table.schemas[index].name, type: table.schemas[index].type, role: table.schemas[index].role,
                         values: .words(vectors[index], dictionary: dictionaries[index]))
        })
    }
}
