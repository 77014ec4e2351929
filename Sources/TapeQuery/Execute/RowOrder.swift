import TapeBytes
import TapeColumns

/// An order of rows by some columns.
struct RowOrder {
    struct Key {
        var vector: Vector
        var isDescending = false
        var nullsFirst = false
    }

    /// By key and row: a word whose order is that of the values.
    private let words: [[Int64]]
    /// By key and row: 1 where the row is null; nil where none is.
    private let nulls: [[UInt8]?]
    private let nullsFirst: [Bool]

    init(_ keys: [Key]) {
        words = keys.map { key in
            let ranks = RowOrder.ranks(key.vector.flattened)
            return key.isDescending ? ranks.map { ~$0 } : ranks
        }
        nulls = keys.map { $0.vector.nulls == nil ? nil : $0.vector.nullBytes }
        nullsFirst = keys.map(\.nullsFirst)
    }

    /// Words in the order of a flat vector's values.
    private static func ranks(_ vector: Vector) -> [Int64] {
        switch vector.values {
        case .words(let words) where vector.type == .string:
            let sorted = vector.dictionary.map { TextOrder($0) }.enumerated().sorted { $0.element < $1.element }
            var ranks = [Int64](repeating: 0, count: sorted.count)
            var rank: Int64 = 0
            for (place, item) in sorted.enumerated() {
                if place > 0, sorted[place - 1].element != item.element { rank += 1 }
                ranks[item.offset] = rank
            }
            return words.map { ranks.indices.contains(Int($0)) ? ranks[Int($0)] : 0 }
        case .words(let words): return words
        case .bits(let bits): return bits.map { Int64($0) }
        case .reals(let reals): return reals.map { ColumnWord.word(of: RealOrder($0).value) }
        case .wide(let wide):
            if wide.allSatisfy({ Int64(exactly: $0) != nil }) { return wide.map { Int64(truncatingIfNeeded: $0) } }
            var ranks = [Int64](repeating: 0, count: wide.count)
            var rank: Int64 = 0
            var previous: Int128?
            for index in wide.indices.sorted(by: { wide[$0] < wide[$1] }) {
                if let previous, previous != wide[index] { rank += 1 }
                previous = wide[index]
                ranks[index] = rank
            }
            return ranks
        }
    }

    /// Whether the rows are in order as they are.
    func isSorted(_ count: Int) -> Bool { (1..<max(1, count)).allSatisfy { !isBefore($0, $0 - 1) } }

    private func isBefore(_ row: Int, _ other: Int) -> Bool {
        for key in words.indices {
            let (isNull, isOtherNull) = (nulls[key].map { $0[row] != 0 } ?? false, nulls[key].map { $0[other] != 0 } ?? false)
            if isNull != isOtherNull { return isNull == nullsFirst[key] }
            if !isNull, words[key][row] != words[key][other] { return words[key][row] < words[key][other] }
        }
        return false
    }

    /// The rows in order; equal ones stay as they are. Sorted by the last key first, each time without disturbing what is equal.
    func sorted(_ count: Int) -> [Int32] {
        var rows: [Int32]?
        func sort(by words: [Int64]) {
            guard let known = rows else { return rows = RadixSort.order(of: words) }
            rows = RadixSort.order(of: CodeVectors.take(words, known)).map { known[Int($0)] }
        }
        for key in words.indices.reversed() {
            guard let nulls = nulls[key] else {
                sort(by: words[key])
                continue
            }
            // Of nulls the words mean nothing; they are all equal.
            sort(by: Operands.zip(words[key], nulls, count, 0) { $1 == 0 ? $0 : 0 })
            let first: UInt8 = nullsFirst[key] ? 1 : 0
            sort(by: Operands.map(nulls, 0) { Int64($0 ^ first) })
        }
        return rows ?? (0..<Int32(truncatingIfNeeded: count)).map { $0 }
    }
}
