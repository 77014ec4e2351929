import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeMarket
import TapeQuery
import TapeReport
import TapeStore

/// What can be asked.
enum Question {
    case preset(Grouping)
    case sql(SQLQuestion)

    /// - Parameter text: a preset's name, with or without a `;`; a text of several words is SQL.
    init(_ text: String) throws(CommandError) {
        let words = text.split { $0.isWhitespace || $0 == ";" }
        guard words.count < 2 else {
            self = .sql(SQLQuestion(text: text))
            return
        }
        let name = words.first.map(String.init) ?? ""
        guard let grouping = Grouping(rawValue: name) else {
            let names = Grouping.allCases.map(\.rawValue)
            let nearest = NearestName.suffix(name, among: names)
            throw CommandError(.usage, "'\(text)' is no question\(nearest)", help: "ask one of \(names.joined(separator: ", ")), or in SQL: SELECT …")
        }
        self = .preset(grouping)
    }
}

/// What answers questions over one store: the command asks it once, the shell again and again.
struct QuerySession {
    private(set) var store: Store
    /// The preset questions' options; SQL says the same itself.
    var selection = Selection()
    /// Nil for all that were simulated.
    var scenarios: [AnalysisSettings.Scenario]?
    var order: (column: String, descending: Bool)?
    var limit: Int?
    var sql = QueryOptions(clock: .exchange)
    /// Whether SQL is explained instead of answered.
    var explains = false
    /// Of warnings.
    var style = MessageStyle()

    /// Goes on with what was committed since the store was opened.
    mutating func refresh() throws(CommandError) {
        guard store.isOutdated else { return }
        do {
            store = try store.reopened()
        } catch {
            throw CommandError.store(error)
        }
    }

    func answer(_ question: Question, _ output: OutputStyle) throws(CommandError) {
        var output = output
        output.workers = sql.workers
        switch question {
        case .preset(let grouping):
            guard !explains else { throw CommandError(.usage, "--explain goes with SQL, not with presets") }
            let preset = PresetQuestion(grouping: grouping, selection: selection, scenarios: scenarios, order: order, limit: limit, workers: sql.workers)
            try output.write(try preset.answer(store))
        case .sql(let question):
            if explains { return StandardStreams.writeOutput(try question.explanation(store, sql)) }
            guard output.takesPieces else { return try output.write(warned(try question.answer(store, sql))) }
            let query = try question.query(store, sql)
            try output.writePieces { (write) throws(CommandError) in
                try query.forEachPiece { (answer) throws(CommandError) in
                    try write(warned(answer))
                } failing: { CommandError.query($0, question.text) }
            }
        }
    }

    private func warned(_ answer: QueryAnswer) -> ResultSet {
        for line in answer.statistics.damaged { style.write(.warning, "left out: \(line)") }
        return answer.result
    }

    /// A row per column of a table, or of every table.
    func columns(of table: String?) throws(CommandError) -> ResultSet {
        do {
            return try TableShapes(store).columns(of: table)
        } catch {
            throw CommandError(.usage, error.message, help: error.help)
        }
    }

    /// How long an answer took.
    static func writeTiming(since start: Int, _ style: MessageStyle) {
        let seconds = Double(Machine.monotonicNanoseconds - start) / 1e9
        style.write(.info, ByteText.fixed(seconds, 4) + " s", [JSONMember("seconds", seconds, decimals: 6)])
    }
}
