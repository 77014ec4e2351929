import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeMarket

/// One setting of the file: how its value is read into the settings, and how it is printed from them.
struct ConfigurationKey: Sendable {
    typealias Reader = @Sendable (YAMLNode, inout Configuration) throws(ConfigurationProblem) -> Void

    let name: String
    let read: Reader
    /// Nil where there is nothing to print.
    let text: @Sendable (Configuration) -> String?

    init(_ name: String, read: @escaping Reader, text: @escaping @Sendable (Configuration) -> String?) {
        self.name = name
        self.read = read
        self.text = text
    }
}

/// The keys under one heading, in the order in which `--print-config` prints them.
struct ConfigurationSection: Sendable {
    let name: String
    let keys: [ConfigurationKey]

    static let all = [processing, dataSelection, analysis, simulation, output]

    static let processing = ConfigurationSection(name: "processing", keys: [
        ConfigurationKey("mode") { (node, settings) throws(ConfigurationProblem) in
            settings.isSequential = try node.choice(["parallel", "sequential"]) == "sequential"
        } text: { $0.isSequential ? "sequential" : "parallel" },
        ConfigurationKey("max_workers") { (node, settings) throws(ConfigurationProblem) in
            settings.workers = try node.integer(in: 1...1024)
        } text: { String($0.workers ?? Machine.coreCount) },
        ConfigurationKey("chunk_size_mb") { (node, settings) throws(ConfigurationProblem) in
            settings.chunkSize = try node.integer(in: 1...1024) << 20
        } text: { String($0.chunkSize >> 20) },
        ConfigurationKey("memory") { (node, settings) throws(ConfigurationProblem) in
            settings.memory = try node.size(in: ByteSize.memoryRange)
        } text: { ByteSize.text($0.memory) },
        ConfigurationKey("temp_dir") { (node, settings) throws(ConfigurationProblem) in
            settings.temporaryPath = try node.text()
        } text: { $0.temporaryPath.map(YAMLText.quoted) },
    ])

    static let dataSelection = ConfigurationSection(name: "data_selection", keys: [
        ConfigurationKey("security_codes") { (node, settings) throws(ConfigurationProblem) in
            settings.selection.securities = try node.codes()
        } text: { YAMLText.codes($0.selection.securities) },
        ConfigurationKey("date_range") { (node, settings) throws(ConfigurationProblem) in
            (settings.selection.from, settings.selection.to) = try node.dateRange()
        } text: { YAMLText.dateRange($0.selection) },
        ConfigurationKey("participant_ids") { (node, settings) throws(ConfigurationProblem) in
            settings.selection.participants = try node.codes()
        } text: { YAMLText.codes($0.selection.participants) },
        ConfigurationKey("trading_hours") { (node, settings) throws(ConfigurationProblem) in
            settings.selection.hours = try node.tradingHours()
        } text: { YAMLText.hours($0.selection.hours) },
        ConfigurationKey("trading_day") { (node, settings) throws(ConfigurationProblem) in
            settings.tradingDay = try node.choice(["session", "calendar"])
        } text: { $0.tradingDay },
    ])

    static let output = ConfigurationSection(name: "output", keys: [
        ConfigurationKey("directory") { (node, settings) throws(ConfigurationProblem) in
            let path = try node.text()
            guard !path.isEmpty else { throw node.problem("expected a folder") }
            settings.resultsPath = path
        } text: { $0.resultsPath.map(YAMLText.quoted) },
        ConfigurationKey("format") { (node, settings) throws(ConfigurationProblem) in
            settings.isCompressed = try node.choice(["csv", "gzip"]) == "gzip"
        } text: { $0.isCompressed ? "gzip" : "csv" },
        ConfigurationKey("aggregate_by") { (node, settings) throws(ConfigurationProblem) in
            let names = try node.set { (item) throws(ConfigurationProblem) in try item.choice(Grouping.chosen.map(\.name)) }
            settings.groupings = Set(Grouping.always + Grouping.chosen.filter { names.contains($0.name) }.map(\.grouping))
        } text: { settings in YAMLText.list(Grouping.chosen.filter { settings.groupings.contains($0.grouping) }.map(\.name)) },
        ConfigurationKey("detailed_logs") { (node, settings) throws(ConfigurationProblem) in
            settings.isDetailed = try node.flag()
        } text: { String($0.isDetailed) },
    ])
}

extension Grouping {
    /// The aggregates that `aggregate_by` chooses among, by its names for them.
    static let chosen: [(name: String, grouping: Grouping)] = [
        ("security_code", .security), ("date", .date), ("participant_id", .participant), ("time_of_day", .timeOfDay), ("order_size", .orderSize),
    ]

    /// Those that every results tree has.
    static let always: [Grouping] = [.summary, .timeSeries]
}
