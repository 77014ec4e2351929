import TapeColumns
import TapeStore

/// What is stored, as results: the answers of `tapedeck inspect`.
package struct Inspection {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// A row per table: partitions, segments, rows, bytes, bytes per row, first and last key.
    package func tables() -> ResultSet {
        var builder = ResultBuilder([
            ColumnSchema(name: "table", type: .string), ColumnSchema(name: "partitions", type: .int64),
            ColumnSchema(name: "segments", type: .int64), ColumnSchema(name: "rows", type: .int64),
            ColumnSchema(name: "bytes", type: .int64), ColumnSchema(name: "bytes_per_row", type: .float64),
            ColumnSchema(name: "first_partition", type: .string), ColumnSchema(name: "last_partition", type: .string),
        ])
        for table in store.catalog.tables {
            let entries = store.catalog.entries(of: table)
            guard let first = entries.first, let last = entries.last else { continue }
            let rows = entries.reduce(0) { $0 + $1.rowCount }
            let bytes = entries.reduce(0) { $0 + $1.sizeInBytes }
            builder.append([
                .text(table), .integer(Int64(Set(entries.map(\.key)).count)), .integer(Int64(entries.count)),
                .integer(Int64(rows)), .integer(Int64(bytes)), rows == 0 ? .null : .real(rounded(bytes, rows)),
                .text(name(first)), .text(name(last)),
            ])
        }
        return builder.result
    }

    /// A row per partition of some segments, which lie together; of all without any given.
    package func partitions(_ segments: [SegmentEntry]?) -> ResultSet {
        var builder = ResultBuilder([
            ColumnSchema(name: "partition", type: .string), ColumnSchema(name: "segments", type: .int64),
            ColumnSchema(name: "rows", type: .int64), ColumnSchema(name: "bytes", type: .int64),
            ColumnSchema(name: "bytes_per_row", type: .float64), ColumnSchema(name: "first", type: .timestamp),
            ColumnSchema(name: "last", type: .timestamp), ColumnSchema(name: "sources", type: .string),
        ])
        let entries = segments ?? store.catalog.allEntries
        var first = 0
        while first < entries.count {
            let end = entries[first...].firstIndex { ($0.table, $0.key) != (entries[first].table, entries[first].key) }
            builder.append(row(Array(entries[first..<(end ?? entries.count)])))
            first = end ?? entries.count
        }
        return builder.result
    }

    private func row(_ segments: [SegmentEntry]) -> [ResultBuilder.Cell] {
        let rows = segments.reduce(0) { $0 + $1.rowCount }
        let bytes = segments.reduce(0) { $0 + $1.sizeInBytes }
        let low = segments.map(\.clusterMin).min() ?? 0
        let high = segments.map(\.clusterMax).max() ?? 0
        let sources = Set(segments.flatMap(\.sources)).sorted().map(String.init).joined(separator: " ")
        let schema = store.schema(of: segments[0].table)
        let cluster = schema.flatMap { schema in schema.clusterKey.first.flatMap { schema.columnIndex(named: $0) }.map { schema.columns[$0].type } }
        let hasTimes = cluster == .timestamp && (low != 0 || high != 0)
        return [
            .text(name(segments[0])), .integer(Int64(segments.count)), .integer(Int64(rows)), .integer(Int64(bytes)),
            rows == 0 ? .null : .real(rounded(bytes, rows)), hasTimes ? .integer(low) : .null,
            hasTimes ? .integer(high) : .null, .text(sources),
        ]
    }

    /// A row per column of some segments of one table: type, encodings, nulls, bytes, bytes per row.
    ///
    /// - Throws: `StoreError` where a segment is damaged.
    package func columns(_ entries: [SegmentEntry]) throws(StoreError) -> ResultSet {
        var sums: [String: ColumnSum] = [:]
        var names: [String] = []
        var rowCount = 0
        for entry in entries {
            let reader = try store.open(entry)
            rowCount += reader.rowCount
            for column in 0..<reader.columnCount {
                let descriptor = try describe(reader, column, entry)
                if sums[descriptor.name] == nil { names.append(descriptor.name) }
                sums[descriptor.name, default: ColumnSum(descriptor)].add(descriptor)
            }
        }
        var builder = ResultBuilder([
            ColumnSchema(name: "column", type: .string), ColumnSchema(name: "type", type: .string),
            ColumnSchema(name: "encodings", type: .string), ColumnSchema(name: "blocks", type: .int64),
            ColumnSchema(name: "lz4_blocks", type: .int64), ColumnSchema(name: "nulls", type: .int64),
            ColumnSchema(name: "min", type: .string), ColumnSchema(name: "max", type: .string),
            ColumnSchema(name: "bytes", type: .int64), ColumnSchema(name: "bytes_per_row", type: .float64),
        ])
        for name in names { if let sum = sums[name] { builder.append(sum.row(name, rowCount)) } }
        let stored = sums.values.reduce(0) { $0 + $1.bytes }
        let frame = entries.reduce(0) { $0 + $1.sizeInBytes } - stored
        builder.append([
            .text("(zone maps, frame)"), .null, .null, .null, .null, .null, .null, .null, .integer(Int64(frame)),
            rowCount == 0 ? .null : .real(rounded(frame, rowCount)),
        ])
        return builder.result
    }

    private func describe(_ reader: SegmentReader, _ column: Int, _ entry: SegmentEntry) throws(StoreError) -> ColumnDescriptor {
        do {
            return try reader.descriptor(column)
        } catch {
            throw store.placed(error, in: entry)
        }
    }

    /// The entries that a path such as `orders`, `orders/2024-09-05` or `orders/2024-09-05/110621` names.
    package func entries(named path: String) -> [SegmentEntry] {
        let parts = path.split(separator: "/").map(String.init)
        guard let table = parts.first else { return [] }
        let keyColumns = store.catalog.keyColumns(of: table)
        return store.catalog.entries(of: table).filter { entry in
            let texts = zip(entry.key.parts, keyColumns).map { PartitionKey.text($0, $1.type) }
            return texts.starts(with: parts.dropFirst())
        }
    }

    private func name(_ entry: SegmentEntry) -> String {
        let keys = zip(entry.key.parts, store.catalog.keyColumns(of: entry.table)).map { PartitionKey.text($0, $1.type) }
        return ([entry.table] + keys).joined(separator: "/")
    }
}

