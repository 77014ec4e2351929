import ArgumentParser
import TapeAnalysis
import TapeBytes
import TapeStore

struct VerifyCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read every byte of the store and check every checksum and invariant.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var selectionOptions: WholePartitionOptions

    mutating func run() throws {
        let configuration = try configurationOptions.configuration(under: shared)
        let selection = try selectionOptions.selection(over: configuration.selection, "verify")
        let store = try shared.openStore()
        let entries = store.catalog.allEntries.filter { selection.contains($0) }
        guard !entries.isEmpty else { throw CommandError.emptySelection(store.catalog.allEntries.compactMap { $0.key.dateAndSecurity }) }
        do {
            try store.verifyCatalog()
        } catch {
            throw CommandError.store(error)
        }
        let results = concurrentMap(entries.count, workers: configuration.workerCount) { index in
            Result { () throws(StoreError) in try store.verify(entries[index]) }
        }
        let errors = results.compactMap { result -> StoreError? in
            if case .failure(let error) = result { error } else { nil }
        }
        for error in errors.dropFirst() { CommandError.store(error).report(shared.messageStyle) }
        if let first = errors.first { throw CommandError.store(first) }
        do {
            try store.verifyZones()
        } catch {
            var error = CommandError.store(error)
            error.help = "questions do without the file; remove it"
            throw error
        }
        let rows = entries.reduce(0) { $0 + $1.rowCount }
        let bytes = entries.reduce(0) { $0 + $1.sizeInBytes }
        StandardStreams.writeOutput("verified \(entries.count) segments, \(rows) rows, \(ByteText.text(bytes)): sound\n")
    }
}

extension Selection {
    /// Whether a segment is selected; tables without a date and a security are, unless the selection names some.
    func contains(_ entry: SegmentEntry) -> Bool {
        guard let (date, security) = entry.key.dateAndSecurity else {
            return securities == nil && from == nil && to == nil
        }
        return contains(date: date, security: security)
    }
}
