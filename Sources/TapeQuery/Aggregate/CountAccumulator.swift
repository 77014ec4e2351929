/// `count(*)` and `count(x)`.
struct CountAccumulator: Accumulator {
    private let countsNulls: Bool
    private var counts: [Int64] = []

    init(countsNulls: Bool) { self.countsNulls = countsNulls }

    mutating func grow(_ groupCount: Int) { counts.append(contentsOf: repeatElement(0, count: max(0, groupCount - counts.count))) }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) {
        let nulls = countsNulls ? nil : arguments.first?.nulls
        if let nulls, arguments[0].isConstant, nulls[0] != 0 { return }
        guard let nulls, !arguments[0].isConstant else {
            switch groups {
            case .one(let group): counts[Int(group)] += Int64(count)
            case .many(let ids): for id in ids { counts[Int(id)] &+= 1 }
            }
            return
        }
        groups.forEach(count) { row, group in counts[group] &+= Int64(nulls[row] ^ 1) }
    }

    mutating func add(_ zone: BlockZone, _ group: Int) -> Bool {
        counts[group] += Int64(countsNulls ? zone.rowCount : zone.rowCount - zone.nullCount)
        return true
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? CountAccumulator else { return }
        for (group, count) in zip(groups, other.counts) { counts[Int(group)] += count }
    }

    func result(_ groupCount: Int) -> Vector { Vector(.integer, flat: .words(Array(counts.prefix(groupCount)))) }

    var sizeInBytes: Int { counts.count * 8 }
}
