import TapeMarket

/// Tells whether instants lie within a part of the local day. It remembers the day it met last, since rows come in order of time and the
/// zone's rule is too slow to ask per row.
struct LocalWindow {
    private let start: Int64
    private let end: Int64
    /// The instants of the last day met, and the window's among them.
    private var day = 0..<Int64(0)
    private var window = 0..<Int64(0)

    /// - Parameters: nanoseconds since local midnight, half open.
    init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    init(_ hours: TradingHours) { self.init(start: hours.start, end: hours.end) }

    @inline(__always)
    mutating func contains(_ instant: Int64) -> Bool {
        if !day.contains(instant) { move(to: instant) }
        return window.contains(instant)
    }

    private mutating func move(to instant: Int64) {
        let date = ExchangeTime.localDate(at: instant)
        let dayStart = ExchangeTime.instant(localDate: date, secondOfDay: 0)
        day = dayStart..<max(dayStart, ExchangeTime.instant(localDate: date + 1, secondOfDay: 0))
        let first = at(start, date)
        window = first..<max(first, at(end, date))
    }

    private func at(_ time: Int64, _ date: Int32) -> Int64 {
        let second = ExchangeTime.nanosecondsPerSecond
        return ExchangeTime.instant(localDate: date, secondOfDay: time / second, nanosecond: time % second)
    }
}
