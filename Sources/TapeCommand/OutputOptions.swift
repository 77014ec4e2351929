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

    var style: OutputStyle { OutputStyle(format: format, nullText: self.null, rawTimes: rawTimes) }

    func write(_ result: ResultSet) throws(CommandError) { try style.write(result) }
}

/// How an answer is written to standard output, however that was asked for.
struct OutputStyle: Hashable {
    /// nil for a table on a terminal and CSV elsewhere.
    var format: ResultFormat?
    var nullText: String?
    var rawTimes = false
    /// Threads that write long answers.
    var workers = Machine.coreCount

    func write(_ result: ResultSet) throws(CommandError) {
        try writePieces { (write) throws(CommandError) in try write(result) }
    }

    /// Whether an answer can be written before it is all there: all forms but a table, whose widths are those of all rows.
    var takesPieces: Bool { formatInForce != .table }

    private var formatInForce: ResultFormat { format ?? (StandardStreams.isOutputTerminal ? .table : .csv) }

    /// Writes an answer whose pieces `body` hands on, one after the other.
    func writePieces(_ body: ((ResultSet) throws(CommandError) -> Void) throws(CommandError) -> Void) throws(CommandError) {
        var options = ResultRenderer.Options()
        options.nullText = nullText
        options.rawTimes = rawTimes
        options.width = StandardStreams.outputWidth
        options.workers = workers
        var stream = ResultStream(ResultRenderer(formatInForce, options))
        try body { (piece) throws(CommandError) in try stream.append(piece, OutputStyle.emit) }
        try stream.finish(OutputStyle.emit)
    }

    private static func emit(_ bytes: [UInt8]) throws(CommandError) {
        guard Signals.pending == nil else { throw CommandError(.failed, "stopped") }
        do { try StandardStreams.writeOutput(bytes) } catch { throw CommandError.cannotWrite(error) }
    }
}
