import ArgumentParser
import TapeBytes

// Parses, runs one command, turns what it throws into a message and an exit code. All else is the commands'.

ignoreBrokenPipes()

do {
    var command = try TapedeckCommand.parseAsRoot()
    try command.run()
} catch let error as CommandError {
    error.report()
    exitProcess(error.code.rawValue)
} catch {
    exitProcess(Usage.report(error))
}
