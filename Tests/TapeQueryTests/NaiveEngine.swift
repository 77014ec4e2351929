import TapeColumns

@testable import TapeQuery

/// Answers bound questions row by row, with nothing shared but the binder: the oracle of the vectorised engine.
struct NaiveEngine {
    let plan: QueryPlan

    /// Rows of outputs, in the order of the question, or of the groups' keys.
    func answer(_ rows: [[Constant]]) throws -> [[Constant]] {
        let kept = try rows.filter { row in try plan.conditions.allSatisfy { try isTrue($0, row) } }
        var inputs = kept
        if plan.isGrouped { inputs = try grouped(kept).filter { row in try plan.having.allSatisfy { try isTrue($0, row) } } }
        var results = try inputs.map { row in
            (outputs: try plan.outputs.map { try value($0.expression, row) }, order: try plan.order.map { try value($0.expression, row) }, row: row)
        }
        if plan.isDistinct {
            var seen: Set<[Constant]> = []
            results = results.filter { seen.insert($0.outputs.map(canonical)).inserted }
        }
        let sorted = results.enumerated().sorted { left, right in
            for (index, item) in plan.order.enumerated() {
                let order = NaiveEngine.order(left.element.order[index], right.element.order[index], item.isDescending, item.nullsFirst)
                if order != 0 { return order < 0 }
            }
            if plan.isGrouped {
                for key in plan.keys.indices {
                    let order = NaiveEngine.order(left.element.row[key], right.element.row[key], false, false)
                    if order != 0 { return order < 0 }
                }
            }
            return left.offset < right.offset
        }
        return Array(sorted.dropFirst(plan.offset).prefix(plan.limit ?? .max)).map(\.element.outputs)
    }

    private static func order(_ left: Constant, _ right: Constant, _ isDescending: Bool, _ nullsFirst: Bool) -> Int {
        if left == .null || right == .null { return left == right ? 0 : (left == .null) == nullsFirst ? -1 : 1 }
        let order = compare(left, right)
        return isDescending ? -order : order
    }

    private func canonical(_ value: Constant) -> Constant {
        guard case .real(let real) = value else { return value }
        return real.isNaN ? .text("NaN") : .real(real == 0 ? 0 : real)
    }

    private func grouped(_ rows: [[Constant]]) throws -> [[Constant]] {
        var order: [[Constant]] = []
        var members: [[Constant]: [[Constant]]] = [:]
        for row in rows {
            let key = try plan.keys.map { try value($0, row) }
            let canonicalKey = key.map(canonical)
            if members[canonicalKey] == nil { order.append(canonicalKey) }
            members[canonicalKey, default: []].append(row)
        }
        if plan.keys.isEmpty { (order, members) = ([[]], [[]: rows]) }
        return try order.map { key in
            let rows = members[key] ?? []
            let keys = key.map { $0 == .text("NaN") ? Constant.real(.nan) : $0 }
            return keys + (try plan.aggregates.map { try NaiveAggregate(self, $0).result(rows) })
        }
    }

    func isTrue(_ bound: Bound, _ row: [Constant]) throws -> Bool { try value(bound, row) == .word(1) }

    // MARK: Expressions

    func value(_ bound: Bound, _ row: [Constant]) throws -> Constant {
        switch bound.kind {
        case .constant(let value): return value
        case .slot(let slot): return row[slot]
        case .arithmetic(let operation, let left, let right): return try arithmetic(operation, try value(left, row), try value(right, row), bound)
        case .negation(let part):
            switch try value(part, row) {
            case .real(let real): return .real(-real)
            case .word(let word): return try exact(-Int128(word), bound)
            case .wide(let wide): return try exact(-wide, bound)
            case let other: return other
            }
        case .comparison(let operation, let left, let right):
            return try compared(operation, left, right, row)
        case .not(let part):
            let inner = try value(part, row)
            return inner == .null ? .null : inner == .word(0) ? .word(1) : .word(0)
        case .and(let parts):
            let values = try parts.map { try value($0, row) }
            return values.contains(.word(0)) ? .word(0) : values.contains(.null) ? .null : .word(1)
        case .or(let parts):
            let values = try parts.map { try value($0, row) }
            return values.contains(.word(1)) ? .word(1) : values.contains(.null) ? .null : .word(0)
        case .isNull(let part): return try value(part, row) == .null ? .word(1) : .word(0)
        case .isIn(let part, let set):
            let inner = try value(part, row)
            return inner == .null ? .null : set.contains { NaiveEngine.compare($0, inner) == 0 } ? .word(1) : .word(0)
        case .like(let part, let pattern):
            guard case .text(let text) = try value(part, row) else { return .null }
            return .word(pattern.matches(text) ? 1 : 0)
        case .choice(let branches, let otherwise):
            for branch in branches where try isTrue(branch.condition, row) { return try value(branch.value, row) }
            return try value(otherwise, row)
        case .cast(let part): return try cast(try value(part, row), part.type, bound)
        case .call(let function, let arguments): return try call(function, try arguments.map { try value($0, row) }, bound)
        }
    }

