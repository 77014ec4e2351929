import TapeBytes
import TapeMarket
import TapeQuery
import TapeReport
import TapeStore

/// A question as most command lines ask it: `tapedeck query QUESTION`, with at most a store, threads, how to write the answer, `--timing`, `--explain`.
///
/// Such a line is read here in microseconds; the argument parser takes 3 ms for any line of `query` (docs/decisions/0007), longer than answering from one
/// partition does. Every other line, every mistake and `--help` are the argument parser's. A test holds the two readings against each other.
struct PlainQuery: Hashable {
    private(set) var question: String
    private(set) var storePath: String?
    private(set) var workers: Int?
    private(set) var output = OutputStyle()
    private(set) var isTimed = false
    private(set) var explains = false

    /// nil for a line that is not of this kind.
    init?(_ arguments: [String]) {
        guard arguments.first == "query" else { return nil }
        var questions: [String] = []
        self.question = ""
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            if !argument.hasPrefix("-") {
                questions.append(argument)
            } else if !takeFlag(argument) {
                guard let value = rest.popFirst(), take(argument, value) else { return nil }
            }
        }
        guard questions.count == 1 else { return nil }
        question = questions[0]
    }

    private mutating func takeFlag(_ name: String) -> Bool {
        switch name {
        case "--timing": isTimed = true
        case "--explain": explains = true
        case "--raw-times": output.rawTimes = true
        default: return false
        }
        return true
    }

    private mutating func take(_ option: String, _ value: String) -> Bool {
        guard !value.hasPrefix("-") else { return false }
        switch option {
        case "--store": storePath = value
        case "--null": output.nullText = value
        case "--format":
            output.format = ResultFormat(rawValue: value)
            return output.format != nil
        case "--workers":
            workers = Int(value).flatMap { (1...1024).contains($0) ? $0 : nil }
            return workers != nil
        default: return false
        }
        return true
    }

    func run(_ style: MessageStyle) throws(CommandError) {
        let start = Machine.monotonicNanoseconds
        let question = try Question(question)
        let store: Store
        do {
            store = try Store(path: storePath ?? SharedOptions.defaultStore)
        } catch {
            throw CommandError.store(error)
        }
        Machine.keepFreedMemory()
        let options = QueryOptions(workers: workers ?? Machine.coreCount, clock: .exchange)
        try QuerySession(store: store, sql: options, explains: explains, style: style).answer(question, output)
        if isTimed { QuerySession.writeTiming(since: start, style) }
    }
}
