import ArgumentParser
import TapeBytes
import TapeColumns
import TapeIngest
import TapeMarket
import TapeStore

struct ConvertCommand: SharingCommand {
    enum OnError: String, ExpressibleByArgument, CaseIterable { case fail, skip }

    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Read raw CSV files once, into the store: all of them or none.",
        discussion: """
            PATH is a CSV file (plain or gzip), a folder (searched for .csv and .csv.gz), or - for standard input. Each file's table is
            found from its header. Rows read = rows stored + rows rejected + exact duplicates; the summary says so. Rows of partitions that are
            not selected are left out and counted; a later convert of the same files with another selection adds what is not there yet.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var selectionOptions: WholePartitionOptions

    @Argument(help: "Files, folders or -.")
    var paths: [String]

    @Option(help: "The table of the files, where the header shall not decide.")
    var table: String?

    @Option(help: ArgumentHelp("A bundled schema's name or a schema file, for --table or for all its files.", valueName: "name|file"))
    var schema: [String] = []

    @Option(help: ArgumentHelp("fail: stop at bad rows, store nothing. skip: set them aside.", valueName: "fail|skip"))
    var onError = OnError.fail

    @Option(help: ArgumentHelp("Where --on-error skip writes the rows set aside, as CSV.", valueName: "file"))
    var rejects: String?

    @Option(help: ArgumentHelp("With skip: fail past so many rejects (default: 1%).", valueName: "n|p%"))
    var maxRejects: String?

    @Flag(help: "Do all but publish, and tell every problem of every file.")
    var dryRun = false

    @Flag(help: "Files stored before under the same path, with other contents, replace what they gave.")
    var replace = false

    @Option(help: ArgumentHelp("session: evenings belong to the next trading day. calendar: local dates.", valueName: "session|calendar"))
    var tradingDay: String?

    @Option(help: ArgumentHelp("When the trading day of session rolls.", valueName: "HH:MM"))
    var dayRoll: String?

    @Flag(help: "Begin anew, where an interrupted convert of the same files would be gone on with.")
    var restart = false

    @Option(help: ArgumentHelp("What the process may take (default: a quarter of the memory, at most 4GiB).", valueName: "size"))
    var memory: String?

    @Option(help: ArgumentHelp("Where rows are set aside that memory has no room for (default: in the store).", valueName: "dir"))
    var tempDir: String?

    @Option(help: ArgumentHelp("Text parsed at once by a worker.", valueName: "size"))
    var chunkSize: String?

    mutating func run() throws {
        let start = Machine.monotonicNanoseconds
        Machine.keepFreedMemory()
        let configuration = try configurationOptions.configuration(under: shared)
        shared.verbose = configuration.isDetailed
        let settings = try storeSettings()
        let calendar = try calendar(stored: settings["day_rule"], tradingDay: tradingDay ?? configuration.tradingDay)
        var options = try convertOptions(configuration)
        let rejectFile = try RejectFile(dryRun ? nil : rejects, inputs: paths)
        options.rejectSink = { rejectFile.append($0, $1) }
        options.finishRejects = { rejectFile.close(isRead: true) }
        let meter = ProgressMeter(shared)
        options.progress = { progress in
            meter.show(isEnd: progress.bytesRead == progress.bytesTotal) { ConvertReport.line(progress, $0) }
        }
        Signals.watch()
        options.isCancelled = { Signals.pending != nil }
        let converter = Converter(
            storePath: shared.store, schemas: try SchemaChoice.sources(schema, settings: settings), dayRule: calendar.dayRule, options: options)
        let summary: ConvertSummary
        do {
            if dryRun { return try runDry(converter, meter, start) }
            summary = try converter.run(paths)
        } catch let error as ConvertError {
            meter.end()
            _ = rejectFile.close(isRead: false)
            throw CommandError.convert(error, store: shared.store)
        }
        meter.end()
        ConvertReport(shared: shared, isDryRun: false).write(summary, nanoseconds: Machine.monotonicNanoseconds - start)
    }

    private func runDry(_ converter: Converter, _ meter: ProgressMeter, _ start: Int) throws {
        let dryRun = try converter.dryRun(paths)
        meter.end()
        try DryRunReport(shared: shared).write(dryRun, nanoseconds: Machine.monotonicNanoseconds - start)
    }

    /// What the store, if there is one, was made with.
    private func storeSettings() throws -> [String: String] {
        do {
            return try Store(path: shared.store).catalog.settings
        } catch {
            if case .missing = error.kind { return [:] }
            throw CommandError.store(error)
        }
    }

    /// The calendar asked for; without an option, that of the store.
    private func calendar(stored: String?, tradingDay: String?) throws -> TradingCalendar {
        if tradingDay == nil, dayRoll == nil, let stored, let calendar = TradingCalendar(ruleName: stored) { return calendar }
        guard let rule = TradingCalendar.Rule(rawValue: tradingDay ?? "session") else {
            throw CommandError(.usage, "--trading-day: '\(tradingDay ?? "")' is neither session nor calendar")
        }
        do {
            return try TradingCalendar(rule: rule, rollInSeconds: TradingCalendar.rollInSeconds(dayRoll ?? "19:00"))
        } catch {
            throw CommandError(.usage, "--day-roll: '\(dayRoll ?? "")' is not a time from 12:00 to 24:00", help: "write HH:MM")
        }
    }

    private func convertOptions(_ configuration: Configuration) throws -> ConvertOptions {
        var options = ConvertOptions()
        options.onError = onError == .fail ? .fail : .skip
        options.isDryRun = dryRun
        options.replaces = replace
        options.restarts = restart
        options.programVersion = TapedeckCommand.version
        options.temporaryPath = tempDir ?? configuration.temporaryPath
        options.workers = configuration.workerCount
        options.table = table
        options.memory = configuration.memory
        options.selection = try selectionOptions.selection(over: configuration.selection, "convert").partitions
        options.chunkSize = configuration.chunkSize
        if let memory { options.memory = try ByteSize.parse(memory, "--memory", in: ByteSize.memoryRange) }
        if let chunkSize { options.chunkSize = try ByteSize.parse(chunkSize, "--chunk-size", in: 1024...(1 << 30)) }
        guard let maxRejects else { return options }
        if maxRejects.hasSuffix("%"), let share = Double(maxRejects.dropLast()), (0...100).contains(share) {
            options.rejectLimit = .partsPerMillion(Int((share * 10_000).rounded()))
        } else if let count = Int(maxRejects), count >= 0 {
            options.rejectLimit = .rows(count)
        } else {
            throw CommandError(.usage, "--max-rejects: '\(maxRejects)' is neither a count nor a share", help: "write 100 or 0.5%")
        }
        return options
    }
}
