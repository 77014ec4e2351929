import TapeTestSupport

/// Random questions about `ModelTable`.
struct RandomQuestion {
    var random: SeededGenerator

    mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func integer(_ depth: Int = 2) -> String {
        let leaf = pick(["few", "many", "runs", "LESS", "late_column", "security_code", "\(Int.random(in: -5...9, using: &random))", "hour(ts)"])
        guard depth > 0, chance(60) else { return leaf }
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return "(\(integer(depth - 1)) + \(integer(depth - 1)))"
        case 1: return "(\(integer(depth - 1)) * \(Int.random(in: -3...3, using: &random)))"
        case 2: return "\(integer(depth - 1)) % \(integer(depth - 1))"
        case 3: return "abs(- \(integer(depth - 1)))"
        case 4: return "CASE WHEN \(condition(depth - 1)) THEN \(integer(depth - 1)) ELSE \(integer(depth - 1)) END"
        case 5: return "coalesce(\(integer(depth - 1)), \(integer(depth - 1)))"
        default: return pick(["least", "greatest"]) + "(\(integer(depth - 1)), \(integer(depth - 1)), few)"
        }
    }

    mutating func number() -> String {
        pick(["real", "real * 2.5", "few / 3", "floor(real)", "money", "money * few", "money + 1.5", integer(), integer(), "wild"])
    }

    mutating func condition(_ depth: Int = 2) -> String {
        if depth > 0, chance(45) {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return "(\(condition(depth - 1)) AND \(condition(depth - 1)))"
            case 1: return "(\(condition(depth - 1)) OR \(condition(depth - 1)))"
            default: return "NOT (\(condition(depth - 1)))"
            }
        }
        let comparison = pick(["=", "<>", "<", "<=", ">", ">="])
        switch Int.random(in: 0..<13, using: &random) {
        case 0: return "\(integer(1)) \(comparison) \(integer(1))"
        case 1: return "real \(comparison) \(pick(["0", "1.5", "-0.0", "1e300", "-3", "few"]))"
        case 2: return "text \(comparison) '\(pick(["apple", "b", "", "Zürich"]))'"
        case 3: return "text LIKE '\(pick(["a%", "%an%", "_p%", "%", "a\\%b", "Z_rich"]))'"
        case 4: return "few IN (1, 3, 5, 9)"
        case 5: return "text IN ('apple', 'cherry')"
        case 6: return "\(pick(["few", "text", "real", "flag", "late_column", "money"])) IS \(pick(["", "NOT "]))NULL"
        case 7: return "many BETWEEN \(Int.random(in: -90_000...0, using: &random)) AND \(Int.random(in: 0...90_000, using: &random))"
        case 8: return "date \(comparison) '2024-08-\(Int.random(in: 25...27, using: &random))'"
        case 9: return "ts \(comparison) '2024-08-25 \(Int.random(in: 10...19, using: &random)):30'"
        case 10: return "money \(comparison) \(pick(["1.25", "0", "-3", "2.505", "few"]))"
        case 11: return "wild \(comparison) \(pick(["0", "9223372036854775807", "-9223372036854775808", "1.5", "1e19"]))"
        default: return pick(["flag", "NOT flag", "runs = 2", "runs > 0", "security_code = 101"])
        }
    }

    private mutating func aggregate() -> String {
        let filter = chance(20) ? " FILTER (WHERE \(condition(1)))" : ""
        let distinct = chance(30) ? "DISTINCT " : ""
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return "count(*)" + filter
        case 2: return "count(\(distinct)\(pick(["few", "many", "text", "real", "wild", "money"])))" + filter
        case 3: return "sum(\(distinct)\(number()))" + filter
        case 4: return "avg(\(integer()))" + filter
        case 5: return "min(\(pick(["few", "many", "text", "real", "wild", "ts", "date", "flag", integer()])))" + filter
        case 6: return "max(\(pick(["few", "many", "text", "real", "wild", "ts", "date", "flag", integer()])))" + filter
        case 7: return pick(["stddev", "var", "var_pop"]) + "(\(pick(["few", "many", "money"])))" + filter
        case 8: return "median(\(pick(["few", "many", "money"])))" + filter
        case 9: return "quantile(many, 0.\(Int.random(in: 1...9, using: &random)))" + filter
        case 10: return pick(["first", "last"]) + "(\(pick(["few", "many", "text", "real"])) BY \(pick(["ts", "many", "runs", "text"])))" + filter
        default: return "vwap(\(pick(["many", "money"])), few)" + filter
        }
    }

    mutating func question() -> String {
        let condition = chance(70) ? " WHERE " + condition() : ""
        if chance(25) { return plain(condition) }
        let keys = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            pick(["few", "runs", "text", "date", "security_code", "flag", "real", "hour(ts)", "time_bucket('2 hours', ts)", "date(ts)", "money",
                  "many % 5", "many", "CASE WHEN few < 3 THEN 'low' ELSE text END"])
        }
        let aggregates = (0..<Int.random(in: 1...3, using: &random)).map { _ in aggregate() }
        let group = keys.isEmpty ? "" : " GROUP BY " + keys.indices.map { "\($0 + 1)" }.joined(separator: ", ")
        let having = chance(20) ? " HAVING count(*) > \(Int.random(in: 0...9, using: &random))" : ""
        let order = chance(30) ? " ORDER BY \(keys.count + 1)\(pick([" DESC", "", " NULLS FIRST"]))" : ""
        return "SELECT \((keys + aggregates).joined(separator: ", ")) FROM t\(condition)\(group)\(having)\(order)\(limit())"
    }

    private mutating func plain(_ condition: String) -> String {
        let items = (0..<Int.random(in: 1...3, using: &random)).map { _ in pick(["few", "many", "text", "real", number(), integer(), "ts", "flag", "money"]) }
        if chance(30) { return "SELECT DISTINCT \(items.joined(separator: ", ")) FROM t\(condition)\(limit())" }
        let order = chance(50) ? " ORDER BY \(pick(["few", "text", "real", "many"]))\(pick([" DESC", "", " NULLS FIRST", " DESC NULLS FIRST"])), 1" : ""
        return "SELECT \(items.joined(separator: ", ")) FROM t\(condition)\(order)\(limit())"
    }

    private mutating func limit() -> String {
        chance(30) ? " LIMIT \(Int.random(in: 0...40, using: &random))" + (chance(30) ? " OFFSET \(Int.random(in: 0...20, using: &random))" : "") : ""
    }
}