    private func compared(_ operation: BinaryOperator, _ left: Bound, _ right: Bound, _ row: [Constant]) throws -> Constant {
        var (a, b) = (try value(left, row), try value(right, row))
        if a == .null || b == .null { return .null }
        if right.type == .real, left.type != .real { a = real(a, left.type) }
        if left.type == .real, right.type != .real { b = real(b, right.type) }
        let order = NaiveEngine.compare(a, b)
        let holds: Bool = switch operation {
        case .equal: order == 0
        case .unequal: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        default: order >= 0
        }
        return .word(holds ? 1 : 0)
    }

    static func compare(_ left: Constant, _ right: Constant) -> Int {
        switch (left, right) {
        case (.real(let a), .real(let b)): a.isNaN ? (b.isNaN ? 0 : 1) : b.isNaN ? -1 : a < b ? -1 : a > b ? 1 : 0
        case (.text(let a), .text(let b)):
            a.utf8.elementsEqual(b.utf8) ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
        default: wide(left) < wide(right) ? -1 : wide(left) > wide(right) ? 1 : 0
        }
    }

    static func wide(_ value: Constant) -> Int128 {
        switch value {
        case .word(let word): Int128(word)
        case .wide(let wide): wide
        default: 0
        }
    }

    func real(_ value: Constant, _ type: ValueType) -> Constant {
        switch value {
        case .word, .wide: .real(Double(NaiveEngine.wide(value)) / PowerOfTen.double(type.scale ?? 0))
        default: value
        }
    }

    private func exact(_ value: Int128, _ bound: Bound) throws -> Constant {
        if bound.type.isWide { return .wide(value) }
        guard let word = Int64(exactly: value) else { throw QueryError(.overflow, "overflow") }
        return .word(word)
    }

    private func arithmetic(_ operation: BinaryOperator, _ left: Constant, _ right: Constant, _ bound: Bound) throws -> Constant {
        if left == .null || right == .null { return .null }
        if case .real(let a) = left, case .real(let b) = right {
            switch operation {
            case .plus: return .real(a + b)
            case .minus: return .real(a - b)
            case .times: return .real(a * b)
            case .divided: return b == 0 ? .null : .real(a / b)
            default: return b == 0 ? .null : .real(a.truncatingRemainder(dividingBy: b))
            }
        }
        let (a, b) = (NaiveEngine.wide(left), NaiveEngine.wide(right))
        switch operation {
        case .plus: return try exact(a + b, bound)
        case .minus: return try exact(a - b, bound)
        case .times: return try exact(a * b, bound)
        default: return b == 0 ? .null : try exact(a % b, bound)
        }
    }

    private func cast(_ value: Constant, _ from: ValueType, _ bound: Bound) throws -> Constant {
        if value == .null { return .null }
        switch (from, bound.type) {
        case (_, .real): return from == .boolean ? .real(Double(NaiveEngine.wide(value))) : real(value, from)
        case (.date, .timestamp): return .word(Int64(NaiveEngine.wide(value)) * LocalClock.day)
        case (_, let to) where to.scale != nil && from.scale != nil:
            var result = NaiveEngine.wide(value)
            for _ in (from.scale ?? 0)..<max(from.scale ?? 0, to.scale ?? 0) { result *= 10 }
            return try exact(result, bound)
        default: return value
        }
    }

    private static func rounded(_ value: Int128, _ power: Int128, _ rounding: Rounding) -> Int128 {
        if rounding == .up { return -rounded(-value, power, .down) }
        if rounding == .nearest, value < 0 { return -rounded(-value, power, .nearest) }
        let raised = rounding == .nearest ? value + power / 2 : value
        return (raised - ((raised % power) + power) % power) / power
    }