/// What the blocks of one column add up to.
private struct ColumnSum {
    /// The widest of the segments' types: older ones may be narrower.
    private var type: ColumnType
    private var blockCounts = [Int](repeating: 0, count: StreamTag.allCases.count)
    private var compressedCount = 0
    private var nullCount = 0
    private var low: Int64?
    private var high: Int64?
    var bytes = 0

    init(_ descriptor: ColumnDescriptor) { type = descriptor.type }

    mutating func add(_ descriptor: ColumnDescriptor) {
        if type.widens(to: descriptor.type) { type = descriptor.type }
        bytes += descriptor.storedSize
        for block in descriptor.blocks {
            blockCounts[Int(block.tag.rawValue)] += 1
            compressedCount += block.isCompressed ? 1 : 0
            nullCount += block.nullCount
            guard block.nullCount < block.rowCount, type != .string, type != .float64 else { continue }
            low = min(low ?? block.min, block.min)
            high = max(high ?? block.max, block.max)
        }
    }

    /// A value as it is written, a time in nanoseconds.
    private func text(_ word: Int64) -> String {
        switch type {
        case .date: CivilDate.text(Int32(truncatingIfNeeded: word))
        case .bool: word == 0 ? "false" : "true"
        case .uint64: String(ColumnWord.unsigned(of: word))
        case .decimal(let scale): Cast.decimal(Int128(word), scale)
        case .int8, .int16, .int32, .int64, .timestamp, .float64, .string: String(word)
        }
    }

    func row(_ name: String, _ rowCount: Int) -> [ResultBuilder.Cell] {
        let encodings = StreamTag.allCases.filter { blockCounts[Int($0.rawValue)] > 0 }
            .map { "\($0.name) \(blockCounts[Int($0.rawValue)])" }
        return [
            .text(name), .text(type.name), .text(encodings.joined(separator: ", ")),
            .integer(Int64(blockCounts.reduce(0, +))), .integer(Int64(compressedCount)), .integer(Int64(nullCount)),
            low.map { .text(text($0)) } ?? .null, high.map { .text(text($0)) } ?? .null, .integer(Int64(bytes)),
            rowCount == 0 ? .null : .real(rounded(bytes, rowCount)),
        ]
    }
}

/// The quotient to three decimals.
private func rounded(_ bytes: Int, _ rows: Int) -> Double { (Double(bytes) / Double(rows) * 1000).rounded() / 1000 }
