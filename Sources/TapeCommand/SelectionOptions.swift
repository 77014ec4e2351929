import ArgumentParser
import TapeColumns
import TapeIngest
import TapeMarket

/// Which partitions a command works on.
struct PartitionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only these securities.", valueName: "110621,85603"))
    var securities: String?

    @Option(help: ArgumentHelp("Only trading dates from this one on.", valueName: "YYYY-MM-DD"))
    var from: String?

    @Option(help: ArgumentHelp("Only trading dates up to this one, inclusive.", valueName: "YYYY-MM-DD"))
    var to: String?

    /// What the options say; where they say nothing, what the configuration says.
    func selection(over configured: Selection) throws(CommandError) -> Selection {
        var selection = configured
        selection.securities = try PartitionOptions.numbers(securities, "--securities") ?? configured.securities
        selection.from = try PartitionOptions.date(from, "--from") ?? configured.from
        selection.to = try PartitionOptions.date(to, "--to") ?? configured.to
        return selection
    }

    fileprivate static func numbers(_ text: String?, _ option: String) throws(CommandError) -> Set<Int64>? {
        guard let text else { return nil }
        var numbers: Set<Int64> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int64(item.filter { $0 != " " }) else {
                throw CommandError(.usage, "\(option): '\(item)' is not a number", help: "separate numbers by commas, as in 69,8")
            }
            numbers.insert(number)
        }
        return numbers
    }

    private static func date(_ text: String?, _ option: String) throws(CommandError) -> Int64? {
        guard let text else { return nil }
        guard let date = CivilDate.parse(text) else {
            throw CommandError(.usage, "\(option): '\(text)' is not a date", help: "write it as YYYY-MM-DD")
        }
        return Int64(date)
    }
}

/// The selection of a command for which partitions are selected, not rows of them.
struct WholePartitionOptions: ParsableArguments {
    @OptionGroup var partitions: PartitionOptions

    // Not listed: whoever gives them is told why they are refused.

    @Option(help: .hidden)
    var participants: String?

    @Option(help: .hidden)
    var tradingHours: String?

    func selection(over configured: Selection, _ command: String) throws(CommandError) -> Selection {
        guard participants == nil, tradingHours == nil else {
            throw CommandError(
                .usage, "\(command) takes whole partitions: --participants and --trading-hours are not for it", help: "analyze and query heed them")
        }
        return try partitions.selection(over: configured)
    }
}

/// Which partitions and rows a command works on.
struct SelectionOptions: ParsableArguments {
    @OptionGroup var partitions: PartitionOptions

    @Option(help: ArgumentHelp("Only these participants.", valueName: "69,8"))
    var participants: String?

    @Option(help: ArgumentHelp("Only local hours, as 10-16 (whole hours, both inclusive) or 10:00-16:00 (half open).", valueName: "hours"))
    var tradingHours: String?

    /// What the options say; where they say nothing, what the configuration says.
    func selection(over configured: Selection) throws(CommandError) -> Selection {
        var selection = try partitions.selection(over: configured)
        selection.participants = try PartitionOptions.numbers(participants, "--participants") ?? configured.participants
        selection.hours = try SelectionOptions.hours(tradingHours) ?? configured.hours
        return selection
    }

    private static func hours(_ text: String?) throws(CommandError) -> TradingHours? {
        guard let text else { return nil }
        do {
            return try TradingHours(parsing: text)
        } catch {
            throw CommandError(.usage, "--trading-hours: '\(text)' is not a range of hours", help: "write 10-16 or 10:00-16:00")
        }
    }
}

/// Which partitions and rows are meant; nil for all.
struct Selection: Hashable {
    var securities: Set<Int64>?
    /// Days since 1970-01-01, both inclusive.
    var from: Int64?
    var to: Int64?
    var participants: Set<Int64>?
    var hours: TradingHours?

    func contains(date: Int64, security: Int64) -> Bool {
        if let from, date < from { return false }
        if let to, date > to { return false }
        return securities?.contains(security) ?? true
    }

    /// The selected partitions, by the key columns of the tables of orders, trades and quotes.
    var partitions: PartitionSelection {
        var conditions: [String: PartitionSelection.Condition] = [:]
        var options: [String] = []
        if let securities {
            conditions["security_code"] = .among(securities)
            options.append("--securities " + securities.sorted().map(String.init).joined(separator: ","))
        }
        if from != nil || to != nil {
            let (first, last) = (from ?? .min, to ?? .max)
            conditions["date"] = first <= last ? .within(first...last) : .among([])
        }
        if let from { options.append("--from " + CivilDate.text(Int32(from))) }
        if let to { options.append("--to " + CivilDate.text(Int32(to))) }
        return PartitionSelection(conditions, text: options.joined(separator: " "))
    }
}
