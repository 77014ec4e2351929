import TapeColumns
import TapeStore

/// Reads stored rows as results, every column.
package struct StoredTable {
    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// All rows of a segment, in stored order.
    ///
    /// - Throws: `StoreError` where it is damaged.
    package func rows(_ entry: SegmentEntry) throws(StoreError) -> ResultSet {
        let reader = try store.open(entry)
        do {
            var cache = ColumnCache(reader)
            var columns: [ResultColumn] = []
            for index in 0..<reader.columnCount {
                let descriptor = try reader.descriptor(index)
                columns.append(ResultColumn(
                    name: descriptor.name, type: descriptor.type, role: descriptor.role,
                    values: .words(try cache.vector(index), dictionary: try reader.strings(index))))
            }
            return ResultSet(columns: columns)
        } catch {
            throw store.placed(error, in: entry)
        }
    }
}

extension ResultSet {
    /// Results of equal columns, one after the other.
    package static func concatenated(_ results: [ResultSet]) -> ResultSet {
        guard let first = results.first, results.count > 1 else { return results.first ?? ResultSet(columns: []) }
        return ResultSet(columns: first.columns.indices.map { index in
            var column = first.columns[index]
            var strings = StringColumn()
            var words: [Int64?] = []
            for result in results {
                guard case .words(let vector, let dictionary) = result.columns[index].values else { continue }
                for row in 0..<vector.count {
                    if column.type == .string { strings.append(vector[row].map { dictionary[Int($0)] }) } else { words.append(vector[row]) }
                }
            }
            column.values = column.type == .string
                ? .words(strings.vector, dictionary: strings.strings) : .words(ColumnVector(words), dictionary: [])
            return column
        })
    }
}
