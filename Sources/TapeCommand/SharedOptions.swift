import ArgumentParser
import TapeBytes

/// What every command takes.
struct SharedOptions: ParsableArguments {
    enum Progress: String, ExpressibleByArgument, CaseIterable { case auto, bar, plain, json, none }

    @Option(name: .customLong("store"), help: ArgumentHelp("The store's folder (default: $TAPEDECK_STORE, else ./store).", valueName: "dir"))
    var storePath: String?

    @Option(help: "Threads (default: the machine's cores).")
    var workers: Int?

    @Flag(help: "Nothing on standard error but errors.")
    var quiet = false

    @Flag(help: "Say more: each file, each job.")
    var verbose = false

    @Option(help: ArgumentHelp("auto, bar, plain, json or none.", valueName: "form"))
    var progress = Progress.auto

    func validate() throws {
        if let workers, workers < 1 || workers > 1024 { throw ValidationError("--workers must be between 1 and 1024, not \(workers)") }
    }

    var store: String { storePath ?? environmentVariable("TAPEDECK_STORE") ?? "store" }

    /// Says something on standard error, unless asked to be quiet.
    func log(_ line: String) {
        guard !quiet else { return }
        StandardStreams.writeError(line + "\n")
    }

    /// Says what only --verbose asks for.
    func detail(_ line: @autoclosure () -> String) { if verbose { log(line()) } }
}
