import TapeColumns
import TapeQuery

extension LocalClock {
    /// Questions go by the exchange's clock.
    package static let exchange = LocalClock(
        span: { instant in
            let span = ExchangeTime.offsetSpan(at: instant)
            return Span(offset: span.offsetInSeconds * ExchangeTime.nanosecondsPerSecond, start: span.start, end: span.end)
        },
        instant: { local in
            let day = ExchangeTime.flooredQuotient(local, ExchangeTime.nanosecondsPerDay)
            let time = local &- day &* ExchangeTime.nanosecondsPerDay
            let (second, nanosecond) = time.quotientAndRemainder(dividingBy: ExchangeTime.nanosecondsPerSecond)
            return ExchangeTime.instant(localDate: Int32(truncatingIfNeeded: day), secondOfDay: second, nanosecond: nanosecond)
        },
        parse: { ExchangeTime.parse($0) },
        text: { ExchangeTime.text($0) })
}
