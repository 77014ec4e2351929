import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeQuery
import TapeReport
import TapeStore

/// What can be asked.
enum Question {
    case preset(Grouping)

    /// - Parameter text: a preset's name, with or without a `;`.
    init(_ text: String) throws(CommandError) {
        let name = text.filter { !$0.isWhitespace && $0 != ";" }
        guard let grouping = Grouping(rawValue: name) else {
            let names = Grouping.allCases.map(\.rawValue)
            let nearest = NearestName.of(name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandError(.usage, "'\(text)' is no question\(nearest)", help: "ask one of \(names.joined(separator: ", "))")
        }
        self = .preset(grouping)
    }
}

/// What answers questions over one store: the command asks it once, the shell again and again.
struct QuerySession {
    let store: Store
    /// The preset questions' options; SQL says the same itself.
    var selection = Selection()
    /// Nil for all that were simulated.
    var scenarios: [AnalysisSettings.Scenario]?
    var order: (column: String, descending: Bool)?
    var limit: Int?

    func answer(_ question: Question, _ output: OutputOptions) throws(CommandError) {
        switch question {
        case .preset(let grouping):
            let preset = PresetQuestion(grouping: grouping, selection: selection, scenarios: scenarios, order: order, limit: limit)
            try output.write(try preset.answer(store))
        }
    }

    /// A row per column of a table, or of all tables.
    func columns(of table: String?) throws(CommandError) -> ResultSet {
        let inspection = Inspection(store)
        guard let table else { return inspection.tables() }
        do {
            return try inspection.columns(inspection.entries(named: table))
        } catch {
            throw CommandError.store(error)
        }
    }

    /// How long an answer took.
    static func timing(since start: Int) -> String {
        ByteText.fixed(Double(Machine.monotonicNanoseconds - start) / 1e9, 4) + " s\n"
    }
}
