import TapeBytes
import TapeColumns
import TapeStore

/// A table's schema, and the text that it was read from, which the store keeps.
package struct SchemaSource: Sendable {
    package var schema: TableSchema
    package var text: String

    package init(schema: TableSchema, text: String) {
        self.schema = schema
        self.text = text
    }

    /// What serves the rows stored under this schema and those of a newer one. Keeps the text of either where that says it all.
    package func extended(by newer: SchemaSource) throws(SchemaConflict) -> SchemaSource {
        let extended = try schema.extended(by: newer.schema)
        if extended == schema { return self }
        return SchemaSource(schema: extended, text: extended == newer.schema ? newer.text : extended.text)
    }

    /// Whether a table stored under the schema of a text may go on under this one.
    func extends(_ stored: String) -> Bool {
        guard let schema = try? TableSchema.parse(Array(stored.utf8)) else { return false }
        return (try? schema.extended(by: self.schema)) == self.schema
    }
}

/// Reads raw CSV files once, into a store: the life of a row.
///
///     file ─▶ chunk ─▶ parse (columns) ─▶ partition ─▶ stage ─▶ sort, encode ─▶ run ─▶ (merge) ─▶ segment ─▶ one commit
///
/// Any worker takes any chunk and any partition (`Intake`). A segment's bytes depend on the partition's set of rows alone, so nothing has to
/// happen in a certain order.
package struct Converter: Sendable {
    let options: ConvertOptions
    let schemas: [SchemaSource]
    let dayRule: DayRule
    let fileSystem: FileSystem
    let storePath: String

    package init(
        storePath: String, schemas: [SchemaSource], dayRule: DayRule, options: ConvertOptions,
        fileSystem: FileSystem = FileSystem()
    ) {
        self.storePath = storePath
        self.schemas = schemas
        self.dayRule = dayRule
        self.options = options
        self.fileSystem = fileSystem
    }

    /// The files that a convert of `paths` reads.
    package static func files(_ paths: [String], _ fileSystem: FileSystem) throws(ConvertError) -> [String] {
        try InputFiles(fileSystem).find(paths).map(\.path)
    }

    /// Converts the files at `paths` (folders are searched), all or nothing.
    package func run(_ paths: [String]) throws(ConvertError) -> ConvertSummary {
        let inputs = try InputFiles(fileSystem).find(paths)
        var writer: StoreWriter
        do {
            writer = try StoreWriter(path: storePath, fileSystem: fileSystem)
        } catch {
            throw ConvertError(.store(error))
        }
        do {
            try checkSettings(writer.catalog)
            let known = try existingFiles(writer.catalog)
            let folder = try intakeFolder(inputs, known)
            let summary = try run(inputs, known, folder, &writer)
            try? folder.remove()
            if options.isDryRun { writer.abandon() }
            return summary
        } catch {
            writer.abandon(keepingFolder: error.isResumable)
            throw error
        }
    }

    private func run(
        _ inputs: [InputFiles.Found], _ known: [FileRecord], _ folder: IntakeFolder, _ writer: inout StoreWriter
    ) throws(ConvertError) -> ConvertSummary {
        do {
            let space = DiskSpace(inputs, folder, storePath: storePath)
            if folder.unfinished.isEmpty { try space.check() }
            let state = try space.explaining { () throws(ConvertError) in
                try Intake(self, inputs, writer.catalog, known: known, folder).run(inputs, known: known)
            }
            var summary = try Publisher(self, folder, known: known, state).publish(&writer)
            summary.isResumed = !folder.unfinished.isEmpty
            return summary
        } catch {
            if !error.isResumable { try? folder.remove() }
            throw error
        }
    }

    private func intakeFolder(_ inputs: [InputFiles.Found], _ known: [FileRecord]) throws(ConvertError) -> IntakeFolder {
        do {
            let isResumable = !options.isDryRun && !inputs.contains { $0.path == "-" }
            let folder = try IntakeFolder(
                storePath: storePath, temporaryPath: options.temporaryPath, fingerprint: isResumable ? fingerprint(inputs, known) : nil,
                restarts: options.restarts, tableCount: schemas.count, fileSystem)
            return folder
        } catch {
            throw ConvertError(.store(StoreError.wrap(error, path: storePath)))
        }
    }

    /// Equal where a convert would do the same as one before: same inputs, schemas, options that matter, known files and program.
    private func fingerprint(_ inputs: [InputFiles.Found], _ known: [FileRecord]) -> UInt64 {
        var bytes: [UInt8] = []
        bytes.appendVarint(JournalWriter.version)
        for text in [options.programVersion, dayRule.name, options.table ?? "", options.temporaryPath ?? "", options.selection.text] { bytes.appendString(text) }
        for source in schemas { bytes.appendString(source.text) }
        for number in [options.chunkSizeInMemory, options.onError == .skip ? 1 : 0, options.replaces ? 1 : 0] { bytes.appendVarint(number) }
        for input in inputs {
            bytes.appendString(input.path)
            bytes.appendVarint(input.size)
            bytes.appendZigzag(Int64(input.modified))
        }
        for file in known {
            bytes.appendVarint(file.number)
            bytes.appendInteger(file.contentHash)
        }
        return Checksum.contentHash(bytes.span, previous: 0)
    }

    /// The rule and the schemas belong to the store from its first convert on.
    private func checkSettings(_ catalog: Catalog) throws(ConvertError) {
        for (name, value) in newSettings(for: schemas.map(\.schema.name)) {
            guard let stored = catalog.settings[name], stored != value else { continue }
            if let source = schemas.first(where: { name == "schema." + $0.schema.name }), source.extends(stored) { continue }
            throw ConvertError(.settingConflict(setting: name, stored: stored, asked: value))
        }
    }

    /// The settings that a commit records for some tables.
    func newSettings(for tables: [String]) -> [String: String] {
        var all = ["day_rule": dayRule.name]
        for source in schemas where tables.contains(source.schema.name) {
            all["schema." + source.schema.name] = source.text
            all["key." + source.schema.name] = Catalog.settingText(source.schema.keyColumns)
        }
        return all
    }

    private func existingFiles(_ catalog: Catalog) throws(ConvertError) -> [FileRecord] {
        do {
            guard let entry = catalog.entries(of: FileRecord.table).first else { return [] }
            let store = try Store(path: storePath, fileSystem: fileSystem)
            return try FileRecord.records(try store.open(entry))
        } catch {
            throw ConvertError(.store(StoreError.wrap(error, path: storePath, table: FileRecord.table)))
        }
    }
}
