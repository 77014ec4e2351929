import TapeColumns
import TapeStore

/// Where a table's rows come from: the live segments of a stored one, or a segment made in memory.
struct TableSource: Sendable {
    var shape: TableShape
    var units: [ScanUnit]
}

/// One segment of a table, not opened yet.
struct ScanUnit: Sendable {
    enum Origin: Sendable {
        case stored(SegmentEntry)
        case memory(SegmentReader)
    }

    var origin: Origin
    /// The parts of the partition key.
    var key: [PartitionKey.Part]
    var rowCount: Int
    var sizeInBytes: Int
}

extension TableSource {
    /// A table of the store: a stored one, or what the store knows of itself (`partitions`, `columns`).
    ///
    /// - Throws: `QueryError` where there is no such table, or where what it looks like cannot be read.
    static func find(_ name: String, _ place: Range<Int>, in store: Store) throws(QueryError) -> TableSource {
        let wanted = TableSchema.folded(name)
        let tables = store.catalog.tables
        if let table = tables.first(where: { $0 == name }) ?? tables.first(where: { TableSchema.folded($0) == wanted }) {
            return try stored(table, in: store)
        }
        do {
            if let table = try StoreTables.table(wanted, store) { return table }
        } catch {
            throw QueryError.damaged(error)
        }
        let help = NearestName.of(name, among: tables + StoreTables.names).map { "did you mean \($0)?" }
            ?? "the tables are \((tables + StoreTables.names).joined(separator: ", "))"
        throw QueryError(.unknownName, "there is no table '\(name)'", help: help, place: place)
    }

    static func stored(_ table: String, in store: Store) throws(QueryError) -> TableSource {
        let entries = store.catalog.entries(of: table)
        let key = store.catalog.keyColumns(of: table)
        let columns = try columns(of: table, entries, in: store)
        return TableSource(
            shape: TableShape(name: table, stored: columns, key: key.map { ($0.name, $0.type) }),
            units: entries.map { ScanUnit(origin: .stored($0), key: $0.key.parts, rowCount: $0.rowCount, sizeInBytes: $0.sizeInBytes) })
    }

    /// The columns of a table: its schema's where it has one, and those of a segment of every commit: segments of one commit are alike.
    private static func columns(of table: String, _ entries: [SegmentEntry], in store: Store) throws(QueryError) -> [ColumnSchema] {
        if let text = store.catalog.settings["schema." + table], let schema = try? TableSchema.parse(Array(text.utf8)) { return schema.columns }
        var columns: [ColumnSchema] = []
        var seen: Set<Int> = []
        for entry in entries.reversed() where seen.insert(entry.generation).inserted {
            do {
                let reader = try store.open(entry)
                for index in 0..<reader.columnCount { try merge(reader.descriptor(index), into: &columns) }
            } catch {
                throw QueryError.damaged(error)
            }
        }
        return columns
    }

    private static func merge(_ descriptor: ColumnDescriptor, into columns: inout [ColumnSchema]) throws(QueryError) {
        guard let known = columns.firstIndex(where: { $0.name == descriptor.name }) else {
            columns.append(ColumnSchema(
                name: descriptor.name, type: descriptor.type, isNullable: descriptor.isNullable, role: descriptor.role, unit: descriptor.unit))
            return
        }
        guard let wider = TypeWidening.wider(columns[known].type, descriptor.type) else {
            throw QueryError(.damaged, "the column '\(descriptor.name)' is \(columns[known].type.name) in some partitions and "
                + "\(descriptor.type.name) in others")
        }
        columns[known].type = wider
    }
}

/// Which stored type holds the values of another.
enum TypeWidening {
    /// The type that holds values of both; nil where neither does.
    static func wider(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        if left == right || holds(left, right) { return left }
        return holds(right, left) ? right : nil
    }

    private static func holds(_ wide: ColumnType, _ narrow: ColumnType) -> Bool {
        let integers: [ColumnType] = [.int8, .int16, .int32, .int64]
        switch (wide, narrow) {
        case (.decimal(let scale), .decimal(let other)): return scale >= other
        case (.decimal, _), (.float64, _): return integers.contains(narrow)
        default:
            guard let w = integers.firstIndex(of: wide), let n = integers.firstIndex(of: narrow) else { return false }
            return w >= n
        }
    }
}

extension QueryError {
    /// What a lower module could not read.
    static func damaged(_ error: any Error) -> QueryError {
        switch error {
        case let error as QueryError: error
        case let error as StoreError: QueryError(.damaged, StoreErrorText.text(error), help: StoreErrorText.help)
        case let error as SegmentError: QueryError(.damaged, StoreErrorText.text(error), help: StoreErrorText.help)
        default: QueryError(.damaged, "\(error)", help: StoreErrorText.help)
        }
    }
}
