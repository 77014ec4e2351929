/// `sum` and `avg` of exact numbers, in 128 bits.
struct ExactSumAccumulator: Accumulator {
    private let scale: Int
    private let isAverage: Bool
    private let place: Range<Int>
    private var sums: [Int128] = []
    private var counts: [Int64] = []

    init(_ type: ValueType, isAverage: Bool, _ place: Range<Int>) {
        scale = type.scale ?? 0
        self.isAverage = isAverage
        self.place = place
    }

    mutating func grow(_ groupCount: Int) {
        let more = max(0, groupCount - counts.count)
        sums.append(contentsOf: repeatElement(0, count: more))
        counts.append(contentsOf: repeatElement(0, count: more))
    }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) throws(QueryError) {
        let argument = arguments[0]
        if argument.isNullConstant { return }
        let flat = argument.flattened
        switch flat.values {
        // The sum of fewer than 2⁶³ words of 64 bits always fits in 128.
        case .words(let words): add(words, flat.nulls, groups)
        case .wide(let wide): try add(wide, flat.nulls, groups)
        case .bits(let bits): add(bits.map { Int64($0) }, flat.nulls, groups)
        case .reals: break
        }
    }

    private mutating func add(_ words: [Int64], _ nulls: [UInt8]?, _ groups: GroupIDs) {
        if case .one(let group) = groups, nulls == nil {
            var sum: Int128 = 0
            for word in words { sum &+= Int128(word) }
            sums[Int(group)] &+= sum
            counts[Int(group)] += Int64(words.count)
            return
        }
        if let nulls {
            groups.forEach(words.count) { row, group in
                sums[group] &+= Int128(words[row]) & (0 &- Int128(nulls[row] ^ 1))
                counts[group] &+= Int64(nulls[row] ^ 1)
            }
        } else {
            groups.forEach(words.count) { row, group in
                sums[group] &+= Int128(words[row])
                counts[group] &+= 1
            }
        }
    }

    private mutating func add(_ wide: [Int128], _ nulls: [UInt8]?, _ groups: GroupIDs) throws(QueryError) {
        var overflows = false
        groups.forEach(wide.count) { row, group in
            guard nulls.map({ $0[row] == 0 }) ?? true else { return }
            let (sum, overflow) = sums[group].addingReportingOverflow(wide[row])
            overflows = overflows || overflow
            sums[group] = sum
            counts[group] &+= 1
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
        guard isAverage else { return Vector(.wide(scale), flat: .wide(Array(sums.prefix(groupCount))), nulls: mask) }
        let divisor = PowerOfTen.double(scale)
        let averages = (0..<groupCount).map { counts[$0] == 0 ? 0 : ExactQuotient.double(sums[$0], Int128(counts[$0])) / divisor }
        return Vector(.real, flat: .reals(averages), nulls: mask)
    }

    var sizeInBytes: Int { counts.count * 24 }
}

/// Quotients of exact numbers as doubles.
enum ExactQuotient {
    /// Rounds once where both are below 2⁵³, and after the whole part has been taken off exactly otherwise.
    static func double(_ numerator: Int128, _ denominator: Int128) -> Double {
        if numerator.magnitude < 1 << 53, denominator.magnitude < 1 << 53 { return Double(numerator) / Double(denominator) }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return Double(quotient) + Double(remainder) / Double(denominator)
    }
}
