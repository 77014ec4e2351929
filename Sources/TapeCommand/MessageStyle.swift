import ArgumentParser
import TapeBytes
import TapeReport

/// How what is said on standard error looks.
struct MessageStyle: Sendable {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    enum Level: String {
        case info, warning, error
    }

    var format = Format.text
    var usesColor = false
    /// Whether an error tells the chain of its causes.
    var isVerbose = false

    /// One event: a line of text, or an object with the members besides.
    func write(_ level: Level, _ text: String, _ members: [JSONMember] = []) {
        switch format {
        case .text:
            // Messages quote names of files and columns, which may hold anything.
            let prefix = level == .warning ? colored("warning:", .yellow) + " " : ""
            StandardStreams.writeError(prefix + Quoting.visible(text) + "\n")
        case .json:
            let head = [JSONMember("event", text: "log"), JSONMember("level", text: level.rawValue), JSONMember("message", text: text)]
            StandardStreams.writeError(JSONMember.object(head + members) + "\n")
        }
    }

    enum Color: String {
        case red = "31", yellow = "33", cyan = "36"
    }

    func colored(_ text: String, _ color: Color) -> String { usesColor ? "\u{1B}[1;\(color.rawValue)m\(text)\u{1B}[0m" : text }
}

extension MessageStyle.ColorChoice {
    /// Whether to write color to a stream. NO_COLOR (no-color.org) counts where nothing else was asked for.
    func usesColor(isTerminal: Bool) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            let isRefused = !(environmentVariable("NO_COLOR") ?? "").isEmpty || environmentVariable("TERM") == "dumb"
            return isTerminal && !isRefused
        }
    }
}

/// One member of a JSON object on one line.
struct JSONMember: Sendable {
    private let name: String
    /// As it stands in the object.
    private let value: String

    init(_ name: String, text: String) { (self.name, value) = (name, Quoting.json(text)) }
    init(_ name: String, texts: [String]) { (self.name, value) = (name, "[\(texts.map(Quoting.json).joined(separator: ","))]") }
    init(_ name: String, objects: [[JSONMember]]) { (self.name, value) = (name, "[\(objects.map(JSONMember.object).joined(separator: ","))]") }
    init(_ name: String, _ number: Int) { (self.name, value) = (name, String(number)) }
    init(_ name: String, _ number: Double, decimals: Int) { (self.name, value) = (name, ByteText.fixed(number, decimals)) }

    static func object(_ members: [JSONMember]) -> String { "{\(members.map { "\(Quoting.json($0.name)):\($0.value)" }.joined(separator: ","))}" }
}
