import ArgumentParser
import TapeAnalysis
import TapeColumns
import TapeMarket
import TapeQuery
import TapeStore

struct QueryCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Answer group-by questions over what tapedeck analyze left.",
        discussion: """
            Questions: \(Grouping.allCases.map(\.rawValue).joined(separator: ", ")).
            Example: tapedeck query by-participant --securities 110621 --sort traded_quantity:desc --limit 10
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var selectionOptions: SelectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The question.")
    var question: String

    @Option(help: ArgumentHelp("Only this scenario's columns.", valueName: "A|B|C"))
    var scenario: String?

    @Option(help: ArgumentHelp("Order by a column.", valueName: "column[:desc]"))
    var sort: String?

    @Option(help: "At most so many rows.")
    var limit: Int?

    mutating func run() throws {
        guard let grouping = Grouping(rawValue: question) else {
            let names = Grouping.allCases.map(\.rawValue)
            let nearest = NearestName.of(question, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandError(.usage, "'\(question)' is no question\(nearest)", help: "ask one of \(names.joined(separator: ", "))")
        }
        if let limit, limit < 0 { throw CommandError(.usage, "--limit: \(limit) is negative") }
        let configuration = try configurationOptions.configuration(under: shared)
        let selection = try selectionOptions.selection(over: configuration.selection)
        let store = try shared.openStore()
        let reader = RollupReader(store)
        guard reader.hasRollups else {
            throw CommandError(.missing, "\(shared.store): not analysed yet", help: "run tapedeck analyze --store \(shared.store)")
        }
        let entries = reader.entries { selection.contains(date: $0, security: $1) }
        guard !entries.isEmpty else { throw CommandError.emptySelection(reader.entries { _, _ in true }.map { ($0.date, $0.security) }) }
        var aggregates = [Aggregates(grouping, scenarios: try scenarios())]
        do {
            try reader.fold(entries, into: &aggregates) { selection.contains($0) }
        } catch {
            throw CommandError.analysis(error)
        }
        try output.write(try ordered(aggregates[0].result))
    }

    private func scenarios() throws -> [AnalysisSettings.Scenario] {
        guard let scenario else { return AnalysisSettings.Scenario.allCases }
        guard let known = AnalysisSettings.Scenario(rawValue: scenario.uppercased()) else {
            throw CommandError(.usage, "--scenario: there is no scenario '\(scenario)'", help: "the scenarios are A, B and C")
        }
        return [known]
    }

    private func ordered(_ result: ResultSet) throws -> ResultSet {
        var result = result
        if let sort {
            let parts = sort.split(separator: ":", omittingEmptySubsequences: false)
            let direction = parts.count == 2 ? parts[1].lowercased() : "asc"
            guard parts.count <= 2, ["asc", "desc"].contains(direction) else {
                throw CommandError(.usage, "--sort: '\(sort)' is not a column, or a column and :desc")
            }
            guard let column = result.columnIndex(named: String(parts[0])) else {
                let nearest = NearestName.of(String(parts[0]), among: result.columns.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
                throw CommandError(.usage, "--sort: there is no column '\(parts[0])'\(nearest)")
            }
            result = result.sorted(by: column, descending: direction == "desc")
        }
        return limit.map { result.limited(to: $0) } ?? result
    }
}

extension Selection {
    /// Whether a rollup's cell is selected: by participant, and by the half hour in which its orders arrived.
    func contains(_ key: RollupCell.Key) -> Bool {
        if let participants, !participants.contains(key.participantID) { return false }
        return hours?.contains(nanosecondOfDay: key.halfHour * 1800 * ExchangeTime.nanosecondsPerSecond) ?? true
    }
}

extension CommandError {
    /// What there is, where a selection matches nothing.
    static func emptySelection(_ partitions: [(date: Int64, security: Int64)]) -> CommandError {
        let dates = partitions.map(\.date)
        let securities = Set(partitions.map(\.security)).sorted()
        guard let first = dates.min(), let last = dates.max() else {
            return CommandError(.missing, "the selection matches no partition: there are none", help: "convert order files first")
        }
        let shown = securities.prefix(5).map(String.init).joined(separator: ", ") + (securities.count > 5 ? ", …" : "")
        return CommandError(.missing, "the selection matches no partition",
                            help: "there are \(partitions.count), of the securities \(shown), dates \(CivilDate.text(Int32(first))) to \(CivilDate.text(Int32(last)))")
    }

    static func analysis(_ error: any Error) -> CommandError {
        switch error {
        case let error as CommandError: error
        case let error as StoreError: store(error)
        case AnalysisError.overflow(let what): CommandError(.failed, "\(what) does not fit in 64 bits")
        case AnalysisError.missingColumn(let table, let column):
            CommandError(.badData, "the table '\(table)' lacks the column '\(column)'", help: "convert with a schema that has it")
        default: cannotWrite(error)
        }
    }
}
