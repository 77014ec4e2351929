/// `sum` and `avg` of doubles, in the order of the rows.
struct RealSumAccumulator: Accumulator {
    private let isAverage: Bool
    private var sums: [Double] = []
    private var counts: [Int64] = []

    init(isAverage: Bool) { self.isAverage = isAverage }

    mutating func grow(_ groupCount: Int) {
        let more = max(0, groupCount - counts.count)
        sums.append(contentsOf: repeatElement(0, count: more))
        counts.append(contentsOf: repeatElement(0, count: more))
    }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) {
        guard case .reals(let reals) = arguments[0].flattened.values else { return }
        groups.forEach(count) { row, group in
            sums[group] += reals[row]
            counts[group] &+= 1
        }
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? RealSumAccumulator else { return }
        for index in groups.indices where index < other.sums.count {
            sums[Int(groups[index])] += other.sums[index]
            counts[Int(groups[index])] += other.counts[index]
        }
    }

    func result(_ groupCount: Int) -> Vector {
        let nulls = counts.prefix(groupCount).map { $0 == 0 ? 1 : 0 as UInt8 }
        let values = (0..<groupCount).map { isAverage && counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : sums[$0] }
        return Vector(.real, flat: .reals(values), nulls: nulls.contains(1) ? nulls : nil)
    }

    var sizeInBytes: Int { counts.count * 16 }
}

/// `var` and `stddev`: counts, means and sums of squares (Welford, "Note on a method for calculating corrected sums of squares and
/// products", Technometrics 1962), put together as Chan, Golub and LeVeque do.
struct VarianceAccumulator: Accumulator {
    private struct Part {
        var count = 0.0
        var mean = 0.0
        var squares = 0.0

        mutating func add(_ value: Double) {
            count += 1
            let delta = value - mean
            mean += delta / count
            squares += delta * (value - mean)
        }

        mutating func add(_ other: Part) {
            guard other.count > 0 else { return }
            let total = count + other.count
            let delta = other.mean - mean
            squares += other.squares + delta * delta * count * other.count / total
            mean += delta * other.count / total
            count = total
        }
    }

    private let isSample: Bool
    private let isDeviation: Bool
    private var parts: [Part] = []

    init(isSample: Bool, isDeviation: Bool) {
        self.isSample = isSample
        self.isDeviation = isDeviation
    }

    mutating func grow(_ groupCount: Int) { parts.append(contentsOf: repeatElement(Part(), count: max(0, groupCount - parts.count))) }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) {
        guard case .reals(let reals) = arguments[0].flattened.values else { return }
        groups.forEach(count) { row, group in
            parts[group].add(reals[row])
        }
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? VarianceAccumulator else { return }
        for (group, part) in zip(groups, other.parts) { parts[Int(group)].add(part) }
    }

    func result(_ groupCount: Int) -> Vector {
        let least = isSample ? 2.0 : 1.0
        let nulls = parts.prefix(groupCount).map { $0.count < least ? 1 : 0 as UInt8 }
        let values = parts.prefix(groupCount).map { part -> Double in
            guard part.count >= least else { return 0 }
            let variance = part.squares / (part.count - (isSample ? 1 : 0))
            return isDeviation ? variance.squareRoot() : variance
        }
        return Vector(.real, flat: .reals(values), nulls: nulls.contains(1) ? nulls : nil)
    }

    var sizeInBytes: Int { parts.count * 24 }
}

/// `median` and `quantile`, type 7: between the two nearest values in proportion.
struct QuantileAccumulator: Accumulator {
    private let share: Double
    private var groups: [UInt32] = []
    private var values: [Double] = []

    init(_ share: Double) { self.share = share }

    mutating func grow(_ groupCount: Int) {}

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) {
        guard case .reals(let reals) = arguments[0].flattened.values else { return }
        groups.forEach(count) { row, group in
            self.groups.append(UInt32(truncatingIfNeeded: group))
            values.append(reals[row])
        }
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? QuantileAccumulator else { return }
        self.groups.append(contentsOf: other.groups.map { groups[Int($0)] })
        values.append(contentsOf: other.values)
    }

    func result(_ groupCount: Int) -> Vector {
        // Values by group, each group's ends from the counts before it.
        var ends = [Int](repeating: 0, count: groupCount + 1)
        for group in groups { ends[Int(group) + 1] += 1 }
        for group in 0..<groupCount { ends[group + 1] += ends[group] }
        var next = ends
        var sorted = values
        for (group, value) in zip(groups, values) {
            sorted[next[Int(group)]] = value
            next[Int(group)] += 1
        }
        var results = [Double](repeating: 0, count: groupCount)
        var nulls = [UInt8](repeating: 0, count: groupCount)
        for group in 0..<groupCount {
            let part = sorted[ends[group]..<ends[group + 1]].sorted { RealOrder($0) < RealOrder($1) }
            guard !part.isEmpty else {
                nulls[group] = 1
                continue
            }
            let place = share * Double(part.count - 1)
            let low = Int(place.rounded(.down))
            let rest = place - place.rounded(.down)
            let (value, next) = (part[low], part[min(low + 1, part.count - 1)])
            // The difference of infinities is no number.
            results[group] = rest == 0 || value == next ? value : value.isFinite ? value + rest * (next - value) : (1 - rest) * value + rest * next
        }
        return Vector(.real, flat: .reals(results), nulls: nulls.contains(1) ? nulls : nil)
    }

    var sizeInBytes: Int { values.count * 12 }
}
