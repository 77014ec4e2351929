import TapeBytes
import TapeColumns

/// The order of rows within a partition: the cluster columns, then all others in the schema's order, nulls last in each. It is a total
/// order on contents, so sorted rows do not depend on the order in which they came; and equal rows end up as neighbours. Positions, where a table has them
/// (`ColumnSchema.isPosition`), order rows and are no contents.
struct ClusterOrder: Sendable {
    private let columns: [Int]
    /// Those of them that tell rows apart: all but positions.
    private let contents: [Int]
    private let isText: [Bool]

    init(_ schema: TableSchema) {
        let cluster = schema.clusterKey.compactMap { name in schema.columns.firstIndex { $0.name == name } }
        columns = cluster + schema.columns.indices.filter { !cluster.contains($0) }
        contents = columns.filter { !schema.columns[$0].isPosition }
        isText = schema.columns.map { $0.type == .string }
    }

    /// How rows have to be arranged to be in order and free of exact duplicates.
    enum Arrangement {
        case asTheyAre
        /// The rows to keep, in order, as indices into the concatenated rows.
        case rows([Int32])
    }

    func arrangement(of parts: [StagedRows]) -> Arrangement {
        let keys = keys(of: parts)
        guard !isStrictlyAscending(keys, parts) else { return .asTheyAre }
        var rows = RadixSort.order(of: keys)
        sortTies(&rows, keys, secondKeys(of: parts), RowIndex(parts))
        return .rows(rows)
    }

    /// A word per row that orders rows by the first column of the order: its word, the first eight bytes of its text, or the largest for null.
    func keys(of parts: [StagedRows]) -> [Int64] {
        var keys = [Int64](repeating: 0, count: parts.reduce(0) { $0 + $1.range.count })
        guard let first = columns.first else { return keys }
        var start = 0
        for part in parts {
            let column = part.chunk.columns[first]
            column.words.widen(part.range, into: &keys, at: start)
            if isText[first] {
                let prefixes = column.texts.map(ClusterOrder.prefix)
                for row in start..<(start + part.range.count) {
                    // The word of a null row may be no code.
                    keys[row] = prefixes.indices.contains(Int(keys[row])) ? prefixes[Int(keys[row])] : 0
                }
            }
            if let nulls = column.nulls {
                nulls.forEachNull(in: part.range) { keys[start + $0 - part.range.lowerBound] = .max }
            }
            start += part.range.count
        }
        return keys
    }

    /// The first eight bytes as a word that orders as the bytes do.
    static func prefix(_ text: [UInt8]) -> Int64 {
        var word: UInt64 = 0
        for index in 0..<8 { word = word << 8 | (index < text.count ? UInt64(text[index]) : 0) }
        return Int64(bitPattern: word ^ (1 << 63))
    }

    /// Whether each row comes before the next, so that there is nothing to sort and nothing equal.
    private func isStrictlyAscending(_ keys: [Int64], _ parts: [StagedRows]) -> Bool {
        var ties: [Int32] = []
        for row in 1..<Swift.max(1, keys.count) where keys[row] <= keys[row - 1] {
            guard keys[row] == keys[row - 1] else { return false }
            ties.append(Int32(row))
        }
        guard !ties.isEmpty else { return true }
        if let next = secondKeys(of: parts) {
            var undecided: [Int32] = []
            for row in ties {
                let (before, after) = (next[Int(row) - 1], next[Int(row)])
                guard before <= after else { return false }
                if before == after { undecided.append(row) }
            }
            // Rows that differ in their positions may be equal.
            if contents.contains(columns[1]) { ties = undecided }
        }
        guard contents.count == columns.count else { return ties.isEmpty }
        let index = RowIndex(parts)
        return ties.allSatisfy { compare(index.place($0 - 1), index.place($0)) < 0 }
    }

    /// The words of the second column of the order, which mostly decides where keys are equal; nil where words do not say it all: in either column
    /// there are texts or nulls.
    private func secondKeys(of parts: [StagedRows]) -> [Int64]? {
        guard columns.count > 1, columns.prefix(2).allSatisfy({ column in
            !isText[column] && parts.allSatisfy { !$0.chunk.columns[column].hasNulls }
        }) else { return nil }
        let column = columns[1]
        var words = [Int64](repeating: 0, count: parts.reduce(0) { $0 + $1.range.count })
        var start = 0
        for part in parts {
            part.chunk.columns[column].words.widen(part.range, into: &words, at: start)
            start += part.range.count
        }
        return words
    }

