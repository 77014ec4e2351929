import TapeBytes

/// `sum` and `avg` of exact numbers, in 128 bits.
struct ExactSumAccumulator: Accumulator {
    private let scale: Int
    private let isAverage: Bool
    private let place: Range<Int>
    private var sums = WideSums()
    private var counts: [Int64] = []

    init(_ type: ValueType, isAverage: Bool, _ place: Range<Int>) {
        scale = type.scale ?? 0
        self.isAverage = isAverage
        self.place = place
    }

    mutating func grow(_ groupCount: Int) {
        guard groupCount > counts.count else { return }
        sums.grow(groupCount)
        counts.append(contentsOf: repeatElement(0, count: groupCount - counts.count))
    }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) throws(QueryError) {
        groups.count(count, into: &counts)
        let argument = arguments[0]
        // The sum of fewer than 2⁶³ words of 64 bits always fits in 128.
        switch argument.values {
        case .words(let words): sums.add(words, argument, groups, count)
        case .bits(let bits): sums.add(bits.map { Int64($0) }, argument, groups, count)
        case .wide: try addWide(argument.flattened.values.wide, groups)
        case .reals: break
        }
    }

    mutating func add(sums known: [Int64], _ groups: GroupIDs, _ count: Int) -> Bool {
        guard case .coded(_, let ids, _) = groups else { return false }
        groups.count(count, into: &counts)
        sums.add(known, to: ids)
        return true
    }

    mutating func add(_ column: Vector, _ marks: [UInt8], _ group: Int, _ count: Int) -> Bool {
        guard case .words(let words) = column.values, sums.add(words, values: column.codes, marks: marks, to: group) else { return false }
        counts[group] += Int64(count)
        return true
    }

    private mutating func addWide(_ wide: [Int128], _ groups: GroupIDs) throws(QueryError) {
        var overflows = false
        groups.forEach(wide.count) { row, group in
            let (sum, overflow) = sums[group].addingReportingOverflow(wide[row])
            overflows = overflows || overflow
            sums[group] = sum
        }
        if overflows { throw ExactSumAccumulator.overflow(place) }
    }

    static func overflow(_ place: Range<Int>) -> QueryError {
        QueryError(.overflow, "the sum does not fit in 128 bits", help: "sum doubles: sum(CAST(… AS DOUBLE))", place: place)
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) throws(QueryError) {
        guard let other = other as? ExactSumAccumulator else { return }
        for index in groups.indices where index < other.sums.count {
            let (sum, overflow) = sums[Int(groups[index])].addingReportingOverflow(other.sums[index])
            if overflow { throw ExactSumAccumulator.overflow(place) }
            sums[Int(groups[index])] = sum
            counts[Int(groups[index])] += other.counts[index]
        }
    }

    func result(_ groupCount: Int) -> Vector {
        let nulls = counts.prefix(groupCount).map { $0 == 0 ? 1 : 0 as UInt8 }
        let mask = nulls.contains(1) ? nulls : nil
        guard isAverage else { return Vector(.wide(scale), flat: .wide((0..<groupCount).map { sums[$0] }), nulls: mask) }
        let divisor = PowerOfTen.double(scale)
        let averages = (0..<groupCount).map { counts[$0] == 0 ? 0 : ExactQuotient.double(sums[$0], Int128(counts[$0])) / divisor }
        return Vector(.real, flat: .reals(averages), nulls: mask)
    }

    var sizeInBytes: Int { counts.count * 24 }
}

extension WideSums {
    /// Adds the words of a vector, to the group of each row.
    mutating func add(_ words: [Int64], _ vector: Vector, _ groups: GroupIDs, _ count: Int) {
        if vector.isConstant {
            groups.forEach(count) { _, group in self[group] &+= Int128(words[0]) }
            return
        }
        switch groups {
        case .one(let group): add(vector.codes.map { CodeVectors.lookUp(words, $0) } ?? words, to: Int(group))
        case .coded(let codes, let ids, _): add(words, values: vector.codes, groups: ids, codes: codes)
        case .many(let ids): add(words, values: vector.codes, groups: ids, codes: nil)
        }
    }
}

/// Quotients of exact numbers as doubles.
enum ExactQuotient {
    /// Rounds once where both are below 2⁵³, and after the whole part has been taken off exactly otherwise.
    static func double(_ numerator: Int128, _ denominator: Int128) -> Double {
        if let numerator = Int64(exactly: numerator), let denominator = Int64(exactly: denominator),
            numerator.magnitude < 1 << 53, denominator.magnitude < 1 << 53 {
            return Double(numerator) / Double(denominator)
        }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return Double(quotient) + Double(remainder) / Double(denominator)
    }
}
