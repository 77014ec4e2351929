import TapeAnalysis
import TapeColumns
import TapeJobs
import TapeQuery
import TapeStore

/// A question with a name: a group-by over what `tapedeck analyze` left.
struct PresetQuestion {
    let grouping: Grouping
    var selection = Selection()
    /// Nil for all that were simulated.
    var scenarios: [AnalysisSettings.Scenario]?
    /// A column, and whether its largest values come first.
    var order: (column: String, descending: Bool)?
    var limit: Int?
    var workers = 1

    func answer(_ store: Store) throws(CommandError) -> ResultSet {
        let reader = RollupReader(store, workers: workers)
        guard reader.hasRollups else {
            throw CommandError(.missing, "\(store.path): not analysed yet", help: "run tapedeck analyze --store \(store.path)")
        }
        var aggregates = [Aggregates(grouping, scenarios: scenarios)]
        do {
            guard try reader.fold(into: &aggregates, selection.filter) else { throw try selection.emptyResult(reader) }
        } catch {
            throw CommandError.analysis(error)
        }
        return try ordered(aggregates[0].result)
    }

    private func ordered(_ result: ResultSet) throws(CommandError) -> ResultSet {
        var result = result
        if let order {
            guard let column = result.columnIndex(named: order.column) else {
                let nearest = NearestName.suffix(order.column, among: result.columns.map(\.name))
                throw CommandError(.usage, "--sort: there is no column '\(order.column)'\(nearest)")
            }
            result = result.sorted(by: column, descending: order.descending)
        }
        return limit.map { result.limited(to: $0) } ?? result
    }
}

extension Selection {
    var filter: RollupReader.Filter {
        RollupReader.Filter(securities: securities, from: from, to: to, participants: participants, hours: hours)
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
                            help: "there are \(partitions.count), of the securities \(shown), dates \(CivilDate.text(Int32(truncatingIfNeeded: first))) to \(CivilDate.text(Int32(truncatingIfNeeded: last)))")
    }

    static func analysis(_ error: any Error) -> CommandError {
        switch error {
        case let error as CommandError: error
        case let error as StoreError: store(error)
        case AnalysisError.overflow(let what): CommandError(.failed, "\(what) does not fit in 64 bits")
        case AnalysisError.quotesMissing:
            CommandError(.failed, "simulation.replay.nbbo is series, and the table nbbo has no rows of this partition",
                         help: "convert the quotes of the day, or replay with nbbo: embedded")
        case AnalysisError.sessionsMissing:
            CommandError(.failed, "simulation.replay.session is file, and the table sessions has no rows of this partition",
                         help: "convert the sessions of the day, or replay with session: clock")
        case AnalysisError.quotesContradictTape(let coverage, let coverageMin):
            CommandError(.failed, "the table nbbo holds only \(coverage) % of the trades within its spreads, less than \(coverageMin) %",
                         help: "check that its rows are of this market; replay with nbbo: embedded, or lower analysis.nbbo_min_coverage_percent")
        case AnalysisError.missingColumn(let table, let column):
            CommandError(.badData, "the table '\(table)' lacks the column '\(column)'", help: "convert with a schema that has it")
        case AnalysisError.differentShards(let first, let second):
            CommandError(.failed, "the results of the shards \(first) and \(second) were made with different settings, or by different programs",
                         help: "run the shards again with the same ones; they are in the store's folder shards/, to be removed if of no use")
        case JobInterruption.timeLimit(let nanoseconds):
            CommandError(.failed, "it took longer than \(ByteText.fixed(Double(nanoseconds) / 1e9, 3)) s", help: "raise --job-timeout")
        default: cannotWrite(error)
        }
    }
}
