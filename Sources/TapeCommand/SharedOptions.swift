import ArgumentParser
import TapeBytes

/// What every command takes.
struct SharedOptions: ParsableArguments {
    enum Progress: String, ExpressibleByArgument, CaseIterable { case auto, bar, plain, json, none }
    enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }
    enum Color: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    @Option(name: .customLong("store"), help: ArgumentHelp("The store's folder (default: $TAPEDECK_STORE, else ./store).", valueName: "dir"))
    var storePath: String?

    @Option(help: ArgumentHelp("Settings in YAML; the command line goes over them.", valueName: "file"))
    var config: String?

    @Option(help: "Threads (default: the machine's cores).")
    var workers: Int?

    @Flag(help: "Nothing on standard error but errors.")
    var quiet = false

    @Flag(help: "Say more: each file and partition, and the causes of an error.")
    var verbose = false

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var logFormat = LogFormat.text

    @Option(help: ArgumentHelp("auto, bar, plain, json or none.", valueName: "form"))
    var progress = Progress.auto

    @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
    var color = Color.auto

    func validate() throws {
        if let workers, workers < 1 || workers > 1024 { throw ValidationError("--workers must be between 1 and 1024, not \(workers)") }
    }

    var store: String { storePath ?? environmentVariable("TAPEDECK_STORE") ?? "store" }

    /// Says something on standard error, unless asked to be quiet.
    func log(_ line: String) {
        guard !quiet else { return }
        StandardStreams.writeError(logFormat == .json ? JSONLine.object([("message", .text(line))]) + "\n" : line + "\n")
    }
}

/// One line of JSON with text and numbers, for logs.
enum JSONLine {
    enum Value { case text(String), integer(Int), real(Double) }

    static func object(_ members: [(String, Value)]) -> String {
        let parts = members.map { key, value in
            switch value {
            case .text(let text): "\(quoted(key)):\(quoted(text))"
            case .integer(let number): "\(quoted(key)):\(number)"
            case .real(let number): "\(quoted(key)):\(number)"
            }
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}
