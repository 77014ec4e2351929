import TapeColumns
import TapeStore

/// The columns of a stored table.
enum TableColumns {
    /// Those of its schema where it has one; else those of a segment of every commit: segments of one commit are alike.
    static func of(_ table: String, _ rows: Range<Int>, in store: Store) throws(QueryError) -> [ColumnSchema] {
        if let schema = store.schema(of: table) { return schema.columns }
        var columns: [ColumnSchema] = []
        var seen: Set<Int> = []
        for entry in rows.reversed().lazy.map({ store.catalog.entry($0) }) where seen.insert(entry.generation).inserted {
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
        switch (wide, narrow) {
        case (.decimal(let scale), .decimal(let other)): return scale >= other
        case (.decimal, _), (.float64, _): return narrow.isInteger
        default:
            guard let w = ColumnType.integers.firstIndex(of: wide), let n = ColumnType.integers.firstIndex(of: narrow) else { return false }
            return w >= n
        }
    }
}