    /// More rows of one key than this are sorted by the standard library, fewer by insertion.
    private static let insertedTiesMax = 16

    /// Orders rows of equal keys among themselves, and drops all but one of equal rows.
    private func sortTies(_ rows: inout [Int32], _ keys: [Int64], _ second: [Int64]?, _ index: RowIndex) {
        let second = second ?? []
        let keys = keys.span
        var kept = 0
        var first = 0
        while first < rows.count {
            var end = first + 1
            while end < rows.count, keys[Int(rows[end])] == keys[Int(rows[first])] { end += 1 }
            // Mostly two: a feed reports most changes of an order twice, at one time.
            if end - first <= ClusterOrder.insertedTiesMax {
                for position in first + 1..<end {
                    var place = position
                    while place > first, order(rows[place - 1], rows[place], second.span, index) > 0 {
                        rows.swapAt(place - 1, place)
                        place -= 1
                    }
                }
            } else {
                rows[first..<end].sort { order($0, $1, second.span, index) < 0 }
            }
            if contents.count < columns.count, end - first > 1 {
                for row in lastOfEqual(rows[first..<end], index) {
                    rows[kept] = row
                    kept += 1
                }
            } else {
                let group = kept
                for position in first..<end {
                    if kept > group, order(rows[kept - 1], rows[position], second.span, index) == 0 { continue }
                    rows[kept] = rows[position]
                    kept += 1
                }
            }
            first = end
        }
        rows.removeLast(rows.count - kept)
    }

    /// Of rows that differ in nothing but their positions the last one, in order.
    private func lastOfEqual(_ rows: ArraySlice<Int32>, _ index: RowIndex) -> [Int32] {
        let sorted = rows.sorted { left, right in
            let sign = compare(index.place(left), index.place(right), by: contents)
            return sign == 0 ? compare(index.place(left), index.place(right)) < 0 : sign < 0
        }
        let last = sorted.indices.filter { next in
            next + 1 == sorted.count || compare(index.place(sorted[next]), index.place(sorted[next + 1]), by: contents) != 0
        }
        return last.map { sorted[$0] }.sorted { compare(index.place($0), index.place($1)) < 0 }
    }

    /// As `compare`, of rows of one key.
    ///
    /// - Parameter second: the words of the second column of the order; empty where they do not say it all.
    private func order(_ left: Int32, _ right: Int32, _ second: Span<Int64>, _ index: RowIndex) -> Int {
        if !second.isEmpty, second[Int(left)] != second[Int(right)] { return second[Int(left)] < second[Int(right)] ? -1 : 1 }
        return compare(index.place(left), index.place(right))
    }

    typealias Place = (chunk: StagedChunk, row: Int)

    /// Negative, zero or positive as the left row comes before, equals, or comes after the right one.
    func compare(_ left: Place, _ right: Place) -> Int { compare(left, right, by: columns) }

    private func compare(_ left: Place, _ right: Place, by columns: [Int]) -> Int {
        for column in columns {
            let (leftColumn, rightColumn) = (left.chunk.columns[column], right.chunk.columns[column])
            let leftNull = leftColumn.isNull(left.row)
            let rightNull = rightColumn.isNull(right.row)
            if leftNull || rightNull {
                if leftNull == rightNull { continue }
                return leftNull ? 1 : -1
            }
            let (leftWord, rightWord) = (leftColumn.words[left.row], rightColumn.words[right.row])
            guard isText[column] else {
                if leftWord == rightWord { continue }
                return leftWord < rightWord ? -1 : 1
            }
            let (leftText, rightText) = (leftColumn.texts[Int(leftWord)], rightColumn.texts[Int(rightWord)])
            if leftText == rightText { continue }
            return leftText.lexicographicallyPrecedes(rightText) ? -1 : 1
        }
        return 0
    }
}

/// Finds the chunk and row of an index into concatenated rows.
struct RowIndex {
    private let parts: [StagedRows]
    private var starts: [Int] = []

    init(_ parts: [StagedRows]) {
        self.parts = parts
        var start = 0
        for part in parts {
            starts.append(start)
            start += part.range.count
        }
    }

    func place(_ index: Int32) -> ClusterOrder.Place {
        let part = starts.partitionPoint { $0 > Int(index) } - 1
        return (parts[part].chunk, parts[part].range.lowerBound + Int(index) - starts[part])
    }
}
