import TapeBytes
import TapeColumns
import TapeIngest
import TapeMarket
import TapeStore

/// How files are to be converted.
public struct ConversionOptions: Sendable {
    /// Threads; at first the processors that the process may use.
    public var workers = Machine.coreCount
    /// What the process may take, in bytes.
    public var memory = 1 << 30
    /// Whether rows that cannot be read are left out, up to one in a hundred, instead of failing the conversion.
    public var skipsBadRows = false
    /// Schemas in YAML (`docs/csv.md`) besides the bundled ones, or in their place.
    public var schemas: [String] = []

    public init() {}
}

/// What a conversion did: rows read = rows stored + rows rejected + exact duplicates + rows left out.
public struct Conversion: Hashable, Sendable {
    public let rowsRead: Int
    /// Rows that are in the store now and were not before.
    public let rowsStored: Int
    public let rowsRejected: Int
    public let duplicates: Int
    /// Rows that a `tapedeck convert` of some partitions of the same file had stored before.
    public let rowsLeftOut: Int

    init(_ total: ConvertSummary.Table) {
        rowsRead = total.rowsRead
        rowsStored = total.newRows
        rowsRejected = total.rowsRejected
        duplicates = total.duplicates
        rowsLeftOut = total.rowsLeftOut
    }
}

extension Store {
    /// Reads CSV files (plain or gzip) and folders of such into the store at `path`, which is made if there is none: all of them, or none.
    ///
    /// Each file's table is found from its header. Files that the store has already are skipped. What was opened before keeps the old state.
    ///
    /// - Throws: `TapedeckError` where a file is wrong, where another writer holds the store, or where the disk is full; the store is then as it was.
    @discardableResult
    public static func convert(_ files: [String], into path: String, options: ConversionOptions = ConversionOptions()) throws(TapedeckError) -> Conversion {
        let settings = (try? TapeStore.Store(path: path))?.catalog.settings ?? [:]
        let calendar = settings["day_rule"].flatMap { TradingCalendar(ruleName: $0) } ?? .session
        var convertOptions = ConvertOptions()
        convertOptions.workers = max(1, options.workers)
        convertOptions.memory = options.memory
        convertOptions.onError = options.skipsBadRows ? .skip : .fail
        let converter = Converter(storePath: path, schemas: try schemas(options, settings), dayRule: calendar.dayRule, options: convertOptions)
        do {
            return Conversion(try converter.run(files).total)
        } catch {
            throw TapedeckError(error)
        }
    }

    /// The bundled schemas, under those of the store, under those given.
    private static func schemas(_ options: ConversionOptions, _ settings: [String: String]) throws(TapedeckError) -> [SchemaSource] {
        var sources: [SchemaSource]
        do {
            sources = try BundledSchemas.sources()
            let stored = settings.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix("schema.") }.map(\.value)
            for text in stored + options.schemas {
                let schema = try TableSchema.parse(Array(text.utf8))
                sources.removeAll { $0.schema.name == schema.name }
                sources.append(SchemaSource(schema: schema, text: text))
            }
        } catch {
            throw TapedeckError(.input, "a schema: line \(error.line): \(error.message)")
        }
        if let reserved = sources.first(where: { StorePath.isReserved($0.schema.name) }) {
            throw TapedeckError(.input, "no table may be called '\(reserved.schema.name)', which every store has of its own")
        }
        return sources
    }
}
