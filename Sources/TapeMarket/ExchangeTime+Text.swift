import TapeColumns

/// ISO 8601 in the exchange's zone: `2024-09-05T10:02:16.001032398+10:00`, always nine digits and the offset in
/// force. Reading is more generous than writing.
extension ExchangeTime {
    package static func text(_ nanoseconds: Int64) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(35)
        append(nanoseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func append(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
        append(nanoseconds, in: offsetSpan(at: nanoseconds), to: &bytes)
    }

    /// The same for an instant of a span that the caller has, which saves finding it for each of many.
    package static func append(_ nanoseconds: Int64, in span: OffsetSpan, to bytes: inout [UInt8]) {
        let offset = span.offsetInSeconds
        let second = flooredQuotient(nanoseconds, nanosecondsPerSecond) + offset
        let day = flooredQuotient(second, secondsPerDay)
        CivilDate.append(Int32(truncatingIfNeeded: day), to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        let time = Int(second - day * secondsPerDay)
        CivilDate.appendPadded(time / 3600, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        CivilDate.appendPadded(time / 60 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        CivilDate.appendPadded(time % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        CivilDate.appendPadded(Int(flooredRemainder(nanoseconds, nanosecondsPerSecond)), width: 9, to: &bytes)
        bytes.append(UInt8(ascii: "+"))
        CivilDate.appendPadded(Int(offset / 3600), width: 2, to: &bytes)
        bytes.append(contentsOf: ":00".utf8)
    }

    /// The instant of `YYYY-MM-DD`, then optionally `T` or a blank and `HH:MM[:SS[.fraction]]` (one to nine digits),
    /// then optionally `Z` or `±HH:MM`. Without an offset it is a local time, see `instant(localDate:…)`.
    /// nil for anything else and for instants beyond an Int64 of nanoseconds.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let date = CivilDate.parse(bytes[..<10]) else { return nil }
        guard bytes.count > 10 else { return representable(date, second: 0, nanosecond: 0, offset: nil) }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            let (clock, offset) = splitOffset(bytes[11...]), let time = clockTime(clock)
        else { return nil }
        return representable(date, second: time.second, nanosecond: time.nanosecond, offset: offset)
    }

    /// Splits `…Z` or `…±HH:MM` off; the offset is in seconds, nil if there is none.
    private static func splitOffset(_ bytes: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, Int64?)? {
        if bytes.last == UInt8(ascii: "Z") { return (bytes.dropLast(), 0) }
        guard let sign = bytes.lastIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") })
        else { return (bytes, nil) }
        let zone = bytes[(sign + 1)...]
        guard zone.count == 5, zone[sign + 3] == UInt8(ascii: ":"),
            let hour = CivilDate.digits(zone[(sign + 1)..<(sign + 3)]),
            let minute = CivilDate.digits(zone[(sign + 4)...]), hour < 24, minute < 60
        else { return nil }
        let seconds = Int64(hour * 3600 + minute * 60)
        return (bytes[..<sign], bytes[sign] == UInt8(ascii: "-") ? -seconds : seconds)
    }

    private static func clockTime(_ bytes: ArraySlice<UInt8>) -> (second: Int64, nanosecond: Int64)? {
        let fields = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (2...3).contains(fields.count), fields[0].count == 2, fields[1].count == 2,
            let hour = CivilDate.digits(fields[0]), let minute = CivilDate.digits(fields[1]), hour < 24, minute < 60
        else { return nil }
        guard fields.count == 3 else { return (Int64(hour * 3600 + minute * 60), 0) }
        let parts = fields[2].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].count == 2, let second = CivilDate.digits(parts[0]), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard let digits = CivilDate.digits(parts[1]) else { return nil }
            fraction = Int64(digits)
            for _ in parts[1].count..<9 { fraction *= 10 }
        }
        return (Int64(hour * 3600 + minute * 60 + second), fraction)
    }

    private static func representable(_ date: Int32, second: Int64, nanosecond: Int64, offset: Int64?) -> Int64? {
        // One day inside what Int64 nanoseconds can hold: 1677-09-22 … 2262-04-10.
        guard (-106_750...106_750).contains(date) else { return nil }
        guard let offset else { return instant(localDate: date, secondOfDay: second, nanosecond: nanosecond) }
        let (instant, isOver) = saturated(seconds: Int64(date) * secondsPerDay + second - offset).addingReportingOverflow(nanosecond)
        return isOver ? nil : instant
    }
}
