import TapeColumns
import TapeTestSupport

/// An expression in both dialects.
struct Dual {
    enum Kind { case small, big, identifier, decimal, real, wideReal, flag, text, date, time, unsigned }

    var ours: String
    var theirs: String
    var kind: Kind

    init(_ ours: String, _ theirs: String? = nil, _ kind: Kind) {
        (self.ours, self.theirs, self.kind) = (ours, theirs ?? ours, kind)
    }
}

/// A random question in both dialects.
///
/// Where the dialects differ by design (docs/sql.md has the list) each side is asked what means the same: `/` is real division here, LIKE minds case, nulls
/// come last, sums have 128 bits (SQLite adds the halves of each number apart), and arithmetic stays where no integer overflows.
struct RandomQuery {
    private(set) var ours = ""
    private(set) var theirs = ""
    /// Whether the order of rows is decided by the question.
    private(set) var isOrdered = false
    /// Per column of our answer whether SQLite answers with two, the halves of a sum.
    private(set) var isHalved: [Bool] = []

    private var random: SeededGenerator

    init(seed: UInt64, table: String) {
        random = SeededGenerator(seed: seed)
        if chance(10) { distinctGroups(table) } else if chance(2) { grouped(table) } else { plain(table) }
    }

    // MARK: Statements

    private mutating func plain(_ table: String) {
        let isDistinct = chance(4)
        let items = (0..<Int.random(in: 1...4, using: &random)).map { _ in anything(2) }
        isHalved = items.map { _ in false }
        let head = "SELECT \(isDistinct ? "DISTINCT " : "")"
        ours = head + items.map(\.ours).joined(separator: ", ") + " FROM r" + filter(\.ours)
        theirs = head + items.map(\.theirs).joined(separator: ", ") + " FROM \(table)" + lastFilter.theirs
        finish(items, extra: isDistinct ? nil : anything(1))
    }