    private func call(_ function: ScalarFunction, _ arguments: [Constant], _ bound: Bound) throws -> Constant {
        switch function {
        case .coalesce: return arguments.first { $0 != .null } ?? .null
        case .least: return arguments.filter { $0 != .null }.min { NaiveEngine.compare($0, $1) < 0 } ?? .null
        case .greatest: return arguments.filter { $0 != .null }.max { NaiveEngine.compare($0, $1) < 0 } ?? .null
        default: break
        }
        if arguments.contains(.null) { return .null }
        switch (function, arguments[0]) {
        case (.abs, .real(let real)): return .real(real.magnitude)
        case (.abs, let value): return try exact(Int128(NaiveEngine.wide(value).magnitude), bound)
        case (.rounded(.down, decimals: 0), .real(let real)): return .real(real.rounded(.down))
        case (.rounded(.up, decimals: 0), .real(let real)): return .real(real.rounded(.up))
        case (.rounded(.nearest, decimals: 0), .real(let real)): return .real(real.rounded(.toNearestOrAwayFromZero))
        case (.rounded(let rounding, decimals: 0), let value):
            guard case .call(_, let parts) = bound.kind, let scale = parts[0].type.scale else { return value }
            return try exact(NaiveEngine.rounded(NaiveEngine.wide(value), (0..<scale).reduce(1) { power, _ in power * 10 }, rounding), bound)
        case (.hour, .word(let word)): return .word(word / 3_600_000_000_000 % 24)
        case (.date, .word(let word)): return .word(word / LocalClock.day)
        case (.timeBucket(let width), .word(let word)): return .word(word / width * width)
        case (.concatenated, .text(let text)):
            guard case .text(let other) = arguments[1] else { return .null }
            return .text(text + other)
        default: return arguments[0]
        }
    }
}

/// One aggregate over the rows of one group.
struct NaiveAggregate {
    private let engine: NaiveEngine
    private let aggregate: Aggregate

    init(_ engine: NaiveEngine, _ aggregate: Aggregate) {
        self.engine = engine
        self.aggregate = aggregate
    }

    func result(_ rows: [[Constant]]) throws -> Constant {
        var inputs: [[Constant]] = []
        for row in rows {
            if let filter = aggregate.filter, try !engine.isTrue(filter, row) { continue }
            let values = try aggregate.arguments.map { try engine.value($0, row) }
            if !values.contains(.null) { inputs.append(values) }
        }
        if aggregate.isDistinct {
            var seen: Set<Constant> = []
            inputs = inputs.filter { input in
                guard case .real(let real) = input[0] else { return seen.insert(input[0]).inserted }
                return seen.insert(real.isNaN ? .text("NaN") : .real(real == 0 ? 0 : real)).inserted
            }
        }
        return fold(inputs)
    }

    private func fold(_ inputs: [[Constant]]) -> Constant {
        let type = aggregate.arguments.first?.type ?? .null
        func reals(_ index: Int) -> [Double] {
            inputs.map { input in if case .real(let real) = engine.real(input[index], aggregate.arguments[index].type) { real } else { 0 } }
        }
        switch aggregate.function {
        case .countRows, .count: return .word(Int64(inputs.count))
        case .minimum: return inputs.map { $0[0] }.min { NaiveEngine.compare($0, $1) < 0 } ?? .null
        case .maximum: return inputs.map { $0[0] }.max { NaiveEngine.compare($0, $1) < 0 } ?? .null
        case _ where inputs.isEmpty: return .null
        case .sum: return type == .real ? .real(reals(0).reduce(0, +)) : .wide(inputs.reduce(0) { $0 + NaiveEngine.wide($1[0]) })
        case .average: return .real(reals(0).reduce(0, +) / Double(inputs.count))
        case .variance(let isSample): return variance(reals(0), isSample).map { .real($0) } ?? .null
        case .deviation(let isSample): return variance(reals(0), isSample).map { .real($0.squareRoot()) } ?? .null
        case .quantile(let share):
            let sorted = reals(0).sorted { NaiveEngine.compare(.real($0), .real($1)) < 0 }
            let place = share * Double(sorted.count - 1)
            let (low, rest) = (sorted[Int(place)], place - Double(Int(place)))
            let high = sorted[min(Int(place) + 1, sorted.count - 1)]
            if low == high || rest == 0 { return .real(low) }
            return .real(low.isInfinite ? (1 - rest) * low + rest * high : low + rest * (high - low))
        case .first: return inputs.enumerated().min { (a, b) in precedes(a.element[1], a.offset, b.element[1], b.offset) }.map { $0.element[0] } ?? .null
        case .last: return inputs.enumerated().max { (a, b) in precedes(a.element[1], a.offset, b.element[1], b.offset) }.map { $0.element[0] } ?? .null
        case .weightedAverage:
            let weight = reals(1).reduce(0, +)
            return weight == 0 ? .null : .real(zip(reals(0), reals(1)).reduce(0) { $0 + $1.0 * $1.1 } / weight)
        }
    }

    private func precedes(_ left: Constant, _ leftRow: Int, _ right: Constant, _ rightRow: Int) -> Bool {
        let order = NaiveEngine.compare(left, right)
        return order != 0 ? order < 0 : leftRow < rightRow
    }

    private func variance(_ values: [Double], _ isSample: Bool) -> Double? {
        guard values.count >= (isSample ? 2 : 1) else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - (isSample ? 1 : 0))
    }
}
