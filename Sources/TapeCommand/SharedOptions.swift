import ArgumentParser
import TapeBytes

/// What every command takes.
struct SharedOptions: ParsableArguments {
    enum Progress: String, ExpressibleByArgument, CaseIterable { case auto, bar, plain, json, none }

    @Option(name: .customLong("store"), help: ArgumentHelp("The store's folder (default: $TAPEDECK_STORE, else ./store).", valueName: "dir"))
    var storePath: String?

    @Option(help: "Threads (default: the processors it may use).")
    var workers: Int?

    @Flag(help: "Nothing on standard error but errors.")
    var quiet = false

    @Flag(help: "Say more: each file, each job, and the causes of an error.")
    var verbose = false

    @Option(help: ArgumentHelp("auto, bar, plain, json or none.", valueName: "form"))
    var progress = Progress.auto

    @Option(help: ArgumentHelp("text, or json: an object a line.", valueName: "text|json"))
    var logFormat = MessageStyle.Format.text

    @Option(help: ArgumentHelp("auto, always or never; NO_COLOR is heeded.", valueName: "when"))
    var color = MessageStyle.ColorChoice.auto

    func validate() throws {
        if let workers, workers < 1 || workers > 1024 { throw ValidationError("--workers must be between 1 and 1024, not \(workers)") }
    }

    var store: String { storePath ?? SharedOptions.defaultStore }

    static var defaultStore: String { environmentVariable("TAPEDECK_STORE").flatMap { $0.isEmpty ? nil : $0 } ?? "store" }

    var messageStyle: MessageStyle {
        MessageStyle(
            format: logFormat, usesColor: logFormat == .text && color.usesColor(isTerminal: StandardStreams.isErrorTerminal), isVerbose: verbose)
    }

    /// Says something on standard error, unless asked to be quiet.
    func log(_ line: String, _ members: [JSONMember] = []) {
        if !quiet { messageStyle.write(.info, line, members) }
    }

    func warn(_ line: String) {
        if !quiet { messageStyle.write(.warning, line) }
    }

    /// Says what only --verbose asks for.
    func detail(_ line: @autoclosure () -> String) { if verbose { log(line()) } }
}

/// A command that takes the shared options, which say how its errors look.
protocol SharingCommand: ParsableCommand {
    var shared: SharedOptions { get }
}
