import TapeBytes

/// Numbers the distinct combinations of keys in order of first appearance.
///
/// Each key's values are numbered by themselves; combinations are then pairs of numbers, pairs of those with the next key's, and so on. Rows
/// whose keys are all coded are numbered by code, not one by one.
struct Grouper: Sendable {
    /// Codes of two keys are joined where there are at most so many pairs.
    private static let joinedCodesMax = 8192

    private var keys: [KeyNumbers]
    /// By key but the first: the combinations of what comes before with the key's numbers.
    private var pairs: [WordNumbers]

    init(_ types: [ValueType]) {
        keys = types.map { KeyNumbers($0) }
        pairs = types.dropFirst().map { _ in WordNumbers() }
    }

    /// Groups so far; without keys there is one. Of one key the first group is null, whether it occurs or not: see `isPresent`.
    var count: Int { keys.isEmpty ? 1 : pairs.last?.count ?? keys[0].count }

    /// The groups that have rows: all, or all but the first.
    var present: Range<Int> { keys.count == 1 && !keys[0].hasNull ? 1..<count : 0..<count }

    /// The group of each of `count` rows.
    mutating func groups(_ vectors: [Vector], count: Int) -> GroupIDs {
        var counter = CodeCounter()
        return groups(vectors, count: count, &counter)
    }

    /// As above. Where the groups are coded and the counter has sums, they are by the groups' codes.
    mutating func groups(_ vectors: [Vector], count: Int, _ counter: inout CodeCounter) -> GroupIDs {
        guard !keys.isEmpty else { return .one(0) }
        if keys.count == 1 { return keys[0].numbers(vectors[0], &counter) }
        if let ids = pairsOfCodes(vectors, &counter) { return ids }
        var ids = keys[0].numbers(vectors[0])
        for index in pairs.indices { ids = Grouper.combined(ids, keys[index + 1].numbers(vectors[index + 1]), count, &pairs[index]) }
        return ids
    }

    /// The groups of two keys that are coded and have few pairs of codes: one histogram, that of the pairs, tells which values and which pairs occur.
    private mutating func pairsOfCodes(_ vectors: [Vector], _ counter: inout CodeCounter) -> GroupIDs? {
        guard vectors.count == 2, vectors.allSatisfy({ $0.nulls == nil }), let leftCodes = vectors[0].codes, let rightCodes = vectors[1].codes
        else { return nil }
        let (leftCount, rightCount) = (vectors[0].values.count, vectors[1].values.count)
        guard leftCount * rightCount <= Grouper.joinedCodesMax else { return nil }
        let codes = CodeVectors.joined(leftCodes, rightCodes, stride: rightCount)
        let histogram = counter.histogram(codes, below: leftCount * rightCount)
        var (leftHistogram, rightHistogram) = ([UInt32](zeros: leftCount), [UInt32](repeating: 0, count: rightCount))
        for (code, count) in histogram.prefix(leftCount * rightCount).enumerated() {
            leftHistogram[code / rightCount] += count
            rightHistogram[code % rightCount] += count
        }
        let left = keys[0].codedNumbers(vectors[0], leftHistogram)
        let right = keys[1].codedNumbers(vectors[1], rightHistogram)
        return Grouper.coded(codes, histogram, left.flatMap { a in right.map { Grouper.word(a, $0) } }, &pairs[0])
    }

    private static func word(_ left: UInt32, _ right: UInt32) -> Int64 { Int64(left) << 32 | Int64(right) }

