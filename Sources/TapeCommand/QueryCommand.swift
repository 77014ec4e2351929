import ArgumentParser
import TapeAnalysis
import TapeBytes
import TapeMarket
import TapeQuery
import TapeReport
import TapeStore

struct QueryCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Answer questions: presets by name, or SQL.",
        discussion: """
            Presets: \(Grouping.allCases.map(\.rawValue).joined(separator: ", ")).
            Example: tapedeck query by-participant --securities 110621 --sort traded_quantity:desc --limit 10
            Example: tapedeck query "SELECT participant_id, sum(quantity) FROM orders WHERE date >= '2024-09-02' GROUP BY 1"
            Without a question, on a terminal: a shell.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var selectionOptions: SelectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The question; - reads it from standard input.")
    var question: String?

    @Option(help: ArgumentHelp("Read the question from a file.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Presets: only this scenario's columns.", valueName: "A|B|C|D"))
    var scenario: String?

    @Option(help: ArgumentHelp("Presets: order by a column.", valueName: "column[:desc]"))
    var sort: String?

    @Option(help: "Presets: at most so many rows.")
    var limit: Int?

    @Flag(help: "Say on standard error how long it took.")
    var timing = false

    @Flag(help: "SQL: print what would be read, instead of the answer.")
    var explain = false

    @Flag(help: "SQL: leave out what cannot be read, and say so.")
    var skipDamaged = false

    @Flag(help: "Read files, never map them: what this version always does.")
    var noMmap = false

    @Option(help: ArgumentHelp("SQL: what groups and rows may take (default: 1GiB).", valueName: "size"))
    var memory: String?

    mutating func run() throws {
        Machine.keepFreedMemory()
        let start = Machine.monotonicNanoseconds
        let question = try questionText().map { (text) throws(CommandError) in try Question(text) }
        guard question != nil || Terminal.isInteractive else {
            throw CommandError(.usage, "there is no question", help: """
                ask a preset (\(Grouping.allCases.map(\.rawValue).joined(separator: ", "))) or in SQL, as in: tapedeck query "SELECT count(*) FROM orders"; \
                --file F reads it from a file, - from standard input
                """)
        }
        if case .sql = question { try checkNoPresetOptions() }
        let session = try session()
        guard let question else {
            var shell = Shell(session, output.style, isTimed: timing, style: shared.messageStyle)
            return shell.run()
        }
        try session.answer(question, output.style)
        if timing { QuerySession.writeTiming(since: start, shared.messageStyle) }
    }

    /// Options that SQL would not heed are errors: an answer over everything would pass for one over what they say.
    private func checkNoPresetOptions() throws(CommandError) {
        let options: [(name: String, isGiven: Bool)] = [
            ("--securities", selectionOptions.partitions.securities != nil), ("--from", selectionOptions.partitions.from != nil),
            ("--to", selectionOptions.partitions.to != nil),
            ("--participants", selectionOptions.participants != nil), ("--trading-hours", selectionOptions.tradingHours != nil),
            ("--scenario", scenario != nil), ("--sort", sort != nil), ("--limit", limit != nil),
        ]
        guard let given = options.first(where: \.isGiven) else { return }
        throw CommandError(.usage, "\(given.name) goes with presets, not with SQL", help: "say the same in SQL: WHERE, ORDER BY, LIMIT")
    }

    private func session() throws -> QuerySession {
        if let limit, limit < 0 { throw CommandError(.usage, "--limit: \(limit) is negative") }
        let configuration = try configurationOptions.configuration(under: shared)
        var sql = QueryOptions(workers: configuration.workerCount, skipsDamaged: skipDamaged, isCancelled: { Signals.pending != nil }, clock: .exchange)
        if let memory { sql.memory = try ByteSize.parse(memory, "--memory", in: (1 << 20)...(1 << 50)) }
        return QuerySession(
            store: try shared.openStore(cacheSize: question == nil ? Store.cacheSizeDefault : 0), selection: try selectionOptions.selection(over: configuration.selection),
            scenarios: try scenarios(), order: try order(), limit: limit, sql: sql, explains: explain, style: shared.messageStyle)
    }

    /// The question, from where the command line says; nil where it says nothing.
    private func questionText() throws(CommandError) -> String? {
        guard let file else { return question == "-" ? try QuestionSource.read("-") : question }
        guard question == nil else { throw CommandError(.usage, "there are two questions: '\(question ?? "")' and --file \(file)", help: "ask one") }
        return try QuestionSource.read(file)
    }

    /// Nil for all that were simulated.
    private func scenarios() throws(CommandError) -> [AnalysisSettings.Scenario]? {
        guard let scenario else { return nil }
        guard let known = AnalysisSettings.Scenario(rawValue: scenario.uppercased()) else {
            throw CommandError(.usage, "--scenario: there is no scenario '\(scenario)'", help: "the scenarios are A, B, C and D")
        }
        return [known]
    }

    private func order() throws(CommandError) -> (column: String, descending: Bool)? {
        guard let sort else { return nil }
        let parts = sort.split(separator: ":", omittingEmptySubsequences: false)
        let direction = parts.count == 2 ? parts[1].lowercased() : "asc"
        guard parts.count <= 2, ["asc", "desc"].contains(direction) else {
            throw CommandError(.usage, "--sort: '\(sort)' is not a column, or a column and :desc")
        }
        return (String(parts[0]), direction == "desc")
    }
}
