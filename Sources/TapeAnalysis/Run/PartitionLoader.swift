import TapeColumns
import TapeStore

/// Reads the columns of a partition that an analysis needs, over its segments.
package struct PartitionLoader {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    package func orders(_ entries: [SegmentEntry]) throws -> OrderEvents {
        let source = try columns(entries)
        return try OrderEvents { try source($0) }
    }

    package func trades(_ entries: [SegmentEntry]) throws -> TradeLegs {
        guard !entries.isEmpty else { return TradeLegs() }
        let source = try columns(entries)
        return try TradeLegs { try source($0) }
    }

    package func cells(_ entry: SegmentEntry) throws -> [RollupCell] {
        let source = try columns([entry])
        return try ResultTables.readCells { try source($0) }
    }

    /// Reads one column at a time of segments whose rows follow each other.
    private func columns(_ entries: [SegmentEntry]) throws -> (String) throws -> ColumnVector {
        var caches: [(reader: SegmentReader, cache: ColumnCache, entry: SegmentEntry)] = []
        for entry in entries {
            let reader = try store.open(entry)
            caches.append((reader, ColumnCache(reader), entry))
        }
        return { name in
            var whole: ColumnVector?
            for index in caches.indices {
                let entry = caches[index].entry
                guard let column = caches[index].reader.columnIndex(name) else {
                    throw AnalysisError.missingColumn(table: entry.table, column: name)
                }
                do {
                    let vector = try caches[index].cache.vector(column)
                    whole = whole.map { $0.appending(vector) } ?? vector
                } catch {
                    throw StoreError.wrap(error, path: store.path, table: entry.table, partition: store.describe(entry.key, of: entry.table))
                }
            }
            return whole ?? ColumnVector(words: [])
        }
    }
}

extension ColumnVector {
    func appending(_ other: ColumnVector) -> ColumnVector {
        guard nulls != nil || other.nulls != nil else { return ColumnVector(words: words + other.words) }
        return ColumnVector((0..<count).map { self[$0] } + (0..<other.count).map { other[$0] })
    }
}
