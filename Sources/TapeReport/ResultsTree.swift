import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeMarket
import TapeQuery
import TapeStore

/// Writes results as files for people and other programs (domain.md, section 9):
///
///     DIR/by_security/SEC_110621/2024-09-05/{orders.csv.gz, classified.csv.gz, metrics.csv, simulation.csv.gz,
///                                            simulation_d_fills.csv.gz, simulation_d_orders.csv.gz}
///     DIR/aggregated/{global_summary, by_security, by_date, by_participant, by_time_of_day, by_order_size, time_series_analysis}.csv
///     DIR/run_report.json
///
/// Times are integer nanoseconds; gzip carries neither time nor name, so equal results are equal bytes.
package struct ResultsTree: Sendable {
    private let directory: String
    private let store: Store
    private let settings: AnalysisSettings
    private let fileSystem: FileSystem

    package init(_ directory: String, store: Store, settings: AnalysisSettings, fileSystem: FileSystem = FileSystem()) {
        self.directory = directory
        self.store = store
        self.settings = settings
        self.fileSystem = fileSystem
    }

    /// Writes a partition's files: all of them, or none where one fails.
    package func write(_ job: AnalysisJob, _ result: PartitionResult) throws {
        let folder = "\(directory)/by_security/SEC_\(job.security)/\(CivilDate.text(Int32(truncatingIfNeeded: job.date)))"
        var files = [
            ("orders.csv.gz", Gzip.compress(csv(try events(job)))),
            ("classified.csv.gz", Gzip.compress(csv(classified(job, result)))),
            ("metrics.csv", csv(metrics(result))),
            ("simulation.csv.gz", Gzip.compress(csv(resultSet(ResultTables.simulated, result.simulated)))),
        ]
        if let replay = result.replay {
            files.append(("simulation_d_fills.csv.gz", Gzip.compress(csv(resultSet(ResultTables.filled, replay.fills)))))
            files.append(("simulation_d_orders.csv.gz", Gzip.compress(csv(resultSet(ResultTables.replayed, replay.orders)))))
        }
        try fileSystem.createDirectories(folder)
        do {
            for (name, bytes) in files { try write(bytes, folder + "/" + name) }
        } catch {
            for (name, _) in files { try? fileSystem.remove(folder + "/" + name) }
            throw error
        }
    }

    package func writeAggregate(_ grouping: Grouping, _ result: ResultSet) throws(FileError) {
        try fileSystem.createDirectories(directory + "/aggregated")
        try write(csv(result), directory + "/aggregated/" + grouping.fileName)
    }

    package func writeReport(_ json: String) throws(FileError) {
        try fileSystem.createDirectories(directory)
        try write(Array(json.utf8), directory + "/run_report.json")
    }

    private func write(_ bytes: [UInt8], _ path: String) throws(FileError) {
        var output = try fileSystem.create(path)
        try output.write(bytes)
        try output.close()
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
