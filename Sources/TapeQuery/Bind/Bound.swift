import TapeColumns

/// An expression whose names are found and whose types are known.
struct Bound: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case constant(Constant)
        /// A column of the batch that it is evaluated over: of the table, or of the groups.
        case slot(Int)
        /// Both sides have the type of the result; `divided` has doubles.
        case arithmetic(BinaryOperator, Bound, Bound)
        case negation(Bound)
        /// Both sides have one type, or are an exact number and a double.
        case comparison(BinaryOperator, Bound, Bound)
        case not(Bound)
        case and([Bound])
        case or([Bound])
        case isNull(Bound)
        /// Constants of the value's type, none null.
        case isIn(Bound, Set<Constant>)
        case like(Bound, LikePattern)
        case choice([Choice], otherwise: Bound)
        case cast(Bound)
        case call(ScalarFunction, [Bound])
    }

    struct Choice: Hashable, Sendable {
        var condition: Bound
        var value: Bound
    }

    var kind: Kind
    var type: ValueType
    /// In bytes of the question.
    var place: Range<Int>
    var role = ColumnSchema.Role.measure

    var constant: Constant? { if case .constant(let value) = kind { value } else { nil } }

    /// Equal but for the place: `GROUP BY hour(t)` is the `hour(t)` of the list.
    func isSame(_ other: Bound) -> Bool { unplaced == other.unplaced }

    var unplaced: Bound { mapped { $0.place = 0..<0 } }

    /// The expression with `body` applied to every part, the innermost first.
    func mapped(_ body: (inout Bound) -> Void) -> Bound {
        var copy = self
        func map(_ part: Bound) -> Bound { part.mapped(body) }
        switch kind {
        case .constant, .slot: break
        case .arithmetic(let operation, let left, let right): copy.kind = .arithmetic(operation, map(left), map(right))
        case .negation(let part): copy.kind = .negation(map(part))
        case .comparison(let operation, let left, let right): copy.kind = .comparison(operation, map(left), map(right))
        case .not(let part): copy.kind = .not(map(part))
        case .and(let parts): copy.kind = .and(parts.map(map))
        case .or(let parts): copy.kind = .or(parts.map(map))
        case .isNull(let part): copy.kind = .isNull(map(part))
        case .isIn(let part, let set): copy.kind = .isIn(map(part), set)
        case .like(let part, let pattern): copy.kind = .like(map(part), pattern)
        case .choice(let branches, let otherwise):
            copy.kind = .choice(branches.map { Choice(condition: map($0.condition), value: map($0.value)) }, otherwise: map(otherwise))
        case .cast(let part): copy.kind = .cast(map(part))
        case .call(let function, let arguments): copy.kind = .call(function, arguments.map(map))
        }
        body(&copy)
        return copy
    }

    /// Whether some values may have no result: it is then evaluated only for rows that ask for it.
    var canFail: Bool {
        switch kind {
        case .constant, .slot: false
        case .comparison(_, let left, let right): left.canFail || right.canFail
        case .not(let part), .isNull(let part), .isIn(let part, _), .like(let part, _): part.canFail
        case .and(let parts), .or(let parts): parts.contains(where: \.canFail)
        case .arithmetic, .negation, .choice, .cast, .call: true
        }
    }

    /// The slots that the expression reads, ascending.
    var slots: [Int] {
        var slots: [Int] = []
        _ = mapped { if case .slot(let slot) = $0.kind { slots.append(slot) } }
        return slots.ascendingOnce
    }
}

extension [Int] {
    /// In order, each number once. A set would cost each process some 250,000 instructions to set up.
    var ascendingOnce: [Int] {
        var once: [Int] = []
        for number in sorted() where once.last != number { once.append(number) }
        return once
    }
}

enum ScalarFunction: Hashable, Sendable {
    /// The width in nanoseconds.
    case timeBucket(Int64)
    case hour, date, abs, coalesce, least, greatest
    /// To so many decimals; to tens and so on where they are below zero.
    case rounded(Rounding, decimals: Int)
    case concatenated
    /// The value, whose word must lie within bounds.
    case checked(Int128, Int128)
}

enum Rounding: Hashable, Sendable {
    case down, up
    /// Halves away from zero.
    case nearest
}
