import ArgumentParser
import TapeBytes

// Parses, runs one command, turns what it throws into a message and an exit code. All else is the commands'.

ignoreWriteSignals()

// The one answer that scripts ask for at every start; building the tree of commands takes longer than the rest.
if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
    StandardStreams.writeOutput(TapedeckCommand.configuration.version + "\n")
    exitProcess(0)
}

var style = MessageStyle()
do {
    if let query = PlainQuery(Array(CommandLine.arguments.dropFirst())) {
        style.usesColor = MessageStyle.ColorChoice.auto.usesColor(isTerminal: StandardStreams.isErrorTerminal)
        try query.run(style)
        exitProcess(0)
    }
    var command = try TapedeckCommand.parseAsRoot()
    if let command = command as? any SharingCommand { style = command.shared.messageStyle }
    try command.run()
} catch let error as CommandError {
    error.report(style)
    exitProcess(error.code.rawValue)
} catch {
    exitProcess(Usage.report(error))
}
