import ArgumentParser
import TapeBytes
import TapeColumns
import TapeMarket

struct GenerateCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write a synthetic market: raw order, trade, NBBO, session, reference and participant CSVs.",
        discussion: "Equal options give equal bytes. Orders really meet in books, so every total can be checked.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions

    @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var out = "market"

    @Option(help: "The random seed.")
    var seed: UInt64 = 42

    @Option(help: "How many securities.")
    var securities = 10

    @Option(help: "How many trading dates, weekdays in a row.")
    var dates = 5

    @Option(help: ArgumentHelp("The first date.", valueName: "YYYY-MM-DD"))
    var from = "2024-09-02"

    @Option(help: "Order rows per security and date, on average.")
    var orders = 2000

    @Option(help: "How many participants.")
    var participants = 30

    mutating func run() throws {
        guard let start = CivilDate.parse(from) else {
            throw CommandError(.usage, "--from: '\(from)' is not a date", help: "write it as YYYY-MM-DD")
        }
        let generator: MarketGenerator
        do {
            generator = try MarketGenerator(GeneratorOptions(
                seed: seed, securityCount: securities, startDate: start, dateCount: dates,
                orderRowsPerSecurityDay: orders, participantCount: participants))
        } catch {
            throw CommandError.generator(error)
        }
        let totals = try write(generator, workers: configurationOptions.configuration(under: shared).workerCount)
        shared.log("\(out): \(totals.orders) order rows, \(totals.trades) trade rows, \(ByteText.text(totals.bytes)), "
            + "\(securities) securities, \(dates) dates")
    }

    private struct Totals { var orders: Int64 = 0, trades: Int64 = 0, bytes = 0 }

    private func write(_ generator: MarketGenerator, workers: Int) throws -> Totals {
        let fileSystem = FileSystem()
        let totals = Protected(Totals())
        do {
            for folder in ["", "/orders", "/trades", "/nbbo", "/session"] { try fileSystem.createDirectories(out + folder) }
            for file in generator.referenceFiles() {
                var output = try fileSystem.create(out + "/" + file.relativePath)
                try output.write(file.bytes)
                try output.close()
                totals.withLock { $0.bytes += file.bytes.count }
            }
        } catch {
            throw CommandError.cannotWrite(error)
        }
        let results = concurrentMap(generator.dateCount, workers: workers) { index in
            Result { () throws(FileError) in
                let summary = try writeDate(generator, index, fileSystem)
                totals.withLock {
                    $0.orders += summary.orderRowCount
                    $0.trades += summary.tradeRowCount
                    $0.bytes += Int(summary.sizeInBytes)
                }
            }
        }
        do { for result in results { try result.get() } } catch { throw CommandError.cannotWrite(error) }
        return totals.value
    }

    private func writeDate(
        _ generator: MarketGenerator, _ index: Int, _ fileSystem: FileSystem
    ) throws(FileError) -> MarketGenerator.DateSummary {
        func create(_ file: MarketGenerator.DateFile) throws(FileError) -> OutputFile {
            try fileSystem.create(out + "/" + generator.relativePath(of: file, dateIndex: index))
        }
        var orders = try create(.orders), trades = try create(.trades)
        var nbbo = try create(.nbbo), sessions = try create(.sessions)
        let summary = try generator.generate(dateIndex: index) { (file, bytes) throws(FileError) in
            switch file {
            case .orders: try orders.write(bytes)
            case .trades: try trades.write(bytes)
            case .nbbo: try nbbo.write(bytes)
            case .sessions: try sessions.write(bytes)
            }
        }
        try orders.close()
        try trades.close()
        try nbbo.close()
        try sessions.close()
        return summary
    }
}

extension CommandError {
    fileprivate static func generator(_ error: MarketOptionError) -> CommandError {
        guard case .generator(let name, let range) = error.kind else { return CommandError(.usage, "'\(error.value)' is out of range") }
        return CommandError(.usage, "\(name): \(error.value) is outside \(range.lowerBound) … \(range.upperBound)")
    }
}
