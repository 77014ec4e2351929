import TapeColumns
import TapeStore

/// What tables look like to questions: the columns that they can name.
package struct TableShapes {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// A row per column of a table, or of every stored table: its name, its type, what it measures, and its other names.
    ///
    /// - Throws: `QueryError` where there is no such table, or where it cannot be read.
    package func columns(of table: String?) throws(QueryError) -> ResultSet {
        var builder = ResultBuilder([
            ColumnSchema(name: "table", type: .string), ColumnSchema(name: "column", type: .string), ColumnSchema(name: "type", type: .string),
            ColumnSchema(name: "notes", type: .string), ColumnSchema(name: "aliases", type: .string),
        ])
        for name in table.map({ [$0] }) ?? store.catalog.tables {
            let shape = try TableSource.find(name, 0..<0, in: store).shape
            for column in shape.columns {
                let notes = [column.unit, column.role == .identifier ? "identifier" : "", column.keyPart == nil ? "" : "partition key"]
                builder.append([
                    .text(shape.name), .text(column.name), .text(column.type.name), .text(notes.filter { !$0.isEmpty }.joined(separator: ", ")),
                    .text(column.aliases.joined(separator: " ")),
                ])
            }
        }
        return builder.result
    }
}
