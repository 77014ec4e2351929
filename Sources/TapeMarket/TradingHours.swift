import TapeColumns

/// The trading-hours filter: a part of the local day, for rows before lifecycles are built from them.
///
/// Two spellings with two meanings: `10-16` is whole hours, both inclusive (until 16:59:59.999999999, which keeps the
/// closing auction at 16:10); `10:00-16:00` is half open.
package struct TradingHours: Hashable, Sendable {
    /// Nanoseconds since local midnight, inclusive.
    package let start: Int64
    /// Nanoseconds since local midnight, exclusive, at most a whole day.
    package let end: Int64

    /// Whole hours 0…23, both inclusive.
    package init(firstHour: Int, lastHour: Int) throws(MarketOptionError) {
        guard (0...23).contains(firstHour), (firstHour...23).contains(lastHour) else {
            throw MarketOptionError(kind: .tradingHours, value: "\(firstHour)-\(lastHour)")
        }
        self.init(startInSeconds: Int64(firstHour) * 3600, endInSeconds: Int64(lastHour + 1) * 3600)
    }

    package init(parsing text: some StringProtocol) throws(MarketOptionError) {
        let fields = Array(text.utf8).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let failure = MarketOptionError(kind: .tradingHours, value: String(text))
        guard fields.count == 2 else { throw failure }
        if fields.allSatisfy({ $0.count <= 2 }) {
            guard let first = CivilDate.digits(fields[0]), let last = CivilDate.digits(fields[1]), first <= last,
                last <= 23
            else { throw failure }
            self.init(startInSeconds: Int64(first) * 3600, endInSeconds: Int64(last + 1) * 3600)
        } else {
            guard let first = ClockTime.seconds(fields[0]), let last = ClockTime.seconds(fields[1]), first < last
            else { throw failure }
            self.init(startInSeconds: first, endInSeconds: last)
        }
    }

    private init(startInSeconds: Int64, endInSeconds: Int64) {
        start = startInSeconds * ExchangeTime.nanosecondsPerSecond
        end = endInSeconds * ExchangeTime.nanosecondsPerSecond
    }

    /// Whether the local clock time of an instant is inside.
    package func contains(_ nanoseconds: Int64) -> Bool {
        contains(nanosecondOfDay: ExchangeTime.nanosecondOfDay(at: nanoseconds))
    }

    package func contains(nanosecondOfDay time: Int64) -> Bool { time >= start && time < end }
}

/// Clock times in options.
package enum ClockTime {
    /// Seconds since midnight of `HH:MM`, 00:00…24:00; nil for anything else.
    package static func seconds(_ text: String) -> Int64? { seconds(Array(text.utf8)[...]) }

    static func seconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let fields = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard fields.count == 2, fields[1].count == 2, fields[0].count <= 2,
            let hour = CivilDate.digits(fields[0]), let minute = CivilDate.digits(fields[1]), minute < 60
        else { return nil }
        let seconds = Int64(hour * 3600 + minute * 60)
        return seconds <= 86_400 ? seconds : nil
    }
}
