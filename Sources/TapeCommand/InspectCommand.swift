import ArgumentParser
import TapeQuery
import TapeStore

struct InspectCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is stored: tables, partitions, columns, encodings, sizes, min and max.",
        discussion: """
            tapedeck inspect                            a row per table
            tapedeck inspect orders                     a row per column, over all partitions
            tapedeck inspect orders --partitions        a row per partition
            tapedeck inspect orders/2024-09-05/110621   a row per column of one partition
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A table, or a table and the front of a key.")
    var partition: String?

    @Flag(help: "A row per partition instead of a row per column.")
    var partitions = false

    mutating func run() throws {
        try configurationOptions.check(under: shared)
        let store = try shared.openStore()
        let inspection = Inspection(store)
        guard let partition else {
            return try output.write(partitions ? inspection.partitions(nil) : inspection.tables())
        }
        let entries = inspection.entries(named: partition)
        guard !entries.isEmpty else {
            throw CommandError(.missing, "\(shared.store): no partition '\(partition)'",
                               help: "the tables are \(store.catalog.tables.joined(separator: ", ")); tapedeck inspect --partitions lists all")
        }
        if partitions { return try output.write(inspection.partitions(entries)) }
        do {
            try output.write(inspection.columns(entries))
        } catch let error as StoreError {
            throw CommandError.store(error)
        }
    }
}
