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
            let folder = try intakeFolder()
            defer { try? folder.remove() }
            let known = try existingFiles(writer.catalog)
            let state = try Intake(self, inputs, writer.catalog, known: known, folder).run(inputs, known: known)
            let summary = try Publisher(self, folder, known: known, state).publish(&writer)
            if options.isDryRun { writer.abandon() }
            return summary
        } catch {
            writer.abandon()
            throw error
        }
    }

    private func intakeFolder() throws(ConvertError) -> IntakeFolder {
        do {
            return try IntakeFolder(storePath: storePath, temporaryPath: options.temporaryPath, fileSystem)
        } catch {
            throw ConvertError(.store(StoreError.wrap(error, path: storePath)))
        }
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
