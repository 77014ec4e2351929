/// What a condition can come to over a block, judged by zone maps alone.
///
/// Sound, not complete: an outcome that some row has is always among the ones given.
struct Outcomes: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let isTrue = Outcomes(rawValue: 1)
    static let isFalse = Outcomes(rawValue: 2)
    static let isNull = Outcomes(rawValue: 4)
    static let all: Outcomes = [.isTrue, .isFalse, .isNull]
}

/// The smallest and largest value of a column in a block, and whether some or all rows are null.
struct Zone: Sendable {
    var low: MixedNumber
    var high: MixedNumber
    var hasNulls: Bool
    var hasValues: Bool

    /// Decimals as the doubles that comparisons with doubles see. Rounding keeps the order, so bounds stay bounds.
    func asReals(_ type: ValueType) -> Zone {
        guard let scale = type.scale, scale > 0 else { return self }
        func real(_ edge: MixedNumber) -> MixedNumber { if case .exact(let value) = edge { .decimal(value, scale) } else { edge } }
        return Zone(low: real(low), high: real(high), hasNulls: hasNulls, hasValues: hasValues)
    }
}

/// Evaluates conditions over zones.
struct ZoneTest {
    /// The zone of a slot's column; nil where nothing is known of it.
    let zone: (Int) -> Zone?

    func outcomes(_ bound: Bound) -> Outcomes {
        switch bound.kind {
        case .constant(let value): return value == .null ? .isNull : value == .word(0) ? .isFalse : .isTrue
        case .not(let operand): return ZoneTest.negated(outcomes(operand))
        case .and(let parts): return parts.map(outcomes).reduce(.isTrue, ZoneTest.and)
        case .or(let parts): return ZoneTest.negated(parts.map { ZoneTest.negated(outcomes($0)) }.reduce(.isTrue, ZoneTest.and))
        case .isNull(let operand):
            guard let zone = zone(of: operand) else { return [.isTrue, .isFalse] }
            return [zone.hasNulls ? .isTrue : [], zone.hasValues ? .isFalse : []]
        case .comparison(let operation, let left, let right):
            guard let leftZone = zone(of: left), let rightZone = zone(of: right) else { return .all }
            return ZoneTest.compare(
                operation, right.type == .real ? leftZone.asReals(left.type) : leftZone, left.type == .real ? rightZone.asReals(right.type) : rightZone)
        case .isIn(let operand, let set):
            guard let zone = zone(of: operand) else { return .all }
            return member(zone, set, operand.type)
        case .slot:
            guard let zone = zone(of: bound) else { return .all }
            var result: Outcomes = zone.hasNulls ? .isNull : []
            if zone.hasValues { result.formUnion([zone.high > .exact(0) ? .isTrue : [], zone.low < .exact(1) ? .isFalse : []]) }
            return result
        case .arithmetic, .negation, .like, .choice, .cast, .call: return .all
        }
    }

    private func zone(of bound: Bound) -> Zone? {
        switch bound.kind {
        case .slot(let slot): return zone(slot)
        case .constant(.null): return Zone(low: .exact(0), high: .exact(0), hasNulls: true, hasValues: false)
        case .constant(let value):
            guard let number = ZoneTest.number(value, bound.type) else { return nil }
            return Zone(low: number, high: number, hasNulls: false, hasValues: true)
        default: return nil
        }
    }

    /// A value as zones hold it: of decimals the scaled integer; nil for texts.
    static func number(_ value: Constant, _ type: ValueType) -> MixedNumber? {
        switch value {
        case .word(let word): type == .string ? nil : .exact(Int128(word))
        case .wide(let wide): .exact(wide)
        case .real(let real): .real(real)
        case .null, .text: nil
        }
    }

    private static func negated(_ outcomes: Outcomes) -> Outcomes {
        var result = outcomes.intersection(.isNull)
        if outcomes.contains(.isTrue) { result.insert(.isFalse) }
        if outcomes.contains(.isFalse) { result.insert(.isTrue) }
        return result
    }

    private static func and(_ left: Outcomes, _ right: Outcomes) -> Outcomes {
        var result: Outcomes = []
        if left.contains(.isTrue), right.contains(.isTrue) { result.insert(.isTrue) }
        if left.contains(.isFalse) || right.contains(.isFalse) { result.insert(.isFalse) }
        let others: Outcomes = [.isTrue, .isNull]
        if left.contains(.isNull), !right.isDisjoint(with: others) { result.insert(.isNull) }
        if right.contains(.isNull), !left.isDisjoint(with: others) { result.insert(.isNull) }
        return result
    }

    private static func compare(_ operation: BinaryOperator, _ left: Zone, _ right: Zone) -> Outcomes {
        var result: Outcomes = left.hasNulls || right.hasNulls ? .isNull : []
        guard left.hasValues, right.hasValues else { return result }
        let canBe: Bool, canFail: Bool
        let isOne = left.low == left.high && right.low == right.high && left.low == right.low
        let overlap = left.low <= right.high && right.low <= left.high
        switch operation {
        case .equal: (canBe, canFail) = (overlap, !isOne)
        case .unequal: (canBe, canFail) = (!isOne, overlap)
        case .less: (canBe, canFail) = (left.low < right.high, left.high >= right.low)
        case .lessOrEqual: (canBe, canFail) = (left.low <= right.high, left.high > right.low)
        case .greater: (canBe, canFail) = (left.high > right.low, left.low <= right.high)
        case .greaterOrEqual: (canBe, canFail) = (left.high >= right.low, left.low < right.high)
        case .plus, .minus, .times, .divided, .remainder, .concatenated: return .all
        }
        if canBe { result.insert(.isTrue) }
        if canFail { result.insert(.isFalse) }
        return result
    }

    private func member(_ zone: Zone, _ set: Set<Constant>, _ type: ValueType) -> Outcomes {
        var result: Outcomes = zone.hasNulls ? .isNull : []
        guard zone.hasValues else { return result }
        let members = set.compactMap { ZoneTest.number($0, type) }
        guard members.count == set.count else { return .all }
        if members.contains(where: { zone.low <= $0 && $0 <= zone.high }) { result.insert(.isTrue) }
        if !(zone.low == zone.high && members.contains(zone.low)) { result.insert(.isFalse) }
        return result
    }
}
