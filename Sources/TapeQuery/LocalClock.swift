/// The local time by which `hour`, `date` and `time_bucket` go. Instants are nanoseconds since 1970-01-01T00:00:00Z.
package final class LocalClock: Sendable {
    /// The interval [start, end) around an instant in which local time is the instant plus one offset, in nanoseconds.
    package struct Span: Sendable {
        package var offset: Int64
        package var start: Int64
        package var end: Int64

        package init(offset: Int64, start: Int64, end: Int64) {
            self.offset = offset
            self.start = start
            self.end = end
        }
    }

    package let span: @Sendable (_ instant: Int64) -> Span
    /// The instant of a local time, given as nanoseconds since the local 1970-01-01T00:00.
    package let instant: @Sendable (_ local: Int64) -> Int64
    /// Reads a date or a time, such as `2024-09-05 10:00`, local where it names no offset.
    package let parse: @Sendable (String) -> Int64?
    package let text: @Sendable (Int64) -> String

    package init(
        span: @escaping @Sendable (Int64) -> Span, instant: @escaping @Sendable (Int64) -> Int64,
        parse: @escaping @Sendable (String) -> Int64?, text: @escaping @Sendable (Int64) -> String
    ) {
        self.span = span
        self.instant = instant
        self.parse = parse
        self.text = text
    }

    static let day: Int64 = 86_400_000_000_000
    /// Those that begin at an instant of 64 bits, wherever the clock is.
    static let days: ClosedRange<Int64> = -106_750...106_750
}
