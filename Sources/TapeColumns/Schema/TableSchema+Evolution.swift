/// Why rows of two schemas cannot lie in one table.
package struct SchemaConflict: Error, Hashable, Sendable {
    package var reasons: [String]
}

extension TableSchema {
    /// The schema of a table that was stored under this one and gets rows under a newer one.
    ///
    /// Columns that only one of the two has become optional: they read as null where the rows of the other are. Types only widen. Where rows
    /// lie, the partition key and the cluster key, stays.
    package func extended(by newer: TableSchema) throws(SchemaConflict) -> TableSchema {
        var reasons: [String] = []
        if newer.partitionKey != partitionKey { reasons.append("the partition key is another one") }
        if newer.clusterKey != clusterKey { reasons.append("the cluster key is another one") }
        let keys = Set(partitionKey.map(\.source))
        var extended = newer
        extended.columns = columns.map { column in
            guard let other = newer.columns.first(where: { $0.name == column.name }) else { return column.asOptional }
            guard column.type == other.type || (column.type.widens(to: other.type) && !keys.contains(column.name)) else {
                reasons.append("column '\(column.name)' is \(column.type.name) in the store and \(other.type.name) in the newer schema")
                return column
            }
            return column.extended(by: other)
        }
        let known = Set(columns.map(\.name))
        extended.columns += newer.columns.filter { !known.contains($0.name) }.map(\.asOptional)
        let names = extended.columns.map { TableSchema.folded($0.name) }
        for name in Set(names) where names.count(where: { $0 == name }) > 1 { reasons.append("two columns would be '\(name)'") }
        guard reasons.isEmpty else { throw SchemaConflict(reasons: reasons.sorted()) }
        return extended
    }
}

extension ColumnSchema {
    fileprivate var asOptional: ColumnSchema {
        var column = self
        (column.isOptional, column.isNullable) = (true, true)
        return column
    }

    /// The newer description, which still takes what this one took.
    fileprivate func extended(by newer: ColumnSchema) -> ColumnSchema {
        var column = newer
        column.isNullable = isNullable || newer.isNullable
        column.isOptional = isOptional || newer.isOptional
        column.isPosition = isPosition || newer.isPosition
        column.aliases += aliases.filter { !newer.aliases.contains($0) }
        column.nullSpellings += nullSpellings.filter { !newer.nullSpellings.contains($0) }
        return column
    }
}

extension ColumnType {
    /// Whether every value of the type is the same word of the other.
    package func widens(to other: ColumnType) -> Bool {
        let integers: [ColumnType] = [.int8, .int16, .int32, .int64]
        guard let own = integers.firstIndex(of: self), let wider = integers.firstIndex(of: other) else { return false }
        return own < wider
    }
}
