import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeMarket

/// The kinds of value that a configuration has, read strictly.
extension YAMLNode {
    func problem(_ message: String) -> ConfigurationProblem { ConfigurationProblem(message: message, line: line) }

    func text() throws(ConfigurationProblem) -> String {
        guard case .scalar(let text, _) = self else { throw problem("expected one value") }
        return text
    }

    func choice(_ names: [String]) throws(ConfigurationProblem) -> String {
        let text = try text()
        guard names.contains(text) else {
            let nearest = NearestName.suffix(text, among: names)
            throw problem("'\(text)' is not one of \(names.joined(separator: ", "))\(nearest)")
        }
        return text
    }

    func flag() throws(ConfigurationProblem) -> Bool { try choice(["true", "false"]) == "true" }

    func integer(in range: ClosedRange<Int>) throws(ConfigurationProblem) -> Int {
        let text = try text()
        guard let number = Int(text), range.contains(number) else {
            throw problem("'\(text)' is not an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A number from 0 to `max`, times 10 to the power of `decimals`, exactly; more decimals are refused, not rounded.
    func decimal(decimals: Int, max: Int64) throws(ConfigurationProblem) -> Int64 {
        let text = try text()
        let failure = problem("'\(text)' is not a number from 0 to \(max) with at most \(decimals) decimals")
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
        guard isPlain, fraction.utf8.count <= decimals, parts[0].utf8.count <= 9 else { throw failure }
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        guard let number = Int64(parts[0] + fraction + zeros), let limit = Int64("\(max)" + String(repeating: "0", count: decimals)),
            number <= limit
        else { throw failure }
        return number
    }

    func size(in range: ClosedRange<Int>) throws(ConfigurationProblem) -> Int {
        let text = try text()
        do {
            return try ByteSize.parse(text, in: range)
        } catch {
            throw problem(error.message)
        }
    }

    /// The different values of a list; an empty list would select nothing, and is refused.
    func set<Value: Hashable>(
        _ read: (YAMLNode) throws(ConfigurationProblem) -> Value
    ) throws(ConfigurationProblem) -> Set<Value> {
        guard case .sequence(let items, _) = self else { throw problem("expected a list, as in [1, 2]") }
        guard !items.isEmpty else { throw problem("the list is empty") }
        var values: Set<Value> = []
        for item in items {
            guard values.insert(try read(item)).inserted else { throw item.problem("'\(try item.text())' is given twice") }
        }
        return values
    }

    /// Codes of securities or participants; nil for `all`.
    func codes() throws(ConfigurationProblem) -> Set<Int64>? {
        if case .scalar(let text, _) = self {
            guard text == "all" else { throw problem("expected all, or a list as in [69, 8], not '\(text)'") }
            return nil
        }
        return try set { (item) throws(ConfigurationProblem) in
            let text = try item.text()
            guard let code = Int64(text) else { throw item.problem("'\(text)' is not a number") }
            return code
        }
    }

    func scenarios() throws(ConfigurationProblem) -> Set<AnalysisSettings.Scenario> {
        let known = AnalysisSettings.Scenario.allCases.map(\.rawValue)
        return try set { (item) throws(ConfigurationProblem) in
            let text = try item.text()
            guard let scenario = AnalysisSettings.Scenario(rawValue: text) else {
                throw item.problem("there is no scenario '\(text)'; this version has \(known.joined(separator: ", "))")
            }
            return scenario
        }
    }

    /// A time of day as HH:MM, in seconds since midnight.
    func clock() throws(ConfigurationProblem) -> Int64 {
        let text = try text()
        guard let seconds = ClockTime.seconds(text) else { throw problem("'\(text)' is not a time of day; write it as \"10:00\"") }
        return seconds
    }

    /// The values of a small mapping by key.
    func members(_ known: [String]) throws(ConfigurationProblem) -> [String: YAMLNode] {
        var problems: [ConfigurationProblem] = []
        let entries = Configuration.entries(self, known: known, &problems)
        if let first = problems.first { throw first }
        return Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// Days since 1970-01-01, both inclusive, nil where open.
    func dateRange() throws(ConfigurationProblem) -> (from: Int64?, to: Int64?) {
        if case .scalar("all", _) = self { return (nil, nil) }
        let members = try members(["start", "end", "all_dates"])
        let from = try members["start"]?.date()
        let to = try members["end"]?.date()
        if let from, let to, from > to { throw problem("the range ends before it starts") }
        return try members["all_dates"]?.flag() == true ? (nil, nil) : (from, to)
    }

    private func date() throws(ConfigurationProblem) -> Int64 {
        let text = try text()
        guard let date = CivilDate.parse(text) else { throw problem("'\(text)' is not a date; write it as YYYY-MM-DD") }
        return Int64(date)
    }

    /// Nil for `all`.
    func tradingHours() throws(ConfigurationProblem) -> TradingHours? {
        if case .scalar("all", _) = self { return nil }
        let members = try members(["start", "end"])
        guard let start = try members["start"]?.text(), let end = try members["end"]?.text() else {
            throw problem("expected all, or both start and end")
        }
        do {
            return try TradingHours(parsing: "\(start)-\(end)")
        } catch {
            throw problem("'\(start)' to '\(end)' is not a range of hours; write 10 and 16, or \"10:00\" and \"16:00\"")
        }
    }
}
