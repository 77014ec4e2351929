/// Numbers the distinct combinations of keys in order of first appearance.
///
/// Each key's values are numbered by themselves; combinations are then pairs of numbers, pairs of those with the next key's, and so on.
struct Grouper: Sendable {
    private var keys: [KeyNumbers]
    /// By key but the first: the combinations of what comes before with the key's numbers.
    private var pairs: [WordMap]

    init(_ types: [ValueType]) {
        keys = types.map { KeyNumbers($0) }
        pairs = types.dropFirst().map { _ in WordMap() }
    }

    /// Combinations so far; without keys there is one.
    var count: Int { keys.isEmpty ? 1 : pairs.last.map { $0.words.count } ?? keys[0].count }

    /// The combination of each of `count` rows.
    mutating func groups(_ vectors: [Vector], count: Int) -> GroupIDs {
        guard !keys.isEmpty else { return .one(0) }
        var ids = keys[0].numbers(vectors[0])
        for index in pairs.indices { ids = Grouper.combined(ids, keys[index + 1].numbers(vectors[index + 1]), &pairs[index]) }
        return ids
    }

    private static func word(_ left: UInt32, _ right: UInt32) -> Int64 { Int64(left) << 32 | Int64(right) }

    private static func combined(_ left: GroupIDs, _ right: GroupIDs, _ pairs: inout WordMap) -> GroupIDs {
        switch (left, right) {
        case (.one(let a), .one(let b)): return .one(pairs.number(of: word(a, b)))
        case (.many(let a), .one(let b)): return .many(a.map { pairs.number(of: word($0, b)) })
        case (.one(let a), .many(let b)): return .many(b.map { pairs.number(of: word(a, $0)) })
        case (.many(let a), .many(let b)): return .many(zip(a, b).map { pairs.number(of: word($0, $1)) })
        }
    }

    /// The keys of a combination.
    func keys(of group: Int) -> [Constant] {
        guard !keys.isEmpty else { return [] }
        var parts: [Constant] = []
        var number = UInt32(truncatingIfNeeded: group)
        for index in pairs.indices.reversed() {
            let pair = pairs[index].words[Int(number)]
            parts.append(keys[index + 1][UInt32(truncatingIfNeeded: pair)])
            number = UInt32(truncatingIfNeeded: pair >> 32)
        }
        parts.append(keys[0][number])
        return parts.reversed()
    }

    /// The number here of each combination of another grouper.
    mutating func merge(_ other: Grouper) -> [UInt32] {
        guard !keys.isEmpty else { return [0] }
        var numbers = other.keys[0].numbers(into: &keys[0])
        for index in pairs.indices {
            let right = other.keys[index + 1].numbers(into: &keys[index + 1])
            numbers = other.pairs[index].words.map { pair in
                pairs[index].number(of: Grouper.word(numbers[Int(pair >> 32)], right[Int(UInt32(truncatingIfNeeded: pair))]))
            }
        }
        return numbers
    }

    /// A column per key, a row per combination.
    var vectors: [Vector] {
        var stores = keys.map { ValueStore($0.type) }
        for index in stores.indices { stores[index].grow(count) }
        for group in 0..<count { for (index, key) in keys(of: group).enumerated() { stores[index].set(group, key) } }
        return stores.map(\.vector)
    }

    var sizeInBytes: Int { keys.reduce(0) { $0 + $1.sizeInBytes } + pairs.reduce(0) { $0 + $1.sizeInBytes } }
}

extension KeyNumbers {
    /// The number in another of each value.
    func numbers(into other: inout KeyNumbers) -> [UInt32] {
        (0..<UInt32(truncatingIfNeeded: count)).map { other.number(self[$0]) }
    }
}
