import TapeColumns

/// The exchange's clock: Australia/Sydney by rule, so that no result depends on an installed zone database, `TZ` or
/// a locale.
///
/// Standard time (AEST) is UTC+10. Summer time (AEDT), UTC+11, runs from the first Sunday of October to the first
/// Sunday of April, and both changes happen at 16:00 UTC on the Saturday before. That is the law since 2008; the
/// rule is applied to all years. Instants are nanoseconds since 1970-01-01T00:00:00Z; every `Int64` is one, and
/// nothing here overflows on any of them.
package enum ExchangeTime {
    package static let nanosecondsPerSecond: Int64 = 1_000_000_000
    package static let secondsPerDay: Int64 = 86_400
    package static let nanosecondsPerDay: Int64 = 86_400_000_000_000
    package static let standardOffsetInSeconds: Int64 = 36_000
    package static let summerOffsetInSeconds: Int64 = 39_600

    /// The interval [start, end) of instants around one of them in which the offset does not change. Code that
    /// treats rows in bulk tests the interval per row and asks for a new one only on leaving it.
    package struct OffsetSpan: Hashable, Sendable {
        package let offsetInSeconds: Int64
        package let start: Int64
        package let end: Int64

        package func contains(_ nanoseconds: Int64) -> Bool { nanoseconds >= start && nanoseconds < end }

        /// Nanoseconds since local midnight, 0..<86,400,000,000,000, of an instant inside the span.
        package func nanosecondOfDay(_ nanoseconds: Int64) -> Int64 {
            let shift = offsetInSeconds * nanosecondsPerSecond
            let time = flooredRemainder(nanoseconds, nanosecondsPerDay) + shift
            return time >= nanosecondsPerDay ? time - nanosecondsPerDay : time
        }
    }

    package static func offsetSpan(at nanoseconds: Int64) -> OffsetSpan {
        let second = flooredQuotient(nanoseconds, nanosecondsPerSecond)
        // The year in standard time; the changes lie far from its ends.
        let day = flooredQuotient(second + standardOffsetInSeconds, secondsPerDay)
        let year = CivilDate.components(of: Int32(truncatingIfNeeded: day)).year
        let autumn = changeInSeconds(year: year, month: 4)
        let spring = changeInSeconds(year: year, month: 10)
        let (offset, start, end): (Int64, Int64, Int64) =
            if second < autumn {
                (summerOffsetInSeconds, changeInSeconds(year: year - 1, month: 10), autumn)
            } else if second < spring {
                (standardOffsetInSeconds, autumn, spring)
            } else {
                (summerOffsetInSeconds, spring, changeInSeconds(year: year + 1, month: 4))
            }
        return OffsetSpan(offsetInSeconds: offset, start: saturated(seconds: start), end: saturated(seconds: end))
    }

    package static func utcOffsetInSeconds(at nanoseconds: Int64) -> Int64 {
        offsetSpan(at: nanoseconds).offsetInSeconds
    }

    /// The local date, in days since 1970-01-01.
    package static func localDate(at nanoseconds: Int64) -> Int32 { local(nanoseconds).date }

    /// Nanoseconds since local midnight by the clock (on the two days of change the clock jumps).
    package static func nanosecondOfDay(at nanoseconds: Int64) -> Int64 {
        offsetSpan(at: nanoseconds).nanosecondOfDay(nanoseconds)
    }

    /// The local hour, 0…23.
    package static func localHour(at nanoseconds: Int64) -> Int { Int(local(nanoseconds).second / 3600) }

    /// The instant of a local date and clock time. A clock time that occurs twice (02:00–03:00 on the first Sunday of
    /// April) means its first occurrence; one that never occurs (the same hour in October) is read in standard time.
    /// Clamped to what an Int64 of nanoseconds can hold.
    package static func instant(localDate: Int32, secondOfDay: Int64, nanosecond: Int64 = 0) -> Int64 {
        let local = Int64(localDate) * secondsPerDay + secondOfDay
        for offset in [summerOffsetInSeconds, standardOffsetInSeconds] {
            let candidate = saturated(seconds: local - offset)
            if utcOffsetInSeconds(at: candidate) == offset { return saturatingSum(candidate, nanosecond) }
        }
        return saturatingSum(saturated(seconds: local - standardOffsetInSeconds), nanosecond)
    }

    private static func local(_ nanoseconds: Int64) -> (date: Int32, second: Int64) {
        let offset = utcOffsetInSeconds(at: nanoseconds)
        let second = flooredQuotient(nanoseconds, nanosecondsPerSecond) + offset
        let day = flooredQuotient(second, secondsPerDay)
        return (Int32(truncatingIfNeeded: day), second - day * secondsPerDay)
    }

    private static func changeInSeconds(year: Int, month: Int) -> Int64 {
        Int64(CivilDate.firstSunday(year: year, month: month)) * secondsPerDay - 8 * 3600
    }

    static func saturated(seconds: Int64) -> Int64 {
        let product = seconds.multipliedReportingOverflow(by: nanosecondsPerSecond)
        return product.overflow ? (seconds < 0 ? .min : .max) : product.partialValue
    }

    private static func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
        let sum = a.addingReportingOverflow(b)
        return sum.overflow ? (b < 0 ? .min : .max) : sum.partialValue
    }

    static func flooredQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    static func flooredRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
