/// Hands each distinct value of a group to another accumulator once.
struct DistinctAccumulator: Accumulator {
    private var inner: any Accumulator
    private var numbers: KeyNumbers
    /// Pairs of group and value, in order of first appearance.
    private var pairs = WordMap()
    private let type: ValueType

    init(_ inner: any Accumulator, _ type: ValueType) {
        self.inner = inner
        self.type = type
        numbers = KeyNumbers(type)
    }

    mutating func grow(_ groupCount: Int) { inner.grow(groupCount) }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) throws(QueryError) {
        let argument = arguments[0]
        if argument.isNullConstant { return }
        let ids = numbers.numbers(argument)
        var fresh: [Int32] = []
        func add(_ row: Int, _ group: Int, _ value: UInt32) {
            guard !argument.isNull(row) else { return }
            let before = pairs.words.count
            _ = pairs.number(of: Int64(group) << 32 | Int64(value))
            if pairs.words.count > before { fresh.append(Int32(truncatingIfNeeded: row)) }
        }
        switch ids {
        case .one(let value): groups.forEach(count) { row, group in add(row, group, value) }
        case .many(let values): groups.forEach(count) { row, group in add(row, group, values[row]) }
        }
        guard !fresh.isEmpty else { return }
        try inner.add([argument.gathered(fresh)], groups.gathered(fresh), fresh.count)
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) throws(QueryError) {
        guard let other = other as? DistinctAccumulator else { return }
        let values = other.numbers.numbers(into: &numbers)
        var fresh = ValueStore(type)
        var freshGroups: [UInt32] = []
        for pair in other.pairs.words {
            let group = groups[Int(pair >> 32)]
            let value = UInt32(truncatingIfNeeded: pair)
            let before = pairs.words.count
            _ = pairs.number(of: Int64(group) << 32 | Int64(values[Int(value)]))
            guard pairs.words.count > before else { continue }
            fresh.grow(freshGroups.count + 1)
            fresh.set(freshGroups.count, other.numbers[value])
            freshGroups.append(group)
        }
        if !freshGroups.isEmpty { try inner.add([fresh.vector], .many(freshGroups), freshGroups.count) }
    }

    func result(_ groupCount: Int) throws(QueryError) -> Vector { try inner.result(groupCount) }

    var sizeInBytes: Int { inner.sizeInBytes + numbers.sizeInBytes + pairs.sizeInBytes }
}
