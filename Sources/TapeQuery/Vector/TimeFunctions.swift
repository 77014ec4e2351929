/// Functions of time, in local time by the clock's rule.
///
/// Each is constant over intervals of time, and rows lie in order of time, so that rows of one interval follow each other: the clock is
/// asked once per interval, and the result is coded.
enum TimeFunctions {
    /// A value, and the interval [start, end) of instants that have it.
    private typealias Step = (value: Int64, start: Int64, end: Int64)

    /// 2000-01-03T00:00 local, a Monday, where DuckDB's buckets begin too.
    private static let origin: Int64 = 10_959 * LocalClock.day
    /// Farther instants, by a century from the ends of what 64 bits hold, are their own buckets.
    private static let bucketedMax: Int64 = .max - 36_525 * LocalClock.day

    /// The instant at which the bucket of the local time begins.
    static func bucket(_ vector: Vector, _ width: Int64, _ clock: LocalClock) -> Vector {
        stepped(vector, .timestamp) { instant in
            guard width <= 36_525 * LocalClock.day / 2, instant.magnitude < bucketedMax.magnitude else { return (instant, instant, instant) }
            let span = clock.span(instant)
            let start = (instant + span.offset - origin).dividedDown(by: width) * width + origin
            return within(span, (clock.instant(start), start - span.offset, start + width - span.offset))
        }
    }

    static func hour(_ vector: Vector, _ clock: LocalClock) -> Vector {
        stepped(vector, .integer) { instant in
            let span = clock.span(instant)
            let hour: Int64 = 3_600_000_000_000
            let time = (instant &- instant.dividedDown(by: LocalClock.day) &* LocalClock.day + span.offset) % LocalClock.day
            let value = (time + LocalClock.day) % LocalClock.day / hour
            let past = ((time % hour) + hour) % hour
            return within(span, (value, saturated(instant, -past), saturated(instant, hour - past)))
        }
    }

    static func date(_ vector: Vector, _ clock: LocalClock) -> Vector {
        stepped(vector, .date) { instant in
            let span = clock.span(instant)
            let day = instant.dividedDown(by: LocalClock.day)
            let time = instant &- day &* LocalClock.day + span.offset
            let shift = time.dividedDown(by: LocalClock.day)
            let past = time - shift * LocalClock.day
            return within(span, (day + shift, saturated(instant, -past), saturated(instant, LocalClock.day - past)))
        }
    }

    private static func saturated(_ instant: Int64, _ change: Int64) -> Int64 {
        let sum = instant.addingReportingOverflow(change)
        return sum.overflow ? (change < 0 ? .min : .max) : sum.partialValue
    }

    /// The part of the step in which the offset holds.
    private static func within(_ span: LocalClock.Span, _ step: Step) -> Step {
        (step.value, max(step.start, span.start), min(step.end, span.end))
    }

    private static func stepped(_ vector: Vector, _ type: ValueType, _ step: (Int64) -> Step) -> Vector {
        guard case .words(let words) = vector.values else { return Vector(.null, type, count: vector.count) }
        guard vector.codes == nil, !vector.isConstant, words.count <= Int(UInt16.max) else {
            var current: Step = (0, 0, 0)
            return vector.with(type, .words(Operands.map(words, 0) { instant in
                if instant < current.start || instant >= current.end { current = step(instant) }
                return current.value
            }))
        }
        var values: [Int64] = []
        var codes = [UInt16](zeros: words.count)
        var rows = codes.mutableSpan
        var row = 0
        while row < words.count {
            let current = step(words[row])
            let code = UInt16(truncatingIfNeeded: values.count)
            values.append(current.value)
            // All rows up to the next that is not within the step; the first is, but for one at the end of time.
            repeat {
                rows[row] = code
                row += 1
            } while row < words.count && words[row] >= current.start && words[row] < current.end
        }
        return Vector(type, .words(values), count: vector.count, isConstant: false, codes: codes, nulls: vector.nulls)
    }
}
