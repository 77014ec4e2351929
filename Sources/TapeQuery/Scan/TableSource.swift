import TapeColumns
import TapeStore

/// Where a table's rows come from: the live segments of a stored one, or a segment made in memory.
///
/// What is known of segments without opening them is kept by column, so that a table of 100,000 costs a few arrays.
final class TableSource: Sendable {
    enum Origin: Sendable {
        /// Segments of the catalog, from this row of it on.
        case stored(firstRow: Int)
        case memory(SegmentReader)
    }

    let store: Store
    let shape: TableShape
    let origin: Origin
    /// By segment.
    let rowCounts: [Int]
    let sizesInBytes: [Int]
    /// By part of the partition key, a row per segment.
    let keys: [Vector]

    init(_ store: Store, shape: TableShape, origin: Origin, rowCounts: [Int], sizesInBytes: [Int], keys: [Vector]) {
        self.store = store
        self.shape = shape
        self.origin = origin
        self.rowCounts = rowCounts
        self.sizesInBytes = sizesInBytes
        self.keys = keys
    }

    var segmentCount: Int { rowCounts.count }

    /// A part of a segment's key, as a column of so many rows; nil where its keys have no such part.
    func keyVector(_ part: Int, _ segment: Int, count: Int) -> Vector? {
        guard keys.indices.contains(part) else { return nil }
        let key = keys[part]
        return Vector(key.constant(segment), key.type, count: count)
    }

    /// The zone of a part of a segment's key; nil for texts and nulls.
    func keyZone(_ part: Int, _ segment: Int, rowCount: Int) -> BlockZone? {
        guard keys.indices.contains(part), case .word(let word) = keys[part].constant(segment) else { return nil }
        return BlockZone(type: keys[part].type, rowCount: rowCount, nullCount: 0, low: word, high: word)
    }
}

extension TableSource {
    /// A table of the store: a stored one, or what the store knows of itself (`partitions`, `columns`).
    ///
    /// - Throws: `QueryError` where there is no such table, or where what it looks like cannot be read.
    static func find(_ name: String, _ place: Range<Int>, in store: Store) throws(QueryError) -> TableSource {
        let wanted = TableSchema.folded(name)
        let tables = store.catalog.tables
        if let table = tables.first(where: { $0 == name }) ?? tables.first(where: { TableSchema.folded($0) == wanted })
            ?? store.catalog.tablesWithoutRows.first(where: { TableSchema.folded($0) == wanted }) {
            return try stored(table, in: store)
        }
        do {
            if let table = try StoreTables.table(wanted, store) { return table }
        } catch {
            throw QueryError.damaged(error)
        }
        let help = NearestName.question(name, among: tables + StoreTables.names)
            ?? "the tables are \((tables + StoreTables.names).joined(separator: ", "))"
        throw QueryError(.unknownName, "there is no table '\(name)'", help: help, place: place)
    }

    static func stored(_ table: String, in store: Store) throws(QueryError) -> TableSource {
        let rows = store.catalog.rows(of: table)
        let key = store.catalog.keyColumns(of: table)
        let columns = try TableColumns.of(table, rows, in: store)
        return TableSource(
            store, shape: TableShape(name: table, stored: columns, key: key.map { ($0.name, $0.type) }), origin: .stored(firstRow: rows.lowerBound),
            rowCounts: store.catalog.rowCounts(rows).map { Int($0) }, sizesInBytes: store.catalog.sizesInBytes(rows).map { Int($0) },
            keys: key.indices.map { keyColumn($0, key[$0].type, rows, store) })
    }

    private static func keyColumn(_ part: Int, _ type: ColumnType, _ rows: Range<Int>, _ store: Store) -> Vector {
        let (words, texts, dictionary) = store.catalog.keyPart(part, rows)
        let vector = type == .string ? texts : words
        let nulls = vector.nulls.map { nulls in rows.indices.map { nulls[$0 - rows.lowerBound] ? 1 : 0 as UInt8 } }
        return Vector(ValueType(type), flat: StoredValues.values(vector.words, type), nulls: nulls, dictionary: dictionary.isEmpty ? [""] : dictionary)
    }
}
