import TapeBytes
import TapeColumns

/// One live segment, as the catalog knows it.
package struct SegmentEntry: Hashable, Sendable {
    package var table: String
    package var key: PartitionKey
    /// The commit that added it, and its number among the partition's segments of that commit.
    package var generation: Int
    package var part: Int
    package var rowCount: Int
    package var sizeInBytes: Int
    /// `SegmentImage.checksum`.
    package var checksum: UInt32
    /// The smallest and largest word of the first cluster column; 0 without one.
    package var clusterMin: Int64
    package var clusterMax: Int64
    /// The files that its rows came from, as numbers of the `files` table, ascending.
    package var sources: [Int]
    /// The number, among those of its generation, of the pack that holds it, from 1 on; 0 for a segment with a file of its own.
    package var pack = 0
    /// Where in its file it begins, in bytes.
    package var offset = 0
    /// The row of its first block in the zones of its generation and table (`Zones`), from 1 on; 0 where they do not have it.
    var firstZone = 0

    package init(table: String, key: PartitionKey, generation: Int, part: Int, rowCount: Int, sizeInBytes: Int,
                 checksum: UInt32, clusterMin: Int64, clusterMax: Int64, sources: [Int]) {
        self.table = table
        self.key = key
        self.generation = generation
        self.part = part
        self.rowCount = rowCount
        self.sizeInBytes = sizeInBytes
        self.checksum = checksum
        self.clusterMin = clusterMin
        self.clusterMax = clusterMax
        self.sources = sources
    }

    /// `orders/2024-09-05/110621.42.seg`, relative to the store; `.42-1.seg` for the second segment of a commit; `packs/42-1.pack` in a pack.
    package func path(_ keyColumns: [KeyColumn]) -> String {
        guard pack == 0 else { return SegmentEntry.packPath(generation: generation, pack) }
        var components = [PathComponent.encode(table)]
        for (part, column) in zip(key.parts, keyColumns) {
            components.append(PathComponent.encode(PartitionKey.text(part, column.type)))
        }
        if key.parts.isEmpty { components.append("all") }
        return components.joined(separator: "/") + ".\(generation)" + (part > 0 ? "-\(part)" : "") + ".seg"
    }

    static func packPath(generation: Int, _ pack: Int) -> String { "\(StorePath.packs)/\(generation)-\(pack).pack" }
}

