import TapeAnalysis
import TapeColumns
import TapeMarket
import TapeQuery
import TapeStore

/// Selections that tell orders apart within partitions: what is said where they match none.
extension Selection {
    private var choosesOrders: Bool { participants != nil || hours != nil }

    /// Checks that some order row is selected, so that an analysis of nothing does not take the place of the store's results.
    ///
    /// - Throws: where no row is; the help says what there is.
    func checkOrders(_ store: Store, workers: Int) throws(CommandError) {
        guard choosesOrders else { return }
        let options = QueryOptions(workers: workers, skipsDamaged: true, clock: .exchange)
        let answer = try SQLQuestion(text: "SELECT order_id FROM orders WHERE \(conditions) LIMIT 1").answer(store, options)
        guard answer.result.rowCount == 0, answer.statistics.damaged.isEmpty else { return }
        let most = try SQLQuestion(text: "SELECT participant_id FROM orders GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 6").answer(store, options)
        throw noOrder(participants: most.result.columns[0])
    }

    /// Of rows of the table `orders`. Hours are whole here, those that the selected ones lie in.
    private var conditions: String {
        var conditions: [String] = []
        if let participants { conditions.append("participant_id IN (\(Selection.list(participants)))") }
        if let securities { conditions.append("security_code IN (\(Selection.list(securities)))") }
        if let from { conditions.append("date >= '\(CivilDate.text(Int32(truncatingIfNeeded: from)))'") }
        if let to { conditions.append("date <= '\(CivilDate.text(Int32(truncatingIfNeeded: to)))'") }
        if let hours {
            let hour = 3600 * ExchangeTime.nanosecondsPerSecond
            conditions.append("hour(timestamp) BETWEEN \(hours.start / hour) AND \((hours.end - 1) / hour)")
        }
        return conditions.joined(separator: " AND ")
    }

    private static func list(_ numbers: Set<Int64>) -> String { numbers.sorted().map(String.init).joined(separator: ", ") }

    /// What is wrong where the results of an analysis have nothing that is selected.
    func emptyResult(_ reader: RollupReader) throws -> CommandError {
        guard choosesOrders, reader.partitions.contains(where: { contains(date: $0.date, security: $0.security) }) else {
            return .emptySelection(reader.partitions)
        }
        var all = [Aggregates(.participant)]
        _ = try reader.fold(into: &all)
        return noOrder(participants: all[0].result.columns[0])
    }

    /// - Parameter participants: a column of some that there are.
    private func noOrder(participants: ResultColumn) -> CommandError {
        guard case .words(let vector, _) = participants.values else { return CommandError(.missing, "the selection matches no order") }
        let shown = vector.words.prefix(5).map(String.init).joined(separator: ", ") + (vector.count > 5 ? ", …" : "")
        return CommandError(.missing, "the selection matches no order",
                            help: "there are orders of the participants \(shown)" + (hours == nil ? "" : "; are there any in these hours?"))
    }
}
