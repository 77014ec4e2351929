import TapeColumns

/// Rows of one table in memory, column by column, growing at the end.
struct RowBuffer {
    private(set) var count = 0
    private(set) var words: [[Int64]]
    /// Per column one byte per row, 1 where null; empty while the column has no null.
    private var nullFlags: [[UInt8]]

    init(columnCount: Int) {
        words = Array(repeating: [], count: columnCount)
        nullFlags = Array(repeating: [], count: columnCount)
    }

    var columnCount: Int { words.count }

    var sizeInBytes: Int { count * columnCount * 8 }

    func isNull(_ column: Int, _ row: Int) -> Bool {
        !nullFlags[column].isEmpty && nullFlags[column][row] != 0
    }

    /// Appends `vector[rows[i]]` for each i of `range` to one column; `finishAppending` must follow for all columns together.
    mutating func append(_ vector: ColumnVector, _ rows: [Int32], _ range: Range<Int>, column: Int) {
        let source = vector.words.span
        let rowSpan = rows.span
        words[column].append(addingCapacity: range.count) { output in
            for index in range { output.append(source[Int(rowSpan[index])]) }
        }
        guard vector.nulls != nil || !nullFlags[column].isEmpty else { return }
        fillFlags(column)
        for index in range { nullFlags[column].append(vector.nulls?[Int(rows[index])] == true ? 1 : 0) }
    }

    private mutating func fillFlags(_ column: Int) {
        guard nullFlags[column].isEmpty else { return }
        nullFlags[column] = [UInt8](repeating: 0, count: count)
    }

    /// Replaces the words of a column's rows from `first` on.
    mutating func map(_ column: Int, from first: Int, _ transform: (Int64) -> Int64) {
        for row in first..<words[column].count where !isNull(column, row) {
            words[column][row] = transform(words[column][row])
        }
    }

    mutating func finishAppending(_ rowCount: Int) {
        count += rowCount
        assert(words.allSatisfy { $0.count == count })
    }

    /// Appends whole vectors.
    mutating func append(_ vectors: [ColumnVector]) {
        let rowCount = vectors.first?.count ?? 0
        let rows = (0..<Int32(rowCount)).map { $0 }
        for column in vectors.indices { append(vectors[column], rows, 0..<rowCount, column: column) }
        finishAppending(rowCount)
    }

    /// A column's rows as a vector.
    func vector(_ column: Int, _ range: Range<Int>) -> ColumnVector {
        let slice = Array(words[column][range])
        guard !nullFlags[column].isEmpty else { return ColumnVector(words: slice) }
        var mask = NullMask(count: range.count)
        for row in range where nullFlags[column][row] != 0 { mask.setNull(row - range.lowerBound) }
        return ColumnVector(words: slice, nulls: mask.nullCount > 0 ? mask : nil)
    }

    /// Keeps the given rows, in the given order.
    mutating func reorder(_ rows: [Int32]) {
        for column in words.indices {
            let old = words[column]
            words[column] = rows.map { old[Int($0)] }
            guard !nullFlags[column].isEmpty else { continue }
            let oldFlags = nullFlags[column]
            nullFlags[column] = rows.map { oldFlags[Int($0)] }
        }
        count = rows.count
    }

    mutating func removeFirst(_ rowCount: Int) {
        for column in words.indices {
            words[column].removeFirst(rowCount)
            if !nullFlags[column].isEmpty { nullFlags[column].removeFirst(rowCount) }
        }
        count -= rowCount
    }
}

/// The order of rows within a partition: the cluster columns, then all others in the schema's order, nulls last in each. It is a total
/// order on contents, so sorted rows do not depend on the order in which they came; and equal rows end up as neighbours.
struct RowOrder: Sendable {
    private let columns: [Int]
    private let clusterCount: Int

    init(_ schema: TableSchema) {
        let cluster = schema.clusterKey.compactMap { name in schema.columns.firstIndex { $0.name == name } }
        columns = cluster + schema.columns.indices.filter { !cluster.contains($0) }
        clusterCount = cluster.count
    }

    /// Negative, zero or positive as row `left` comes before, equals, or comes after row `right` of another buffer.
    ///
    /// - Parameter ranks: per string column the rank of each word's string; empty for other columns.
    func compare(_ buffer: RowBuffer, _ left: Int, _ other: RowBuffer, _ right: Int, _ ranks: [[Int64]]) -> Int {
        for column in columns {
            let leftNull = buffer.isNull(column, left)
            let rightNull = other.isNull(column, right)
            if leftNull || rightNull {
                if leftNull == rightNull { continue }
                return leftNull ? 1 : -1
            }
            let leftWord = buffer.words[column][left]
            let rightWord = other.words[column][right]
            if leftWord == rightWord { continue }
            guard !ranks[column].isEmpty else { return leftWord < rightWord ? -1 : 1 }
            return ranks[column][Int(leftWord)] < ranks[column][Int(rightWord)] ? -1 : 1
        }
        return 0
    }

    func isSorted(_ buffer: RowBuffer, _ ranks: [[Int64]]) -> Bool {
        for row in 1..<max(1, buffer.count) where compare(buffer, row - 1, buffer, row, ranks) > 0 { return false }
        return true
    }

    func sort(_ buffer: inout RowBuffer, _ ranks: [[Int64]]) {
        guard !isSorted(buffer, ranks) else { return }
        let snapshot = buffer
        let order = (0..<Int32(buffer.count)).sorted { compare(snapshot, Int($0), snapshot, Int($1), ranks) < 0 }
        buffer.reorder(order)
    }

    /// Removes rows that equal the row before them, in a sorted buffer; `previous` is what came before its first row.
    /// Returns how many were removed.
    func removeDuplicates(_ buffer: inout RowBuffer, after previous: RowBuffer, _ ranks: [[Int64]]) -> Int {
        var kept: [Int32] = []
        kept.reserveCapacity(buffer.count)
        for row in 0..<buffer.count {
            let isDuplicate: Bool
            if row > 0 {
                isDuplicate = compare(buffer, row - 1, buffer, row, ranks) == 0
            } else if previous.count > 0 {
                isDuplicate = compare(previous, previous.count - 1, buffer, 0, ranks) == 0
            } else {
                isDuplicate = false
            }
            if !isDuplicate { kept.append(Int32(row)) }
        }
        let removed = buffer.count - kept.count
        if removed > 0 { buffer.reorder(kept) }
        return removed
    }
}
