import ArgumentParser
import TapeBytes
import TapeColumns
import TapeIngest
import TapeMarket
import TapeQuery
import TapeStore

struct SchemaCommand: SharingCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "List the schemas, print or check one, or draft one from a CSV file.",
        discussion: """
            tapedeck schema              the bundled schemas
            tapedeck schema orders       its YAML, a start for one of your own
            tapedeck schema my.yaml      check a file
            tapedeck schema my.csv       draft a schema from a file's header and first rows (.csv or .csv.gz)
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A bundled schema's name, a schema file or a CSV file.")
    var name: String?

    mutating func run() throws {
        try configurationOptions.check(under: shared)
        guard let name else { return try list() }
        if let bundled = BundledSchemas.texts.first(where: { $0.name == name }) {
            return StandardStreams.writeOutput(String(decoding: bundled.text, as: UTF8.self))
        }
        if name.hasSuffix(".csv") || name.hasSuffix(".csv.gz") { return StandardStreams.writeOutput(try draft(name)) }
        let source = try SchemaChoice.source(name)
        StandardStreams.writeOutput("\(name): sound: table '\(source.schema.name)', \(source.schema.columns.count) columns\n")
    }

    private func draft(_ path: String) throws(CommandError) -> String {
        do {
            return try SchemaDraft(path).text
        } catch {
            throw CommandError.convert(error, store: shared.store)
        }
    }

    private func list() throws {
        var builder = ResultBuilder([
            ColumnSchema(name: "table", type: .string), ColumnSchema(name: "columns", type: .int64),
            ColumnSchema(name: "partition_key", type: .string), ColumnSchema(name: "cluster_key", type: .string),
        ])
        for source in try SchemaChoice.sources([]) {
            builder.append([
                .text(source.schema.name), .integer(Int64(source.schema.columns.count)),
                .text(source.schema.partitionKey.map(\.name).joined(separator: ", ")),
                .text(source.schema.clusterKey.joined(separator: ", ")),
            ])
        }
        try output.write(builder.result)
    }
}

/// The schemas in force: the bundled ones; in their place those that the store was made with, and in place of both the files given.
enum SchemaChoice {
    /// - Parameters:
    ///   - names: of bundled schemas, which are there anyway, or of files.
    ///   - settings: a store's, which keep a schema's text under `schema.` and the table's name.
    static func sources(_ names: [String], settings: [String: String] = [:]) throws(CommandError) -> [SchemaSource] {
        var sources: [SchemaSource]
        do {
            sources = try BundledSchemas.sources()
            for (key, text) in settings.sorted(by: { $0.key < $1.key }) where key.hasPrefix("schema.") {
                replace(&sources, SchemaSource(schema: try TableSchema.parse(Array(text.utf8)), text: text))
            }
        } catch {
            throw CommandError(.failed, "a schema of the program or the store: line \(error.line): \(error.message)")
        }
        for name in names where !BundledSchemas.texts.contains(where: { $0.name == name }) {
            let given = try source(name)
            let stored = settings["schema." + given.schema.name] == nil ? nil : sources.first { $0.schema.name == given.schema.name }
            let extended = if let stored { try extend(stored, by: given, name) } else { given }
            replace(&sources, extended)
        }
        return sources
    }

    /// The store's schema with what a newer one adds.
    private static func extend(_ stored: SchemaSource, by given: SchemaSource, _ path: String) throws(CommandError) -> SchemaSource {
        do {
            return try stored.extended(by: given)
        } catch {
            let table = given.schema.name
            throw CommandError(
                .usage, "\(path): the schema cannot extend the one that the store has for '\(table)'", details: error.reasons,
                help: "columns may be added and types widened; for anything else make a new store")
        }
    }

    private static func replace(_ sources: inout [SchemaSource], _ source: SchemaSource) {
        sources.removeAll { $0.schema.name == source.schema.name }
        sources.append(source)
    }

    static func source(_ path: String) throws(CommandError) -> SchemaSource {
        let text: [UInt8]
        do {
            text = try FileSystem().readAll(path)
        } catch {
            guard error.isMissing else { throw CommandError.fileError(error) }
            let nearest = NearestName.suffix(path, among: BundledSchemas.texts.map(\.name))
            throw CommandError(.missing, "'\(path)' is neither a bundled schema nor a file\(nearest)", help: "tapedeck schema lists them")
        }
        let schema: TableSchema
        do {
            schema = try TableSchema.parse(text)
        } catch {
            throw CommandError(.usage, "\(path):\(error.line): \(error.message)")
        }
        guard !StorePath.isReserved(schema.name) else {
            throw CommandError(.usage, "\(path): no table may be called '\(schema.name)', which every store has of its own", help: "give it another name")
        }
        return SchemaSource(schema: schema, text: String(decoding: text, as: UTF8.self))
    }
}
