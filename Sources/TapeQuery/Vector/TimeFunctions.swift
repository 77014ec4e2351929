/// Functions of time, in local time by the clock's rule.
///
/// The clock is asked once per span of one offset: rows lie in order of time, so a block has one or two.
enum TimeFunctions {
    /// 2000-01-03T00:00 local, a Monday, where DuckDB's buckets begin too.
    private static let origin: Int64 = 10_959 * LocalClock.day

    /// The instant at which the bucket of the local time begins.
    static func bucket(_ vector: Vector, _ width: Int64, _ clock: LocalClock) -> Vector {
        // Rows of one bucket follow each other, so the last answer is mostly the next one's.
        var last = (start: Int64.max, end: Int64.max, result: Int64(0))
        return localized(vector, .timestamp, clock) { instant, offset in
            let local = instant.addingReportingOverflow(offset)
            guard !local.overflow, local.partialValue > .min + width &+ origin else { return instant }
            guard local.partialValue < last.start || local.partialValue >= last.end else { return last.result }
            let start = (local.partialValue - origin).dividedDown(by: width) * width + origin
            let end = start.addingReportingOverflow(width)
            last = (start, end.overflow ? .max : end.partialValue, clock.instant(start))
            return last.result
        }
    }

    static func hour(_ vector: Vector, _ clock: LocalClock) -> Vector {
        localized(vector, .integer, clock) { instant, offset in
            let time = instant &- instant.dividedDown(by: LocalClock.day) &* LocalClock.day + offset
            return ((time % LocalClock.day + LocalClock.day) % LocalClock.day) / 3_600_000_000_000
        }
    }

    static func date(_ vector: Vector, _ clock: LocalClock) -> Vector {
        localized(vector, .date, clock) { instant, offset in
            let day = instant.dividedDown(by: LocalClock.day)
            return day + (instant &- day &* LocalClock.day + offset).dividedDown(by: LocalClock.day)
        }
    }

    private static func localized(_ vector: Vector, _ type: ValueType, _ clock: LocalClock, _ body: (Int64, Int64) -> Int64) -> Vector {
        guard case .words(let words) = vector.values else { return Vector(.null, type, count: vector.count) }
        var span = LocalClock.Span(offset: 0, start: 0, end: 0)
        var results = words
        for index in words.indices {
            let instant = words[index]
            if instant < span.start || instant >= span.end { span = clock.span(instant) }
            results[index] = body(instant, span.offset)
        }
        return vector.with(type, .words(results))
    }
}