/// An immutable list of every live segment, and the store's settings.
///
/// On disk it is a segment itself (`docs/format.md`, section 6): a row per live segment, in order of table, key, generation, part;
/// the settings are its metadata. In memory the columns stay columns, so that opening a store of 100,000
/// partitions decodes a few arrays and builds nothing per segment until a table is asked for.
package struct Catalog: Sendable {
    package private(set) var generation: Int
    /// `schema.<table>` (the schema's YAML), `key.<table>` (its partition columns), and `day_rule`.
    package private(set) var settings: [String: String]
    private var columns: Columns
    /// By table, as `settings` has them: looked up at each opening of a segment.
    private let keyColumns: [String: [KeyColumn]]

    package static let empty = Catalog(generation: 0, settings: [:], entries: [])

    package init(generation: Int, settings: [String: String], entries: [SegmentEntry]) {
        self.generation = generation
        self.settings = settings
        keyColumns = Catalog.keyColumns(settings)
        columns = Columns(entries.sorted { Catalog.precedes($0, $1) }, keyColumns)
    }

    static func precedes(_ left: SegmentEntry, _ right: SegmentEntry) -> Bool {
        if left.table != right.table { return left.table < right.table }
        if left.key != right.key { return left.key < right.key }
        return (left.generation, left.part) < (right.generation, right.part)
    }

    package var segmentCount: Int { columns.count }

    /// The tables that have segments, in order.
    package var tables: [String] { columns.tables }

    /// Those that have a schema and no segments: their files had no rows.
    package var tablesWithoutRows: [String] {
        let named = settings.keys.filter { $0.hasPrefix("schema.") }.map { String($0.dropFirst(7)) }
        return named.filter { !tables.contains($0) }.sorted()
    }

    /// The partition columns of a table, as its first commit recorded them.
    package func keyColumns(of table: String) -> [KeyColumn] { keyColumns[table] ?? [] }

    static func keyColumns(_ settings: [String: String]) -> [String: [KeyColumn]] {
        var all: [String: [KeyColumn]] = [:]
        for (name, text) in settings where name.hasPrefix("key.") {
            all[String(name.dropFirst(4))] = text.split(separator: ",").compactMap { item in
                let parts = item.split(separator: ":")
                guard parts.count == 2, let type = ColumnType(name: String(parts[1])) else { return nil }
                return KeyColumn(name: String(parts[0]), type: type)
            }
        }
        return all
    }

    package static func settingText(_ keyColumns: [KeyColumn]) -> String {
        keyColumns.map { "\($0.name):\($0.type.name)" }.joined(separator: ",")
    }

    /// The live segments of a table, in key order.
    package func entries(of table: String) -> [SegmentEntry] {
        columns.rows(of: table).map { columns.entry($0) }
    }

    /// Where a table's segments lie among all, in key order.
    package func rows(of table: String) -> Range<Int> { columns.rows(of: table) }

    package func entry(_ row: Int) -> SegmentEntry { columns.entry(row) }

    /// Of some segments a part of their keys: words, or the codes of texts and those texts; null where a key lacks the part.
    package func keyPart(_ part: Int, _ rows: Range<Int>) -> (words: ColumnVector, texts: ColumnVector, dictionary: [String]) {
        columns.keyPart(part, rows)
    }

    /// What tells a segment from all others: its checksum and how many rows it has.
    func identity(_ row: Int) -> (checksum: UInt32, rowCount: Int) { columns.identity(row) }

    /// `SegmentEntry.path`.
    ///
    /// - Parameter folder: what comes before it; ends in `/` or is empty.
    func path(_ row: Int, in folder: [UInt8] = []) -> String { columns.path(row, in: folder) }

    /// Where in its file a segment lies, and which pack that is; nil for a file of its own.
    func part(_ row: Int) -> (pack: PackName?, offset: Int, sizeInBytes: Int) { columns.part(row) }

    /// The row of the first block of each of some segments in the zones of its generation, −1 where they do not have it.
    package func firstZones(_ rows: Range<Int>) -> [(generation: Int, row: Int)] { columns.firstZones(rows) }

    package func checksums(_ rows: Range<Int>) -> ArraySlice<Int64> { columns.checksums(rows) }
    package func rowCounts(_ rows: Range<Int>) -> ArraySlice<Int64> { columns.rowCounts(rows) }
    package func sizesInBytes(_ rows: Range<Int>) -> ArraySlice<Int64> { columns.sizesInBytes(rows) }

    /// The files of all segments and of their zones, relative to the store.
    var allPaths: Set<String> { Set((0..<columns.count).flatMap { columns.firstZone($0) > 0 ? [path($0), zonePath($0)] : [path($0)] }) }

    private func zonePath(_ row: Int) -> String { Zones.path(columns.table(row), columns.generation(row)) }

    package var allEntries: [SegmentEntry] { (0..<columns.count).map { columns.entry($0) } }
}

extension Catalog {
    package func image() -> SegmentImage {
        var writer = SegmentWriter(columns: Columns.schema)
        writer.appendAll(columns.vectors)
        var metadata = settings
        metadata["catalog.generation"] = String(generation)
        return writer.finish(dictionaries: columns.dictionaries, metadata: metadata)
    }

    /// - Throws: `SegmentError` where the bytes are not a catalog.
    package init(_ reader: SegmentReader) throws {
        var metadata = reader.metadata
        guard let generation = metadata.removeValue(forKey: "catalog.generation").flatMap({ Int($0) }), StorePath.generations.contains(generation) else {
            throw SegmentError(.malformed(expected: "a catalog"))
        }
        self.generation = generation
        settings = metadata
        keyColumns = Catalog.keyColumns(metadata)
        columns = try Columns(reader, keyColumns)
    }
}
