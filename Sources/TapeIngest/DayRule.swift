/// The days of a store: which day an instant belongs to. The rule is the domain's.
package struct DayRule: Sendable {
    /// The day, as days since 1970-01-01, of every instant of `start ..< end` (nanoseconds since 1970, UTC).
    package struct Interval: Sendable {
        package var day: Int64
        package var start: Int64
        package var end: Int64

        package init(day: Int64, start: Int64, end: Int64) {
            self.day = day
            self.start = start
            self.end = end
        }
    }

    /// The name that the store remembers, such as `session 19:00`.
    package var name: String
    package var interval: @Sendable (_ containing: Int64) -> Interval

    package init(name: String, interval: @escaping @Sendable (_ containing: Int64) -> Interval) {
        self.name = name
        self.interval = interval
    }
}
