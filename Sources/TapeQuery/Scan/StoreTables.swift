import TapeColumns
import TapeStore

/// What a store knows of itself, as tables: `partitions` (a row per live segment) and `columns` (a row per column of each table).
///
/// Each is a segment made in memory, so that questions about them take the same way as all others.
enum StoreTables {
    static let names = ["partitions", "columns"]

    /// nil where the name is none of them.
    static func table(_ name: String, _ store: Store) throws -> TableSource? {
        switch name {
        case "partitions": try partitions(store)
        case "columns": try columns(store)
        default: nil
        }
    }

    private static func source(_ name: String, _ columns: [ColumnSchema], _ result: ResultSet, _ store: Store) throws -> TableSource {
        var vectors: [ColumnVector] = []
        var dictionaries: [[String]] = []
        for column in result.columns {
            guard case .words(let vector, let dictionary) = column.values else { continue }
            vectors.append(vector)
            dictionaries.append(dictionary)
        }
        var writer = SegmentWriter(columns: columns)
        writer.appendAll(vectors)
        let image = writer.finish(dictionaries: dictionaries)
        return TableSource(
            store, shape: TableShape(name: name, stored: columns, key: []), origin: .memory(try SegmentReader(image.bytes)),
            rowCounts: [result.rowCount], sizesInBytes: [image.bytes.count], keys: [])
    }

    private static func partitions(_ store: Store) throws -> TableSource {
        let columns = [
            ColumnSchema(name: "table", type: .string), ColumnSchema(name: "date", type: .date, isNullable: true),
            ColumnSchema(name: "security_code", type: .int64, isNullable: true, role: .identifier),
            ColumnSchema(name: "key", type: .string), ColumnSchema(name: "generation", type: .int64, role: .identifier),
            ColumnSchema(name: "part", type: .int64, role: .identifier), ColumnSchema(name: "rows", type: .int64),
            ColumnSchema(name: "bytes", type: .int64), ColumnSchema(name: "cluster_min", type: .int64), ColumnSchema(name: "cluster_max", type: .int64),
            ColumnSchema(name: "sources", type: .string), ColumnSchema(name: "path", type: .string),
        ]
        var builder = ResultBuilder(columns)
        for table in store.catalog.tables {
            let key = store.catalog.keyColumns(of: table)
            for entry in store.catalog.entries(of: table) {
                func part(_ name: String) -> ResultBuilder.Cell {
                    for (column, part) in zip(key, entry.key.parts) where column.name == name { if case .word(let word) = part { return .integer(word) } }
                    return .null
                }
                builder.append([
                    .text(table), part("date"), part("security_code"), .text(store.describe(entry.key, of: table)),
                    .integer(Int64(entry.generation)), .integer(Int64(entry.part)), .integer(Int64(entry.rowCount)),
                    .integer(Int64(entry.sizeInBytes)), .integer(entry.clusterMin), .integer(entry.clusterMax),
                    .text(entry.sources.map(String.init).joined(separator: " ")), .text(entry.path(key)),
                ])
            }
        }
        return try source("partitions", columns, builder.result, store)
    }

    private static func columns(_ store: Store) throws -> TableSource {
        let columns = [
            ColumnSchema(name: "table", type: .string), ColumnSchema(name: "column", type: .string), ColumnSchema(name: "ordinal", type: .int64),
            ColumnSchema(name: "type", type: .string), ColumnSchema(name: "unit", type: .string), ColumnSchema(name: "is_identifier", type: .bool),
            ColumnSchema(name: "aliases", type: .string), ColumnSchema(name: "segments", type: .int64), ColumnSchema(name: "nulls", type: .int64),
            ColumnSchema(name: "bytes", type: .int64),
        ]
        var builder = ResultBuilder(columns)
        for table in store.catalog.tables {
            let shape = try TableSource.stored(table, in: store).shape
            let sums = try sums(table, store)
            for (ordinal, column) in shape.columns.enumerated() {
                let sum = sums[column.name] ?? ColumnTotal()
                builder.append([
                    .text(table), .text(column.name), .integer(Int64(ordinal)), .text(column.type.name), .text(column.unit),
                    .integer(column.role == .identifier ? 1 : 0), .text(column.aliases.joined(separator: " ")), .integer(Int64(sum.segments)),
                    .integer(Int64(sum.nulls)), .integer(Int64(sum.bytes)),
                ])
            }
        }
        return try source("columns", columns, builder.result, store)
    }

    private struct ColumnTotal {
        var segments = 0
        var nulls = 0
        var bytes = 0
    }

    private static func sums(_ table: String, _ store: Store) throws -> [String: ColumnTotal] {
        var totals: [String: ColumnTotal] = [:]
        for entry in store.catalog.entries(of: table) {
            let reader = try store.open(entry)
            for index in 0..<reader.columnCount {
                let descriptor = try reader.descriptor(index)
                totals[descriptor.name, default: ColumnTotal()].segments += 1
                totals[descriptor.name]?.nulls += descriptor.blocks.reduce(0) { $0 + $1.nullCount }
                totals[descriptor.name]?.bytes += descriptor.storedSize
            }
        }
        return totals
    }
}
