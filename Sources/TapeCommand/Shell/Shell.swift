import TapeBytes
import TapeColumns
import TapeQuery
import TapeReport
import TapeStore

/// The interactive shell: statements that end in `;`, over as many lines as they take, and commands that begin with a dot.
///
/// An error is reported and the shell goes on. Ctrl-C drops what is typed, or stops the statement that runs; Ctrl-D leaves.
struct Shell {
    private var session: QuerySession
    private var output: OutputStyle
    private var isTimed: Bool
    private let style: MessageStyle
    private var editor = LineEditor()
    private var history: History

    private enum Input {
        case line(String)
        case dropped
        case end
    }

    init(_ session: QuerySession, _ output: OutputStyle, isTimed: Bool, style: MessageStyle) {
        self.session = session
        self.output = output
        self.isTimed = isTimed
        self.style = style
        history = History(directory: History.stateDirectory)
    }

    mutating func run() {
        StandardStreams.writeError("tapedeck \(TapedeckCommand.version), store \(session.store.path). End statements with ;  .help says more.\n")
        while true {
            switch readStatement() {
            case .line(let statement):
                history.append(statement)
                for statement in statement.hasPrefix(".") ? [statement] : StatementEnd.statements(statement) {
                    guard perform(statement) else { return }
                }
            case .dropped: continue
            case .end: return
            }
        }
    }

    /// Statements with their `;`, or a command.
    private mutating func readStatement() -> Input {
        var statement = ""
        while true {
            let (line, outcome) = editor.readLine(statement.isEmpty ? "tapedeck> " : "     ...> ", history: history.statements)
            switch outcome {
            case .interrupted: return .dropped
            case .endOfInput: return .end
            case .editing, .done: break
            }
            statement += (statement.isEmpty ? "" : "\n") + line
            let isBlank = statement.allSatisfy(\.isWhitespace)
            if isBlank { statement = "" }
            if !isBlank, statement.hasPrefix(".") || StatementEnd.isComplete(statement) { return .line(statement) }
        }
    }

    /// Returns whether the shell goes on.
    private mutating func perform(_ statement: String) -> Bool {
        do {
            if statement.hasPrefix(".") { return try command(statement) }
            try answer(statement)
        } catch let error as CommandError {
            error.report(style)
        } catch {
            CommandError.cannotWrite(error).report(style)
        }
        return true
    }

    private mutating func answer(_ statement: String) throws {
        try session.refresh()
        Signals.watch()
        defer {
            // Ctrl-C stopped the statement; a request to terminate means the shell.
            let isTerminated = Signals.pending.map { $0 != Signals.interrupt } ?? false
            Signals.unwatch()
            if isTerminated { exitProcess(143) }
        }
        let start = Machine.monotonicNanoseconds
        try session.answer(try Question(statement), output)
        if isTimed { QuerySession.writeTiming(since: start, style) }
    }

    private mutating func command(_ text: String) throws -> Bool {
        try session.refresh()
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let argument = words.count > 1 ? words[1].filter { $0 != ";" } : nil
        switch words[0].filter({ $0 != ";" }) {
        case ".quit", ".exit": return false
        case ".help": StandardStreams.writeError(Shell.help)
        case ".tables": try output.write(Inspection(session.store).tables())
        case ".schema": try output.write(try session.columns(of: argument))
        case ".timing": isTimed = try Shell.flag(argument, ".timing")
        case ".format":
            guard let format = argument.flatMap({ ResultFormat(rawValue: $0) }) else {
                throw CommandError(.usage, ".format: one of \(ResultFormat.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            output.format = format
        case let unknown:
            let nearest = NearestName.suffix(unknown, among: [".quit", ".help", ".tables", ".schema", ".timing", ".format"])
            throw CommandError(.usage, "there is no command '\(unknown)'\(nearest)", help: ".help lists them")
        }
        return true
    }

    private static func flag(_ argument: String?, _ name: String) throws(CommandError) -> Bool {
        switch argument {
        case "on": return true
        case "off": return false
        default: throw CommandError(.usage, "\(name): on or off")
        }
    }

    private static let help = """
        SELECT … ;           a question, over as many lines as it takes; by-participant; and the other presets work too
        .tables              the tables, their rows and bytes
        .schema [TABLE]      the columns of a table, or of all tables
        .timing on|off       say how long each answer took
        .format FORMAT       table, csv, tsv, json, ndjson or markdown
        .quit                leave, as Ctrl-D does
        Arrows, Home, End, Ctrl-A E B F P N move; Ctrl-K U W cut, Ctrl-Y pastes; Ctrl-C drops the line or stops the answer.

        """
}
