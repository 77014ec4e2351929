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
}

/// Reads raw CSV files once, into a store: the life of a row.
///
///     file ─▶ chunks ─▶ parse (columns) ─▶ partition ─▶ append to builders ─▶ segments ─▶ one commit
///             reader    ───────── in parallel, by chunk ──────  in parallel, by partition
///
/// Chunks are taken in waves. Within a wave each chunk is parsed and partitioned by one worker, then each partition is appended to by one worker, its
/// chunks in order. So no row ever waits for a lock, and a partition sees its rows in input order for any number of workers.
package struct Converter {
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
    ///
    /// - Parameter progress: told the bytes read so far and the bytes in all, after each wave.
    package func run(
        _ paths: [String], progress: (_ read: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(ConvertError) -> ConvertSummary {
        let inputs = try InputFiles(fileSystem).find(paths)
        var writer: StoreWriter
        do {
            writer = try StoreWriter(path: storePath, fileSystem: fileSystem)
        } catch {
            throw ConvertError(.store(error))
        }
        do {
            let summary = try convert(inputs, &writer, progress)
            if options.isDryRun { writer.abandon() }
            return summary
        } catch {
            writer.abandon()
            throw error
        }
    }

    private func convert(
        _ inputs: [InputFiles.Found], _ writer: inout StoreWriter, _ progress: (Int, Int) -> Void
    ) throws(ConvertError) -> ConvertSummary {
        try checkSettings(writer.catalog)
        var intake = Intake(self, inputs, known: try existingFiles(writer.catalog))
        for input in inputs { try intake.read(input, progress) }
        return try intake.publish(&writer)
    }

    /// The rule and the schemas belong to the store from its first convert on.
    private func checkSettings(_ catalog: Catalog) throws(ConvertError) {
        for (name, value) in newSettings(for: schemas.map(\.schema.name)) {
            guard let stored = catalog.settings[name], stored != value else { continue }
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

/// Finds the input files.
struct InputFiles {
    struct Found {
        var path: String
        var size: Int
    }

    private let fileSystem: FileSystem

    init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

    /// The files at `paths`, in the order given; a folder gives its `.csv` and `.csv.gz` files, recursively, by name.
    func find(_ paths: [String]) throws(ConvertError) -> [Found] {
        var found: [Found] = []
        var seen: Set<String> = []
        for path in paths {
            guard path != "-" else {
                found.append(Found(path: path, size: 0))
                continue
            }
            do {
                guard let status = try fileSystem.status(path) else { throw ConvertError(.missingInput, path: path) }
                var files = [Found(path: path, size: status.size)]
                if status.isDirectory {
                    files = try search(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
                    if files.isEmpty { throw ConvertError(.noFiles, path: path) }
                }
                found += files.filter { seen.insert($0.path).inserted }
            } catch let error as FileError {
                throw ConvertError(.unreadable(error), path: path)
            } catch let error as ConvertError {
                throw error
            } catch {
                throw ConvertError(.missingInput, path: path)
            }
        }
        return found
    }

    private func search(_ folder: String) throws(FileError) -> [Found] {
        var found: [Found] = []
        for item in try fileSystem.list(folder) {
            let path = folder + "/" + item.name
            if item.isDirectory {
                found += try search(path)
            } else if item.name.hasSuffix(".csv") || item.name.hasSuffix(".csv.gz") {
                found.append(Found(path: path, size: try fileSystem.status(path)?.size ?? 0))
            }
        }
        return found
    }
}
