import ArgumentParser
import TapeBytes

/// Where the settings under the command line come from.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Settings in YAML; the command line goes over them.", valueName: "file"))
    var config: String?

    /// The file's settings over the defaults, and what every command takes over both.
    func configuration(under shared: SharedOptions) throws(CommandError) -> Configuration {
        var configuration = try fileConfiguration()
        if let workers = shared.workers {
            configuration.isSequential = false
            configuration.workers = workers
        }
        if shared.verbose { configuration.isDetailed = true }
        return configuration
    }

    /// For commands that heed none of its settings.
    func check(under shared: SharedOptions) throws(CommandError) { _ = try configuration(under: shared) }

    private func fileConfiguration() throws(CommandError) -> Configuration {
        guard let config else { return Configuration() }
        let text: [UInt8]
        do {
            text = try FileSystem().readAll(config)
        } catch {
            throw CommandError.fileError(error)
        }
        do {
            return try Configuration(parsing: text)
        } catch {
            throw CommandError.configuration(config, error)
        }
    }
}

extension CommandError {
    /// The first problem, then up to nine more, then how many are left.
    static func configuration(_ path: String, _ error: ConfigurationError) -> CommandError {
        let lines = error.problems.map { "\(path):\($0.line): \($0.message)" }
        var details = Array(lines.dropFirst().prefix(9))
        if lines.count > 10 { details.append("and \(lines.count - 10) more") }
        return CommandError(
            .usage, lines.first ?? "\(path): not a configuration", details: details,
            help: "tapedeck analyze --print-config prints a file with every setting")
    }
}
