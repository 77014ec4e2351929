import ArgumentParser
import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeJobs
import TapeMarket
import TapeReport
import TapeStore

struct AnalyzeCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Classify, measure, simulate and aggregate every selected (security, date), in parallel.",
        discussion: """
            Results go into the store as the tables order_metrics, simulation, rollup and jobs; with --out also into files. One job per partition:
            one that has not changed since its last success is skipped, one that fails is reported (exit 2), and the others go on. A run that
            was stopped, by Ctrl-C or otherwise, is gone on with by the same command.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var selectionOptions: SelectionOptions

    @Option(help: ArgumentHelp("Write the results tree to this folder too.", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("Which orders: exchange (the sweep bit; the default), traded, completed or all_lit.", valueName: "which"))
    var sweeps: AnalysisSettings.Sweeps?

    @Option(help: ArgumentHelp("The scenarios to simulate (default: A,B,C).", valueName: "A,B,C,D"))
    var scenarios: String?

    @Option(help: ArgumentHelp("none, or prototype: the formulas of the figures published before this program.", valueName: "which"))
    var compat: AnalysisSettings.Compatibility?

    @Flag(help: "Run jobs too that have not changed since their last success.")
    var force = false

    @Option(help: "How often a failed job is tried again.")
    var retries = 1

    @Option(help: ArgumentHelp("How long an attempt of a job may take, in seconds.", valueName: "s"))
    var jobTimeout: Double?

    @Option(help: ArgumentHelp("How often results are committed, in seconds: what a kill may cost.", valueName: "s"))
    var commitEvery = 3.0

    @Option(help: ArgumentHelp("Run the I-th of N disjoint parts of the jobs; several may run at once.", valueName: "i/n"))
    var shard: String?

    @Flag(help: "Take what shards left into the store, and aggregate it.")
    var merge = false

    @Flag(help: "Print the settings in force, as a configuration file, and do nothing else.")
    var printConfig = false

    mutating func run() throws {
        Signals.watch()
        Machine.keepFreedMemory()
        let configuration = try configuration()
        if printConfig { return StandardStreams.writeOutput(configuration.text) }
        shared.verbose = configuration.isDetailed
        let options = try runOptions(configuration)
        let store = try shared.openStore()
        let selection = configuration.selection
        var jobs = AnalysisJob.all(store) { selection.contains(date: $0, security: $1) }
        do {
            // Shards leave them to the next run that is whole.
            if shard == nil, !merge { jobs += try AnalysisJob.vanished(store) { selection.contains(date: $0, security: $1) } }
        } catch {
            throw CommandError.store(error)
        }
        guard !jobs.isEmpty else {
            throw CommandError.emptySelection(AnalysisJob.all(store) { _, _ in true }.map { ($0.date, $0.security) })
        }
        try checkTradingDay(configuration, store)
        try selection.checkOrders(store, workers: configuration.workerCount)
        let tree = configuration.resultsPath.map {
            ResultsTree($0, store: store, settings: configuration.analysisSettings, isCompressed: configuration.isCompressed)
        }
        if let path = configuration.resultsPath { try checkResultsFolder(path) }
        // A merge takes what all shards did, whatever is selected.
        if merge { jobs = AnalysisJob.all(store) { _, _ in true } }
        let report = AnalyzeReport(shared: shared, jobs: jobs, coverageMinInPercent: configuration.analysis.coverageMinInPercent)
        let summary: RunSummary
        do {
            summary = try merge ? merged(options, report) : AnalysisRun(
                storePath: shared.store, settings: configuration.analysisSettings, options: options, sink: tree
            ).run(jobs) { report.add($0) }
            report.end()
            if let tree, options.shard == nil, Signals.pending == nil { try writeAggregates(tree, configuration, summary.reports) }
        } catch {
            report.end()
            throw CommandError.analysis(error)
        }
        if options.shard == nil { try warnOfMixedSettings() }
        try report.finish(summary)
    }

    /// Presets and aggregates take a partition's results as they are, whatever they were made with.
    private func warnOfMixedSettings() throws {
        let records = try JobRecord.all(try shared.openStore()).values.filter { $0.status != .failed }
        let counts = Dictionary(grouping: records, by: \.settings).values.map(\.count)
        guard counts.count > 1, let most = counts.max() else { return }
        shared.warn("\(ByteText.count(records.count - most, "partition")) of \(records.count) were analysed with other settings (participants, hours or another of analysis) "
            + "than the rest, and presets show them side by side; the table jobs has the settings of each, and analyze without a selection makes them alike")
    }

    /// Before any job, each of which would fail for it.
    private func checkResultsFolder(_ path: String) throws(CommandError) {
        do {
            let fileSystem = FileSystem()
            try fileSystem.createDirectories(path)
            try fileSystem.checkWritable(path)
        } catch {
            throw CommandError(.cannotWrite, "--out: \(error.path): \(error.reason); nothing was analysed", help: "name another folder")
        }
    }

    /// The trading days of a store are as it was made.
    private func checkTradingDay(_ configuration: Configuration, _ store: Store) throws(CommandError) {
        guard let asked = configuration.tradingDay, let rule = store.catalog.settings["day_rule"].flatMap(TradingCalendar.init)?.rule.rawValue,
            rule != asked
        else { return }
        throw CommandError(.usage, "data_selection.trading_day is \(asked), but the store's trading days are by \(rule)",
                           help: "leave it out, or convert into a new store with --trading-day \(asked)")
    }

    private func runOptions(_ configuration: Configuration) throws(CommandError) -> RunOptions {
        guard (0...100).contains(retries) else { throw CommandError(.usage, "--retries must be between 0 and 100, not \(retries)") }
        guard (0...86_400).contains(commitEvery) else {
            throw CommandError(.usage, "--commit-every must be between 0 and 86400 seconds, not \(commitEvery)")
        }
        var options = RunOptions()
        options.workers = configuration.workerCount
        options.retries = retries
        if let jobTimeout {
            guard jobTimeout > 0, jobTimeout <= 1e9 else { throw CommandError(.usage, "--job-timeout must be above 0 seconds, not \(jobTimeout)") }
            options.limitInNanoseconds = Int(jobTimeout * 1e9)
        }
        options.commitIntervalInNanoseconds = Int(commitEvery * 1e9)
        options.isForced = force
        if let shard {
            guard !merge else { throw CommandError(.usage, "--shard and --merge exclude each other", help: "run the shards, then merge") }
            options.shard = Shard(shard)
            guard options.shard != nil else {
                throw CommandError(.usage, "--shard: '\(shard)' is no part of a whole", help: "write I/N with 1 ≤ I ≤ N ≤ \(Shard.countMax), as in 2/3")
            }
        }
        options.shouldStop = { Signals.pending != nil }
        options.describe = { CommandError.analysis($0).message }
        options.program = TapedeckCommand.version
        return options
    }

    /// The defaults, over them the file, over it the command line.
    private func configuration() throws -> Configuration {
        var configuration = try configurationOptions.configuration(under: shared)
        configuration.selection = try selectionOptions.selection(over: configuration.selection)
        if let out { configuration.resultsPath = out }
        if let sweeps { configuration.analysis.sweeps = sweeps }
        if let compat { configuration.analysis.compatibility = compat }
        guard let scenarios else { return configuration }
        configuration.analysis.scenarios = []
        for name in scenarios.split(separator: ",") {
            guard let scenario = AnalysisSettings.Scenario(rawValue: name.uppercased()) else {
                throw CommandError(.usage, "--scenarios: there is no scenario '\(name)'", help: "the scenarios are A, B, C and D")
            }
            configuration.analysis.scenarios.insert(scenario)
        }
        guard !configuration.analysis.scenarios.isEmpty else {
            throw CommandError(.usage, "--scenarios names none", help: "the scenarios are A, B, C and D")
        }
        return configuration
    }

    /// Takes the shards' results, and warns of shards that have left none.
    private func merged(_ options: RunOptions, _ report: AnalyzeReport) throws -> RunSummary {
        let merged = try ShardMerge(storePath: shared.store, options: options).run { report.add($0) }
        guard let count = merged.shards.map(\.count).max() else {
            throw CommandError(.missing, "\(shared.store): no shards to merge", help: "run tapedeck analyze --shard I/N first")
        }
        let missing = (1...count).filter { number in !merged.shards.contains { $0.number == number && $0.count == count } }
        if !missing.isEmpty, merged.undoneCount > 0 { shared.warn("of \(count) shards these left nothing: \(missing.map(String.init).joined(separator: ", "))") }
        if merged.staleCount > 0 { shared.warn("\(ByteText.count(merged.staleCount, "result")) left out, whose rows have changed since") }
        return RunSummary(reports: merged.reports)
    }

    /// The aggregates of the selected partitions, and the report.
    private func writeAggregates(_ tree: ResultsTree, _ configuration: Configuration, _ reports: [JobReport]) throws {
        let store = try shared.openStore()
        let reader = RollupReader(store, workers: configuration.workerCount)
        // Participants and hours were minded when the orders were analysed.
        let selection = configuration.selection
        let filter = RollupReader.Filter(securities: selection.securities, from: selection.from, to: selection.to)
        let groupings = Grouping.allCases.filter(configuration.groupings.contains)
        let scenarios = configuration.analysis.scenarios.sorted()
        var aggregates = groupings.map { Aggregates($0, scenarios: scenarios) }
        _ = try reader.fold(into: &aggregates, filter)
        for (grouping, aggregate) in zip(groupings, aggregates) { try tree.writeAggregate(grouping, aggregate.result) }
        for grouping in Grouping.allCases where !groupings.contains(grouping) { try tree.removeAggregate(grouping) }
        let statistics = try StatisticsReader(store).statistics(scenarios) { selection.contains(date: $0, security: $1) }
        try tree.writeStatistics(statistics.result(scenarios, workers: configuration.workerCount))
        try tree.writeReport(RunReport.json(reports))
    }
}

extension AnalysisSettings.Sweeps: ExpressibleByArgument {}
extension AnalysisSettings.Compatibility: ExpressibleByArgument {}
