/// `min` and `max`.
struct ExtremeAccumulator: Accumulator {
    private let isMaximum: Bool
    private var best: ValueStore

    init(_ type: ValueType, isMaximum: Bool) {
        self.isMaximum = isMaximum
        best = ValueStore(type)
    }

    mutating func grow(_ groupCount: Int) { best.grow(groupCount) }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) {
        let argument = arguments[0]
        guard case .words(let words) = argument.values, argument.type != .string else {
            groups.forEach(count) { row, group in consider(argument.constant(row), group) }
            return
        }
        if argument.isConstant {
            groups.forEach(count) { _, group in best.consider(words[0], group, isMaximum: isMaximum) }
        } else if let codes = argument.codes {
            groups.forEach(count) { row, group in best.consider(words[Int(codes[row])], group, isMaximum: isMaximum) }
        } else if case .one(let group) = groups, let extreme = isMaximum ? words.max() : words.min() {
            best.consider(extreme, Int(group), isMaximum: isMaximum)
        } else {
            groups.forEach(count) { row, group in best.consider(words[row], group, isMaximum: isMaximum) }
        }
    }

    private mutating func consider(_ value: Constant, _ group: Int) {
        guard value != .null else { return }
        // Of −0 and 0, which are equal, and of all NaNs, one: whichever row comes first.
        if case .real(let real) = value { return considerOrdered(.real(RealOrder(real).value), group) }
        considerOrdered(value, group)
    }

    private mutating func considerOrdered(_ value: Constant, _ group: Int) {
        let known = best[group]
        guard known != .null else { return best.set(group, value) }
        if isMaximum ? ConstantOrder.precedes(known, value) : ConstantOrder.precedes(value, known) { best.set(group, value) }
    }

    mutating func add(_ zone: BlockZone, _ group: Int) -> Bool {
        switch zone.type {
        // Words of doubles tell −0 from 0 and signs of NaN; codes of texts are in no order.
        case .real, .string, .null, .wide, .boolean: return false
        case .integer, .decimal, .date, .timestamp:
            if zone.nullCount < zone.rowCount { consider(.word(isMaximum ? zone.high : zone.low), group) }
            return true
        }
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? ExtremeAccumulator else { return }
        for index in groups.indices where index < other.best.count { consider(other.best[index], Int(groups[index])) }
    }

    func result(_ groupCount: Int) -> Vector { best.vector }

    var sizeInBytes: Int { best.sizeInBytes }
}

/// `first(x BY t)` and `last(x BY t)`: of rows where neither is null, the value where `t` is least, or greatest. Of equal ones the earliest
/// row, or the latest.
struct EndAccumulator: Accumulator {
    private let isLast: Bool
    private var values: ValueStore
    private var times: ValueStore

    init(_ type: ValueType, _ timeType: ValueType, isLast: Bool) {
        self.isLast = isLast
        values = ValueStore(type)
        times = ValueStore(timeType)
    }

    mutating func grow(_ groupCount: Int) {
        values.grow(groupCount)
        times.grow(groupCount)
    }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) {
        groups.forEach(count) { row, group in consider(arguments[0].constant(row), arguments[1].constant(row), group) }
    }

    private mutating func consider(_ value: Constant, _ time: Constant, _ group: Int) {
        guard value != .null, time != .null else { return }
        let known = times[group]
        guard known == .null || (isLast ? !ConstantOrder.precedes(time, known) : ConstantOrder.precedes(time, known)) else { return }
        values.set(group, value)
        times.set(group, time)
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) {
        guard let other = other as? EndAccumulator else { return }
        for index in groups.indices where index < other.times.count { consider(other.values[index], other.times[index], Int(groups[index])) }
    }

    func result(_ groupCount: Int) -> Vector { values.vector }

    var sizeInBytes: Int { values.sizeInBytes + times.sizeInBytes }
}
