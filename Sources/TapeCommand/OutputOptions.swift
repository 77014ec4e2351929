import ArgumentParser
import TapeBytes
import TapeQuery
import TapeReport

extension ResultFormat: ExpressibleByArgument {}

/// How an answer is written to standard output.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("table, csv, tsv, json, ndjson or markdown (default: table on a terminal, csv in a pipe).", valueName: "format"))
    var format: ResultFormat?

    @Option(help: ArgumentHelp("What null is written as (default: nothing in CSV and TSV, NULL in a table).", valueName: "text"))
    var null: String?

    @Flag(help: "Times as stored: nanoseconds since 1970, UTC.")
    var rawTimes = false

    /// The format asked for, or the one for where standard output goes.
    var formatInForce: ResultFormat { format ?? (StandardStreams.isOutputTerminal ? .table : .csv) }

    func write(_ result: ResultSet) throws(CommandError) {
        var options = ResultRenderer.Options()
        options.nullText = self.null
        options.rawTimes = rawTimes
        options.width = StandardStreams.outputWidth
        try ResultRenderer(formatInForce, options).write(result) { (piece) throws(CommandError) in
            guard Signals.pending == nil else { throw CommandError(.failed, "stopped") }
            do { try StandardStreams.writeOutput(piece) } catch { throw CommandError.cannotWrite(error) }
        }
    }
}
