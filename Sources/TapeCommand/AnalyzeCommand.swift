import ArgumentParser
import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeJobs
import TapeReport
import TapeStore

struct AnalyzeCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Classify, measure, simulate and aggregate every selected (security, date), in parallel.",
        discussion: """
            Results go into the store as the tables order_metrics, simulation and rollup; with --out also into files. One job per partition:
            a job that fails is reported (exit 2), and the others go on.
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

    @Option(help: "How often a failed job is tried again.")
    var retries = 1

    @Flag(help: "Print the settings in force, as a configuration file, and do nothing else.")
    var printConfig = false

    mutating func run() throws {
        let start = Machine.monotonicNanoseconds
        let configuration = try configuration()
        if printConfig { return StandardStreams.writeOutput(configuration.text) }
        shared.verbose = configuration.isDetailed
        let selection = configuration.selection
        let settings = configuration.analysisSettings
        guard (0...100).contains(retries) else { throw CommandError(.usage, "--retries must be between 0 and 100, not \(retries)") }
        let store = try shared.openStore()
        let jobs = AnalysisRun.jobs(store) { selection.contains(date: $0, security: $1) }
        guard !jobs.isEmpty else {
            throw CommandError.emptySelection(AnalysisRun.jobs(store) { _, _ in true }.map { ($0.date, $0.security) })
        }
        let tree = configuration.resultsPath.map { ResultsTree($0, store: store, settings: settings) }
        let run = AnalysisRun(
            storePath: shared.store, settings: settings, runner: JobRunner(workers: configuration.workerCount, retries: retries))
        let options = shared
        let reports: [JobReport]
        do {
            reports = try run.run(jobs) { report in
                if case .failed(let error) = report.status { CommandError.failedJob(report.job, error).report(options.messageStyle) }
                if report.areQuotesRefused { options.log(AnalyzeCommand.refusal(report, settings)) }
                options.detail("\(CivilDate.text(Int32(truncatingIfNeeded: report.job.date))), \(report.job.security): "
                    + "\(report.orderCount) orders, \(ByteText.fixed(Double(report.nanoseconds) / 1e9, 3)) s")
            } results: { job, result in
                try tree?.write(job, result)
            }
            if let tree { try writeAggregates(tree, configuration, reports) }
        } catch {
            throw CommandError.analysis(error)
        }
        try finish(reports, Machine.monotonicNanoseconds - start)
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
        return configuration
    }

    /// The aggregates of the partitions of this run, and the report.
    private func writeAggregates(_ tree: ResultsTree, _ configuration: Configuration, _ reports: [JobReport]) throws {
        let store = try shared.openStore()
        let reader = RollupReader(store)
        let groupings = Grouping.allCases.filter(configuration.groupings.contains)
        var aggregates = groupings.map { Aggregates($0, scenarios: configuration.analysis.scenarios.sorted()) }
        try reader.fold(reader.entries { configuration.selection.contains(date: $0, security: $1) }, into: &aggregates)
        for (grouping, aggregate) in zip(groupings, aggregates) { try tree.writeAggregate(grouping, aggregate.result) }
        try tree.writeReport(RunReport.json(reports))
    }

    private static func refusal(_ report: JobReport, _ settings: AnalysisSettings) -> String {
        "\(CivilDate.text(Int32(truncatingIfNeeded: report.job.date))), \(report.job.security): warning: the table nbbo holds only "
            + "\(ByteText.fixed(report.quoteCoverage ?? 0, 1)) % of the trades within its spreads, less than "
            + "\(settings.coverageMinInPercent) % (analysis.nbbo_min_coverage_percent); the orders' own quotes are used instead"
    }

    private func finish(_ reports: [JobReport], _ nanoseconds: Int) throws {
        let failed = reports.count { if case .failed = $0.status { true } else { false } }
        let empty = reports.count { if case .empty = $0.status { true } else { false } }
        let orders = reports.reduce(0) { $0 + $1.orderCount }
        let seconds = Double(nanoseconds) / 1e9
        shared.log("\(reports.count) jobs: \(reports.count - failed - empty) done, \(empty) without orders, \(failed) failed; "
            + "\(orders) orders analysed, \(ByteText.fixed(seconds, 2)) s, peak memory \(ByteText.text(Machine.peakMemoryInBytes))")
        guard failed == 0 else {
            throw CommandError(.jobsFailed, "\(failed) of \(reports.count) jobs failed; the results of the others are stored",
                               help: "the failed ones are named above; run the same command again when their cause is mended")
        }
    }
}

extension AnalysisSettings.Sweeps: ExpressibleByArgument {}
extension AnalysisSettings.Compatibility: ExpressibleByArgument {}

extension CommandError {
    static func failedJob(_ job: AnalysisJob, _ error: any Error) -> CommandError {
        var failure = analysis(error)
        failure.message = "\(CivilDate.text(Int32(truncatingIfNeeded: job.date))), \(job.security): job failed: \(failure.message)"
        return failure
    }
}
