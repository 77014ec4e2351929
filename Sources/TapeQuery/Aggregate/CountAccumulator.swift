/// `count(*)` and `count(x)`: rows with a null argument never get here.
struct CountAccumulator: Accumulator {
    private var counts: [Int64] = []

    mutating func grow(_ groupCount: Int) { counts.append(contentsOf: repeatElement(0, count: max(0, groupCount - counts.count))) }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) { groups.count(count, into: &counts) }

    mutating func add(_ zone: BlockZone, _ group: Int) -> Bool {
        counts[group] += Int64(zone.rowCount - zone.nullCount)
        return true
    }

    mutating func add(_ column: Vector, _ marks: [UInt8], _ group: Int, _ count: Int) -> Bool {
        counts[group] += Int64(count)
        return true
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? CountAccumulator else { return }
        for (group, count) in zip(groups, other.counts) { counts[Int(group)] += count }
    }

    func result(_ groupCount: Int) -> Vector { Vector(.integer, flat: .words(Array(counts.prefix(groupCount)))) }

    var sizeInBytes: Int { counts.count * 8 }
}
