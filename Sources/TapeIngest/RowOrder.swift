import TapeBytes
import TapeColumns

/// The order of rows within a partition: the cluster columns, then all others in the schema's order, nulls last in each. It is a total
/// order on contents, so sorted rows do not depend on the order in which they came; and equal rows end up as neighbours.
struct RowOrder: Sendable {
    private let columns: [Int]
    private let isText: [Bool]

    init(_ schema: TableSchema) {
        let cluster = schema.clusterKey.compactMap { name in schema.columns.firstIndex { $0.name == name } }
        columns = cluster + schema.columns.indices.filter { !cluster.contains($0) }
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
                let prefixes = column.texts.map(RowOrder.prefix)
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
            ties = undecided
        }
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

    /// Orders rows of equal keys among themselves, and drops all but one of equal rows.
    private func sortTies(_ rows: inout [Int32], _ keys: [Int64], _ second: [Int64]?, _ index: RowIndex) {
        func order(_ left: Int32, _ right: Int32) -> Int {
            if let second, second[Int(left)] != second[Int(right)] { return second[Int(left)] < second[Int(right)] ? -1 : 1 }
            return compare(index.place(left), index.place(right))
        }
        var kept = 0
        var first = 0
        while first < rows.count {
            var end = first + 1
            while end < rows.count, keys[Int(rows[end])] == keys[Int(rows[first])] { end += 1 }
            // Mostly two: a feed reports most changes of an order twice, at one time.
            if end - first == 2 {
                if order(rows[first], rows[first + 1]) > 0 { rows.swapAt(first, first + 1) }
            } else if end - first > 2 {
                rows[first..<end].sort { order($0, $1) < 0 }
            }
            let group = kept
            for position in first..<end {
                if kept > group, order(rows[kept - 1], rows[position]) == 0 { continue }
                rows[kept] = rows[position]
                kept += 1
            }
            first = end
        }
        rows.removeLast(rows.count - kept)
    }

    typealias Place = (chunk: StagedChunk, row: Int)

    /// Negative, zero or positive as the left row comes before, equals, or comes after the right one.
    func compare(_ left: Place, _ right: Place) -> Int {
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

    func place(_ index: Int32) -> RowOrder.Place {
        var (low, high) = (0, starts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= Int(index) { low = middle } else { high = middle - 1 }
        }
        return (parts[low].chunk, parts[low].range.lowerBound + Int(index) - starts[low])
    }
}

/// Sorts row numbers by 64-bit keys, without disturbing rows of equal keys.
///
/// Times of a day are spread over it: by their highest bits they come into as many buckets as there are rows, a few in each, which are put in order by insertion.
/// Where some have many, the sort is by digits, the least significant first: linear in the rows whatever the keys.
enum RadixSort {
    private static let digitBits: UInt64 = 11
    private static let bucketBitsMax = 15
    /// Rows of a bucket that a row is compared to, at most and on average, for insertion to be worthwhile.
    private static let comparisonsMax = 24

    /// The row numbers in ascending order of their keys; rows of equal keys keep their order.
    static func order(of keys: [Int64]) -> [Int32] {
        var rows = (0..<Int32(keys.count)).map { $0 }
        guard let low = keys.min(), let high = keys.max(), low < high else { return rows }
        var offsets = keys.map { UInt64(bitPattern: $0 &- low) }
        if let sorted = orderByBuckets(offsets, highest: UInt64(bitPattern: high &- low)) { return sorted }
        var nextOffsets = offsets
        var nextRows = rows
        let significantBits = 64 - UInt64(UInt64(bitPattern: high &- low).leadingZeroBitCount)
        var shift: UInt64 = 0
        while shift < significantBits {
            pass(shift, offsets, rows, &nextOffsets, &nextRows)
            swap(&offsets, &nextOffsets)
            swap(&rows, &nextRows)
            shift += digitBits
        }
        return rows
    }

    /// nil where buckets have too many rows.
    private static func orderByBuckets(_ offsets: [UInt64], highest: UInt64) -> [Int32]? {
        let bits = min(bucketBitsMax, max(1, Int.bitWidth - offsets.count.leadingZeroBitCount), 64 - highest.leadingZeroBitCount)
        let shift = UInt64(64 - highest.leadingZeroBitCount - bits)
        var ends = [Int32](repeating: 0, count: 1 << bits + 1)
        for offset in offsets { ends[Int(truncatingIfNeeded: offset >> shift) + 1] += 1 }
        guard ends.reduce(0, { $0 + Int($1) * Int($1) }) <= comparisonsMax * offsets.count else { return nil }
        for bucket in 1..<ends.count { ends[bucket] += ends[bucket - 1] }
        var sortedOffsets = [UInt64](repeating: 0, count: offsets.count)
        var rows = [Int32](repeating: 0, count: offsets.count)
        for (row, offset) in offsets.enumerated() {
            let bucket = Int(truncatingIfNeeded: offset >> shift)
            let place = Int(ends[bucket])
            ends[bucket] += 1
            sortedOffsets[place] = offset
            rows[place] = Int32(truncatingIfNeeded: row)
        }
        for place in 1..<max(1, rows.count) where sortedOffsets[place] < sortedOffsets[place - 1] {
            let (offset, row) = (sortedOffsets[place], rows[place])
            var to = place
            while to > 0, sortedOffsets[to - 1] > offset {
                sortedOffsets[to] = sortedOffsets[to - 1]
                rows[to] = rows[to - 1]
                to -= 1
            }
            sortedOffsets[to] = offset
            rows[to] = row
        }
        return rows
    }

    private static func pass(
        _ shift: UInt64, _ offsets: [UInt64], _ rows: [Int32], _ sortedOffsets: inout [UInt64], _ sortedRows: inout [Int32]
    ) {
        let mask: UInt64 = (1 << digitBits) - 1
        var ends = [Int](repeating: 0, count: 1 << Int(digitBits))
        for offset in offsets { ends[Int((offset >> shift) & mask)] += 1 }
        var total = 0
        for digit in ends.indices {
            total += ends[digit]
            ends[digit] = total - ends[digit]
        }
        for index in offsets.indices {
            let digit = Int((offsets[index] >> shift) & mask)
            sortedOffsets[ends[digit]] = offsets[index]
            sortedRows[ends[digit]] = rows[index]
            ends[digit] += 1
        }
    }
}
