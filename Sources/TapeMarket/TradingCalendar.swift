import TapeColumns

/// Which trading day an instant belongs to: the rule by which rows are partitioned.
///
/// The feed of a business day starts the evening before it (reloaded orders, about 21:22), so the recommended rule
/// is `session`; `calendar` is the plain local date.
///
///     local      Fri 18:59 │ Fri 19:00 … Sat … Sun … Mon 18:59 │ Mon 19:00 …
///     session    Friday    │ Monday                            │ Tuesday
///     calendar   the local date
///
/// Under `session` a local time at or after the roll counts as the next date, and a date without trading (weekend,
/// holiday) as the next one with trading. So all of a Saturday and a Sunday, noon included, is Monday's: a day
/// without trading never gets a partition of its own.
package struct TradingCalendar: Hashable, Sendable {
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case session, calendar
    }

    /// 19:00, in seconds since local midnight.
    package static let defaultRollInSeconds: Int64 = 19 * 3600

    package let rule: Rule
    /// Seconds since local midnight, from noon to 24:00; without meaning under `calendar`.
    package let rollInSeconds: Int64
    /// Days without trading besides weekends, in days since 1970-01-01; without meaning under `calendar`.
    package let holidays: Set<Int32>

    /// Throws if the roll is not within 12:00…24:00: a day starts the evening before, and earlier times could fall
    /// into the hour that a change of the clock repeats.
    package init(
        rule: Rule = .session, rollInSeconds: Int64 = defaultRollInSeconds, holidays: Set<Int32> = []
    ) throws(MarketOptionError) {
        guard (43_200...86_400).contains(rollInSeconds) else {
            throw MarketOptionError(kind: .dayRollOutOfRange, value: String(rollInSeconds))
        }
        self.init(rule, rollInSeconds, holidays)
    }

    /// The default rule: weekdays, rolling at 19:00.
    package static let session = TradingCalendar(.session, defaultRollInSeconds, [])
    package static let calendar = TradingCalendar(.calendar, defaultRollInSeconds, [])

    private init(_ rule: Rule, _ rollInSeconds: Int64, _ holidays: Set<Int32>) {
        self.rule = rule
        self.rollInSeconds = rollInSeconds
        self.holidays = holidays
    }

    /// The trading day (days since 1970-01-01) of an instant, and [start, end), the largest interval of instants
    /// with the same day. Code that treats rows in bulk tests the interval per row. Total: any Int64 is an instant;
    /// at the ends of its range the interval is clamped.
    package func day(containing nanoseconds: Int64) -> (day: Int32, start: Int64, end: Int64) {
        let date = ExchangeTime.localDate(at: nanoseconds)
        guard rule == .session else {
            return (date, ExchangeTime.instant(localDate: date, secondOfDay: 0),
                    ExchangeTime.instant(localDate: date + 1, secondOfDay: 0))
        }
        let second = ExchangeTime.nanosecondOfDay(at: nanoseconds) / ExchangeTime.nanosecondsPerSecond
        let day = tradingDay(onOrAfter: second >= rollInSeconds ? date + 1 : date)
        var previous = day - 1
        while !isTradingDay(previous) { previous -= 1 }
        return (day, ExchangeTime.instant(localDate: previous, secondOfDay: rollInSeconds),
                ExchangeTime.instant(localDate: day, secondOfDay: rollInSeconds))
    }

    package func isTradingDay(_ date: Int32) -> Bool {
        rule == .calendar || (!CivilDate.isWeekend(date) && !holidays.contains(date))
    }

    package func tradingDay(onOrAfter date: Int32) -> Int32 {
        var day = date
        while !isTradingDay(day) { day += 1 }
        return day
    }

    /// Reads a roll such as `19:00`.
    package static func rollInSeconds(_ text: some StringProtocol) throws(MarketOptionError) -> Int64 {
        guard let seconds = ClockTime.seconds(Array(text.utf8)[...]), (43_200...86_400).contains(seconds) else {
            throw MarketOptionError(kind: .dayRollOutOfRange, value: String(text))
        }
        return seconds
    }
}

/// An option of the market whose text or value cannot be used.
package struct MarketOptionError: Error, Hashable {
    package enum Kind: Hashable, Sendable {
        /// Wanted: `HH:MM` from 12:00 to 24:00.
        case dayRollOutOfRange
        /// Wanted: whole hours `10-16`, or `10:00-16:00`, the first before the second.
        case tradingHours
        /// Wanted: an option of the generator within its range; `name` says which.
        case generator(name: String, range: ClosedRange<Int>)
    }

    package let kind: Kind
    /// What was given.
    package let value: String
}
