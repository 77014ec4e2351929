import ArgumentParser
import TapeBytes
import TapeReport

/// The exit codes that scripts may rely on; `docs/cli.md` has the table.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case jobsFailed = 2
    case usage = 64
    case badData = 65
    case missing = 66
    case cannotWrite = 73
    case locked = 75
    /// By Ctrl-C, and by SIGTERM.
    case interrupted = 130
    case terminated = 143
}

/// What a command says when it cannot go on: where, what, why; and what to do now.
struct CommandError: Error {
    var code: ExitStatus
    /// One line, without the program's name.
    var message: String
    /// Lines under the message, such as the offending row.
    var details: [String] = []
    var help: String?
    /// What led to it, from the outside in; told with --verbose.
    var causes: [String] = []

    init(_ code: ExitStatus, _ message: String, details: [String] = [], help: String? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.help = help
    }

    /// The same, said to come about by something: its causes come behind those known already.
    func caused(by cause: String) -> CommandError {
        var error = self
        error.causes.insert(cause, at: 0)
        return error
    }

    func report(_ style: MessageStyle) {
        switch style.format {
        case .text: StandardStreams.writeError(text(style))
        case .json:
            var members = [JSONMember("code", Int(code.rawValue)), JSONMember("details", texts: details)]
            if let help { members.append(JSONMember("help", text: help)) }
            members.append(JSONMember("causes", texts: causes))
            style.write(.error, message, members)
        }
    }

    private func text(_ style: MessageStyle) -> String {
        // Messages quote input, which may hold anything.
        var text = "\(style.colored("tapedeck:", .red)) \(Quoting.visible(message))\n"
        for line in details { text += "  \(Quoting.visible(line))\n" }
        if style.isVerbose { for cause in causes { text += "  cause: \(Quoting.visible(cause))\n" } }
        if let help { text += "  \(style.colored("help:", .cyan)) \(help)\n" }
        return text
    }
}

/// What the argument parser throws: a request for help or the version, or a wrong command line.
enum Usage {
    /// Prints the message where it belongs, and returns the exit code.
    static func report(_ error: any Error) -> Int32 {
        let code = TapedeckCommand.exitCode(for: error).rawValue
        guard code != 0 else {
            StandardStreams.writeOutput(TapedeckCommand.fullMessage(for: error) + "\n")
            return 0
        }
        let help = "see tapedeck --help, or --help behind a command"
        var style = MessageStyle()
        if asksForJSON(CommandLine.arguments) { style.format = .json }
        CommandError(.usage, TapedeckCommand.message(for: error), help: help).report(style)
        return ExitStatus.usage.rawValue
    }

    /// Whether the words of a command line that could not be parsed hold `--log-format json`.
    private static func asksForJSON(_ words: [String]) -> Bool {
        words.contains("--log-format=json") || zip(words, words.dropFirst()).contains { $0 == ("--log-format", "json") }
    }
}
