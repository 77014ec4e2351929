import TapeBytes

/// Hands each distinct value of a group to another accumulator once.
struct DistinctAccumulator: Accumulator {
    private var inner: any Accumulator
    private let type: ValueType
    private var numbers: KeyNumbers
    /// The only group so far, which every number belongs to; nil once there are several, or none yet.
    private var onlyGroup: UInt32?
    private var hasSeveralGroups = false
    /// Of several groups: the numbers that each has.
    private var seen = PairSet()

    init(_ inner: any Accumulator, _ type: ValueType) {
        self.inner = inner
        self.type = type
        numbers = KeyNumbers(type)
    }

    mutating func grow(_ groupCount: Int) { inner.grow(groupCount) }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) throws(QueryError) {
        let argument = arguments[0]
        if case .one(let group) = groups, !hasSeveralGroups, (onlyGroup ?? group) == group { return try add(argument, to: group) }
        distinguishGroups()
        let ids = numbers.numbers(argument)
        // In one group each value of a coded vector counts once, however many rows have it.
        if case .one(let group) = groups, case .coded(_, let values, let histogram) = ids {
            let present = Logic.rows(histogram.prefix(values.count).map { $0 > 0 ? 1 : 0 })
            let fresh = present.filter { seen.insert(Int(group), values[Int($0)]) }
            let flat = Vector(type, flat: argument.values.gathered(fresh), dictionary: argument.dictionary)
            return fresh.isEmpty ? () : try inner.add([flat], groups, fresh.count)
        }
        let values = ids.flat(count)
        var fresh: [Int32] = []
        groups.forEach(count) { row, group in
            if seen.insert(group, values[row]) { fresh.append(Int32(truncatingIfNeeded: row)) }
        }
        guard !fresh.isEmpty else { return }
        try inner.add([argument.gathered(fresh)], groups.gathered(fresh), fresh.count)
    }

    /// Where there is one group, a value is new to it if it has no number yet.
    private mutating func add(_ argument: Vector, to group: UInt32) throws(QueryError) {
        onlyGroup = group
        let first = numbers.count
        _ = numbers.numbers(argument)
        guard numbers.count > first else { return }
        let fresh = (UInt32(truncatingIfNeeded: first)..<UInt32(truncatingIfNeeded: numbers.count)).map { $0 }
        try inner.add([numbers.vector(fresh)], .one(group), fresh.count)
    }

    /// From here on groups are told apart.
    private mutating func distinguishGroups() {
        if let onlyGroup { for number in 1..<max(1, numbers.count) { _ = seen.insert(Int(onlyGroup), UInt32(truncatingIfNeeded: number)) } }
        onlyGroup = nil
        hasSeveralGroups = true
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) throws(QueryError) {
        guard var other = other as? DistinctAccumulator else { return }
        distinguishGroups()
        other.distinguishGroups()
        let values = other.numbers.numbers(into: &numbers)
        var fresh: [UInt32] = []
        var freshGroups: [UInt32] = []
        other.seen.forEach { group, value in
            guard seen.insert(Int(groups[group]), values[Int(value)]) else { return }
            fresh.append(value)
            freshGroups.append(groups[group])
        }
        if !fresh.isEmpty { try inner.add([other.numbers.vector(fresh)], .many(freshGroups), fresh.count) }
    }

    func result(_ groupCount: Int) throws(QueryError) -> Vector { try inner.result(groupCount) }

    var sizeInBytes: Int { inner.sizeInBytes + numbers.sizeInBytes + seen.sizeInBytes }
}

/// Pairs of a group and a value's number: a bit each while there are few groups, hashed once there are many.
struct PairSet: Sendable {
    private static let bitGroupsMax = 64

    /// By group, a bit per value.
    private var bits: [[UInt64]] = []
    private var pairs: WordNumbers?

    /// Whether the pair is new.
    mutating func insert(_ group: Int, _ value: UInt32) -> Bool {
        if pairs == nil, group >= PairSet.bitGroupsMax { hash() }
        guard pairs == nil else { return insert(pair: Int64(group) << 32 | Int64(value)) }
        while bits.count <= group { bits.append([]) }
        let word = Int(value >> 6)
        if bits[group].count <= word { bits[group].append(contentsOf: repeatElement(0, count: max(64, word + 1) * 2 - bits[group].count)) }
        let bit = UInt64(1) << UInt64(value & 63)
        guard bits[group][word] & bit == 0 else { return false }
        bits[group][word] |= bit
        return true
    }

    private mutating func insert(pair: Int64) -> Bool {
        guard let before = pairs?.count else { return false }
        _ = pairs?.number(of: pair)
        return pairs?.count != before
    }

    private mutating func hash() {
        var words: [Int64] = []
        forEach { group, value in words.append(Int64(group) << 32 | Int64(value)) }
        var hashed = WordNumbers()
        _ = hashed.numbers(of: words)
        pairs = hashed
        bits = []
    }

    func forEach(_ body: (_ group: Int, _ value: UInt32) -> Void) {
        if let pairs {
            for pair in pairs.words { body(Int(pair >> 32), UInt32(truncatingIfNeeded: pair)) }
            return
        }
        for (group, words) in bits.enumerated() {
            for (index, word) in words.enumerated() where word != 0 {
                var rest = word
                while rest != 0 {
                    body(group, UInt32(truncatingIfNeeded: index * 64 + rest.trailingZeroBitCount))
                    rest &= rest - 1
                }
            }
        }
    }

    var sizeInBytes: Int { bits.reduce(0) { $0 + $1.count * 8 } + (pairs?.sizeInBytes ?? 0) }
}