    private mutating func grouped(_ table: String) {
        let keys = (0..<Int.random(in: 0...2, using: &random)).map { _ in groupKey() }
        var items = keys
        isHalved = keys.map { _ in false }
        var oursItems = keys.map(\.ours), theirsItems = keys.map(\.theirs)
        var orderable = keys
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            if chance(5) {
                let (sum, halves) = wideSum()
                oursItems.append(sum)
                theirsItems.append(halves)
                isHalved.append(true)
            } else {
                let aggregate = aggregate()
                oursItems.append(aggregate.ours)
                theirsItems.append(aggregate.theirs)
                isHalved.append(false)
                // Variances may differ in the last digit, which must not decide an order.
                if aggregate.ours != RandomQuery.variance { orderable.append(aggregate) }
            }
        }
        items = orderable
        ours = "SELECT " + oursItems.joined(separator: ", ") + " FROM r" + filter(\.ours)
        theirs = "SELECT " + theirsItems.joined(separator: ", ") + " FROM \(table)" + lastFilter.theirs
        if !keys.isEmpty {
            let byPosition = chance(2)
            ours += " GROUP BY " + keys.indices.map { byPosition ? String($0 + 1) : keys[$0].ours }.joined(separator: ", ")
            theirs += " GROUP BY " + keys.map(\.theirs).joined(separator: ", ")
            if chance(3) {
                let condition = having()
                ours += " HAVING " + condition.ours
                theirs += " HAVING " + condition.theirs
            }
        }
        finish(items.filter { item in !isConstant(item) }, extra: nil, isGrouped: keys.count > 0)
    }

    /// What groups have in common, without what tells them apart.
    private mutating func distinctGroups(_ table: String) {
        let keys = (0..<Int.random(in: 1...2, using: &random)).map { _ in groupKey() }
        var items: [Dual] = []
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let aggregate = aggregate()
            // Doubles that differ in the last digit would be distinct.
            items.append(["count(", "min(", "max("].contains { aggregate.ours.hasPrefix($0) } ? aggregate : Dual("count(*)", nil, .small))
        }
        isHalved = items.map { _ in false }
        ours = "SELECT DISTINCT " + items.map(\.ours).joined(separator: ", ") + " FROM r" + filter(\.ours)
        theirs = "SELECT DISTINCT " + items.map(\.theirs).joined(separator: ", ") + " FROM \(table)" + lastFilter.theirs
        ours += " GROUP BY " + keys.map(\.ours).joined(separator: ", ")
        theirs += " GROUP BY " + keys.map(\.theirs).joined(separator: ", ")
        finish(items.filter { !isConstant($0) }, extra: nil)
    }

    /// Whether an expression names no column: SQLite takes such an integer in ORDER BY for a position.
    private func isConstant(_ item: Dual) -> Bool { !item.ours.contains(where: \.isLetter) }

    private var lastFilter = Dual("", "", .flag)

    private mutating func filter(_ side: KeyPath<Dual, String>) -> String {
        lastFilter = Dual("", "", .flag)
        if !chance(4) {
            let condition = condition(3)
            lastFilter = Dual(" WHERE " + condition.ours, " WHERE " + condition.theirs, .flag)
        }
        return lastFilter[keyPath: side]
    }

    /// An order by every item, so that ties are equal rows, and then perhaps a limit.
    private mutating func finish(_ items: [Dual], extra: Dual?, isGrouped: Bool = true) {
        guard chance(2), isGrouped else { return }
        var order = items.shuffled(using: &random)
        if let extra, !isConstant(extra) { order.insert(extra, at: 0) }
        order = order.filter { !isConstant($0) }
        guard !order.isEmpty else { return }
        var oursTerms: [String] = [], theirsTerms: [String] = []
        for item in order {
            let direction = ["", " ASC", " DESC"].randomElement(using: &random) ?? ""
            let nulls = ["", " NULLS FIRST", " NULLS LAST"].randomElement(using: &random) ?? ""
            oursTerms.append(item.ours + direction + nulls)
            theirsTerms.append(item.theirs + direction + (nulls.isEmpty ? " NULLS LAST" : nulls))
        }
        isOrdered = true
        var tail = ""
        if chance(2) {
            tail += " LIMIT \(Int.random(in: 0...12, using: &random))"
            if chance(2) { tail += " OFFSET \(Int.random(in: 0...9, using: &random))" }
        }
        ours += " ORDER BY " + oursTerms.joined(separator: ", ") + tail + (chance(5) ? " ;" : "")
        theirs += " ORDER BY " + theirsTerms.joined(separator: ", ") + tail
    }

    // MARK: Aggregates

    private mutating func aggregate() -> Dual {
        let filter = chance(4) ? condition(1) : nil
        func with(_ ours: String, _ theirs: String, _ kind: Dual.Kind) -> Dual {
            guard let filter else { return Dual(ours, theirs, kind) }
            return Dual(ours + " FILTER (WHERE \(filter.ours))", theirs + " FILTER (WHERE \(filter.theirs))", kind)
        }
        let distinct = chance(3) ? "DISTINCT " : ""
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return with("count(*)", "count(*)", .small)
        case 1:
            let item = anything(1)
            return with("count(\(distinct)\(item.ours))", "count(\(distinct)\(item.theirs))", .small)
        case 2, 3:
            let item = anything(1)
            let function = chance(2) ? "min" : "max"
            return with("\(function)(\(item.ours))", "\(function)(\(item.theirs))", item.kind)
        case 4:
            let item = number(1, dividing: false)
            return with("sum(\(distinct)\(item.ours))", "sum(\(distinct)\(item.theirs))", item.kind)
        case 5: return with("sum(price)", "sum(price)", .decimal)
        case 6:
            let item = number(1, dividing: false)
            return with("avg(\(distinct)\(item.ours))", "avg(\(distinct)\(item.theirs))", .real)
        default:
            // The sample's variance of integers, from exact sums.
            let n = "count(small)"
            guard filter == nil else { return with("count(name)", "count(name)", .small) }
            return Dual(RandomQuery.variance, "CASE WHEN \(n) > 1 THEN (sum(small*small)*\(n) - sum(small)*sum(small)) / (\(n)*1.0*(\(n)-1)) END", .real)
        }
    }

    private static let variance = "var(small)"

    private mutating func wideSum() -> (ours: String, theirs: String) {
        let column = chance(2) ? "big" : "id"
        return ("sum(\(column))", "sum(\(column) >> 32), sum(\(column) & 4294967295)")
    }

    private mutating func having() -> Dual {
        let limit = Int.random(in: 0...20, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return Dual("count(*) > \(limit)", nil, .flag)
        case 1: return Dual("max(small) IS NOT NULL AND sum(small) >= -\(limit)", nil, .flag)
        default: return Dual("NOT (min(f) < \(limit) OR count(name) = \(limit))", nil, .flag)
        }
    }

    private mutating func groupKey() -> Dual {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return Dual("part", nil, .small)
        case 1: return Dual("name", nil, .text)
        case 2: return Dual("flag", nil, .flag)
        case 3: return Dual("day", nil, .date)
        case 4: return Dual("wide", nil, .wideReal)
        case 5: return Dual("u", nil, .unsigned)
        case 6: return Dual("hour(t)", "(t / 3600000000000 % 24)", .small)
        case 7: return Dual("time_bucket('30 minutes', t)", "(t / 1800000000000 * 1800000000000)", .time)
        default: return Dual("small % 5", nil, .small)
        }
    }

    // MARK: Expressions

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private mutating func anything(_ depth: Int) -> Dual {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...3: return number(depth)
        case 4: return Dual("big", nil, .big)
        case 5: return text(depth)
        case 6: return Dual("price", nil, .decimal)
        case 7: return condition(depth)
        case 8: return chance(2) ? Dual("day", nil, .date) : Dual("date(t)", "(t / 86400000000000)", .date)
        case 9: return Dual("t", nil, .time)
        case 10: return chance(2) ? Dual("wide", nil, .wideReal) : Dual("u", nil, .unsigned)
        default: return Dual("id", nil, .identifier)
        }
    }

    /// Integers below some thousands, or reals.
    ///
    /// - Parameter dividing: whether quotients may be among them, whose sums depend on the order of rows.
    private mutating func number(_ depth: Int, dividing: Bool = true) -> Dual {
        guard depth > 0, !chance(3) else { return chance(2) ? Dual("small", nil, .small) : chance(2) ? Dual("f", nil, .real) : integer() }
        let left = number(depth - 1, dividing: dividing), right = number(depth - 1, dividing: dividing)
        let kind: Dual.Kind = left.kind == .real || right.kind == .real ? .real : .small
        switch Int.random(in: 0..<9, using: &random) {
        case 0...2:
            let sign = ["+", "-", "*"].randomElement(using: &random) ?? "+"
            return Dual("(\(left.ours) \(sign) \(right.ours))", "(\(left.theirs) \(sign) \(right.theirs))", kind)
        case 3 where dividing: return Dual("(\(left.ours) / \(right.ours))", "(CAST(\(left.theirs) AS REAL) / \(right.theirs))", .real)
        case 4: return Dual("(small % \(Int.random(in: -3...7, using: &random)))", nil, .small)
        case 5: return Dual("abs(\(left.ours))", "abs(\(left.theirs))", left.kind)
        case 6: return Dual("-(\(left.ours))", "-(\(left.theirs))", left.kind)
        case 7:
            let condition = condition(depth - 1)
            return Dual("CASE WHEN \(condition.ours) THEN \(left.ours) ELSE \(right.ours) END",
                        "CASE WHEN \(condition.theirs) THEN \(left.theirs) ELSE \(right.theirs) END", kind)
        default: return chosen(left, right, kind)
        }
    }

    private mutating func chosen(_ left: Dual, _ right: Dual, _ kind: Dual.Kind) -> Dual {
        let function = ["coalesce", "least", "greatest"].randomElement(using: &random) ?? "coalesce"
        let ours = "\(function)(\(left.ours), \(right.ours))"
        guard function != "coalesce" else { return Dual(ours, "coalesce(\(left.theirs), \(right.theirs))", kind) }
        let theirs = "\(function == "least" ? "min" : "max")(\(left.theirs), \(right.theirs))"
        return Dual(ours, "CASE WHEN \(left.theirs) IS NULL THEN \(right.theirs) WHEN \(right.theirs) IS NULL THEN \(left.theirs) ELSE \(theirs) END", kind)
    }

    private mutating func integer() -> Dual { Dual(String(Int.random(in: 0...20, using: &random)), nil, .small) }

    private mutating func text(_ depth: Int) -> Dual {
        guard depth > 0, chance(3) else { return Dual("name", nil, .text) }
        if chance(2) { return Dual("name || '-' || name", nil, .text) }
        let condition = condition(depth - 1)
        return Dual("CASE WHEN \(condition.ours) THEN name ELSE 'else' END", "CASE WHEN \(condition.theirs) THEN name ELSE 'else' END", .text)
    }

    private mutating func condition(_ depth: Int) -> Dual {
        guard depth > 0, !chance(3) else { return comparison() }
        let left = condition(depth - 1)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return Dual("NOT (\(left.ours))", "NOT (\(left.theirs))", .flag)
        case 1, 2:
            let right = condition(depth - 1)
            let word = chance(2) ? "AND" : "OR"
            return Dual("(\(left.ours) \(word) \(right.ours))", "(\(left.theirs) \(word) \(right.theirs))", .flag)
        default: return Dual("(\(left.ours)) IS \(chance(2) ? "NOT " : "")NULL", nil, .flag).copying(left)
        }
    }

    private mutating func comparison() -> Dual {
        let sign = ["=", "<>", "<", "<=", ">", ">=", "!="].randomElement(using: &random) ?? "="
        let not = chance(3) ? "NOT " : ""
        switch Int.random(in: 0..<15, using: &random) {
        case 0: return Dual("flag", nil, .flag)
        case 1:
            let word = RandomTable.extremes.randomElement(using: &random) ?? 0
            return Dual("big \(sign) \(word)", "big \(sign) \(RandomTable.literal(word))", .flag)
        case 2:
            let left = number(1), right = number(1)
            return Dual("\(left.ours) \(sign) \(right.ours)", "\(left.theirs) \(sign) \(right.theirs)", .flag)
        case 3:
            let (low, high) = (Int.random(in: -25...10, using: &random), Int.random(in: -10...25, using: &random))
            return Dual("small \(not)BETWEEN \(low) AND \(high)", nil, .flag)
        case 4:
            let items = (0..<3).map { _ in chance(8) ? "NULL" : String(Int.random(in: -20...20, using: &random)) }
            return Dual("small \(not)IN (\(items.joined(separator: ", ")))", nil, .flag)
        case 5: return Dual("name \(not)IN ('a', 'é', 'it''s', 'none')", nil, .flag)
        case 6:
            let pattern = ["a%", "%b%", "_", "%", "", "A_", "b%c", "x__", "%é", "__", "日%"].randomElement(using: &random) ?? ""
            return Dual("name \(not)LIKE '\(pattern)'", nil, .flag)
        case 7:
            let column = RandomTable.columns.randomElement(using: &random)?.name ?? "small"
            return Dual("\(column) IS \(not)NULL", nil, .flag)
        case 8:
            let day = Int32.random(in: 19_958...19_977, using: &random)
            return Dual("day \(sign) \(chance(2) ? "DATE " : "")'\(CivilDate.text(day))'", "day \(sign) \(day)", .flag)
        case 9:
            let cents = Int.random(in: 100...499, using: &random)
            let sign2 = chance(2) ? "-" : ""
            return Dual("price \(sign) \(sign2)\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)", "price \(sign) \(sign2)\(cents)", .flag)
        case 10:
            let value = RandomTable.wideReals.randomElement(using: &random) ?? 0
            guard value.isFinite else { return Dual("wide \(sign) CAST('\(value)' AS DOUBLE)", "wide \(sign) \(RandomTable.literal(value))", .flag) }
            return Dual("wide \(sign) CAST('\(value)' AS DOUBLE)", "wide \(sign) \(RandomTable.literal(value))", .flag)
        case 11:
            let value: UInt64 = [0, 1, 1 << 63, .max, 41].randomElement(using: &random) ?? 0
            return Dual("u \(sign) \(value)", "u \(sign) \(RandomTable.literal(ColumnWord.word(of: value)))", .flag)
        case 12: return Dual("part \(sign) \(Int.random(in: -4...12, using: &random))", nil, .flag)
        case 13: return chance(2) ? Dual("big \(sign) wide", nil, .flag) : Dual("name \(sign) '\(chance(2) ? "b" : "é")'", nil, .flag)
        default:
            return Dual("id \(sign) \(7_900_000_000_000_000_000 + Int64.random(in: -1...41, using: &random))", nil, .flag)
        }
    }
}

extension Dual {
    /// The same shape around another expression in the second dialect.
    fileprivate func copying(_ inner: Dual) -> Dual {
        Dual(ours, "(\(inner.theirs))" + ours.dropFirst(inner.ours.count + 2), kind)
    }
}