    private static func combined(_ left: GroupIDs, _ right: GroupIDs, _ count: Int, _ pairs: inout WordNumbers) -> GroupIDs {
        switch (left, right) {
        case (.one(let a), .one(let b)): return .one(pairs.number(of: word(a, b)))
        case (.coded(let codes, let groups, let histogram), .one(let b)):
            return coded(codes, histogram, groups.map { word($0, b) }, &pairs)
        case (.one(let a), .coded(let codes, let groups, let histogram)):
            return coded(codes, histogram, groups.map { word(a, $0) }, &pairs)
        case (.coded(let leftCodes, let leftGroups, _), .coded(let rightCodes, let rightGroups, _))
            where leftGroups.count * rightGroups.count <= joinedCodesMax:
            return joined(leftCodes, leftGroups, rightCodes, rightGroups, &pairs)
        case (.coded(let leftCodes, let leftGroups, _), .coded(let rightCodes, let rightGroups, _)):
            let (a, b) = (compacted(leftCodes, leftGroups), compacted(rightCodes, rightGroups))
            guard a.groups.count * b.groups.count > joinedCodesMax else { return joined(a.codes, a.groups, b.codes, b.groups, &pairs) }
            fallthrough
        default:
            let (a, b) = (left.flat(count), right.flat(count))
            return .many(pairs.numbers(of: a.indices.map { word(a[$0], b[$0]) }))
        }
    }

    private static func joined(
        _ leftCodes: [UInt16], _ leftGroups: [UInt32], _ rightCodes: [UInt16], _ rightGroups: [UInt32], _ pairs: inout WordNumbers
    ) -> GroupIDs {
        let codes = CodeVectors.joined(leftCodes, rightCodes, stride: rightGroups.count)
        let histogram = CodeVectors.histogram(codes, below: leftGroups.count * rightGroups.count)
        return coded(codes, histogram, leftGroups.flatMap { a in rightGroups.map { word(a, $0) } }, &pairs)
    }

    /// The same with a code per group: many codes may be of one, as the values of an expression that has few.
    private static func compacted(_ codes: [UInt16], _ groups: [UInt32]) -> (codes: [UInt16], groups: [UInt32]) {
        var numbers = WordNumbers()
        let places = numbers.numbers(of: groups.map { Int64($0) })
        guard numbers.count < groups.count else { return (codes, groups) }
        return (CodeVectors.lookUp(places.map { UInt16(truncatingIfNeeded: $0) }, codes), numbers.words.map { UInt32(truncatingIfNeeded: $0) })
    }

    /// Numbers the combinations of the codes that occur.
    private static func coded(_ codes: [UInt16], _ histogram: [UInt32], _ words: [Int64], _ pairs: inout WordNumbers) -> GroupIDs {
        let present = Logic.rows(histogram.prefix(words.count).map { $0 > 0 ? 1 : 0 })
        var groups = [UInt32](zeros: words.count)
        for (code, group) in zip(present, pairs.numbers(of: CodeVectors.take(words, present))) { groups[Int(code)] = group }
        return .coded(codes: codes, groups: groups, histogram: histogram)
    }

    /// The number here of each group of another grouper.
    mutating func merge(_ other: Grouper) -> [UInt32] {
        guard !keys.isEmpty else { return [0] }
        var numbers = other.keys[0].numbers(into: &keys[0])
        for index in pairs.indices {
            let right = other.keys[index + 1].numbers(into: &keys[index + 1])
            numbers = pairs[index].numbers(of: other.pairs[index].words.map { pair in
                Grouper.word(numbers[Int(pair >> 32)], right[Int(UInt32(truncatingIfNeeded: pair))])
            })
        }
        return numbers
    }

    /// A column per key, a row per group.
    var vectors: [Vector] {
        guard !keys.isEmpty else { return [] }
        var columns: [Vector] = []
        var numbers = (0..<UInt32(truncatingIfNeeded: count)).map { $0 }
        for index in pairs.indices.reversed() {
            let words = numbers.map { pairs[index][Int($0)] }
            columns.append(keys[index + 1].vector(words.map { UInt32(truncatingIfNeeded: $0) }))
            numbers = words.map { UInt32(truncatingIfNeeded: $0 >> 32) }
        }
        columns.append(keys[0].vector(numbers))
        return columns.reversed()
    }

    var sizeInBytes: Int {
        var size = 0
        for index in keys.indices { size += keys[index].sizeInBytes }
        for index in pairs.indices { size += pairs[index].sizeInBytes }
        return size
    }
}
