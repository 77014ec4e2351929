import TapeIngest

extension TradingCalendar {
    /// What the store remembers of the rule.
    package var dayRule: DayRule {
        let name = rule == .calendar ? "calendar" : "session \(rollInSeconds)"
        return DayRule(name: name) { instant in
            let day = day(containing: instant)
            return DayRule.Interval(day: Int64(day.day), start: day.start, end: day.end)
        }
    }

    /// The calendar of what the store remembers; nil where it is none of ours.
    package init?(ruleName: String) {
        let parts = ruleName.split(separator: " ")
        guard let rule = parts.first.flatMap({ Rule(rawValue: String($0)) }),
            let calendar = try? TradingCalendar(
                rule: rule, rollInSeconds: parts.count > 1 ? Int64(parts[1]) ?? 0 : TradingCalendar.defaultRollInSeconds)
        else { return nil }
        self = calendar
    }
}
