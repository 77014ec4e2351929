/// How many partitions there are of which size, in classes that double.
package struct PartitionSizes: Sendable, Hashable {
    package struct Class: Sendable, Hashable {
        package var rows: ClosedRange<Int>
        package var count: Int
    }

    /// At index n the partitions whose number of rows has n binary digits.
    private var counts = [Int](repeating: 0, count: Int.bitWidth)

    package init() {}

    package mutating func add(rowCount: Int) { counts[Int.bitWidth - max(0, rowCount).leadingZeroBitCount] += 1 }

    /// The classes from the smallest partition's to the largest's: at most `countMax`, each as many doublings wide as that takes.
    package func classes(countMax: Int) -> [Class] {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else { return [] }
        let step = (last - first) / max(1, countMax) + 1
        return stride(from: first, through: last, by: step).map { start in
            let end = min(start + step, counts.count) - 1
            return Class(rows: (start == 0 ? 0 : 1 << (start - 1))...((1 << end) &- 1), count: counts[start...end].reduce(0, +))
        }
    }
}
