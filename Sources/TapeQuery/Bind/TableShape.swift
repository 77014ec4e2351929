import TapeColumns

/// A table as questions see it: its columns, the partition columns among them.
struct TableShape: Sendable {
    struct Column: Sendable {
        var name: String
        var aliases: [String]
        var type: ColumnType
        var role: ColumnSchema.Role
        var unit: String
        /// The part of the partition key that the column is, if it is one.
        var keyPart: Int?
    }

    var name: String
    /// Stored columns in stored order, then the partition columns that are not stored too.
    var columns: [Column]

    init(name: String, stored: [ColumnSchema], key: [(name: String, type: ColumnType)]) {
        self.name = name
        columns = stored.map { Column(name: $0.name, aliases: $0.aliases, type: $0.type, role: $0.role, unit: $0.unit) }
        for (part, column) in key.enumerated() {
            let folded = TableSchema.folded(column.name)
            if let stored = columns.firstIndex(where: { TableSchema.folded($0.name) == folded }), columns[stored].type == column.type {
                columns[stored].keyPart = part
            } else {
                let role: ColumnSchema.Role = column.type == .date ? .measure : .identifier
                columns.append(Column(name: column.name, aliases: [], type: column.type, role: role, unit: "", keyPart: part))
            }
        }
    }

    /// The column of that name or alias, folded. Partition columns come first, then names, then aliases.
    func column(named name: String) -> Int? {
        let wanted = TableSchema.folded(name)
        return columns.firstIndex { $0.keyPart != nil && TableSchema.folded($0.name) == wanted }
            ?? columns.firstIndex { TableSchema.folded($0.name) == wanted }
            ?? columns.firstIndex { column in column.aliases.contains { TableSchema.folded($0) == wanted } }
    }
}
