import TapeColumns

extension LocalClock {
    /// Without a zone: local time is UTC. For embedders and tests.
    package static let utc = LocalClock(
        span: { _ in Span(offset: 0, start: .min, end: .max) },
        instant: { $0 },
        parse: { text in
            let parts = text.split(separator: text.contains("T") ? "T" : " ", maxSplits: 1)
            guard let first = parts.first, let date = CivilDate.parse(first) else { return nil }
            let (midnight, overflow) = Int64(date).multipliedReportingOverflow(by: day)
            guard !overflow else { return nil }
            guard parts.count == 2 else { return text.utf8.count == 10 ? midnight : nil }
            return nanosecondOfDay(parts[1]).flatMap { time in
                let sum = midnight.addingReportingOverflow(time)
                return sum.overflow ? nil : sum.partialValue
            }
        },
        text: { instant in
            let days = instant.dividedDown(by: day)
            let time = Int(instant - days * day)
            var bytes: [UInt8] = []
            CivilDate.append(Int32(truncatingIfNeeded: days), to: &bytes)
            bytes.append(UInt8(ascii: "T"))
            for (divisor, end) in [(3_600_000_000_000, ":"), (60_000_000_000, ":"), (1_000_000_000, ".")] {
                CivilDate.appendPadded(time / divisor % (divisor == 3_600_000_000_000 ? 24 : 60), width: 2, to: &bytes)
                bytes.append(contentsOf: end.utf8)
            }
            CivilDate.appendPadded(time % 1_000_000_000, width: 9, to: &bytes)
            return String(decoding: bytes, as: UTF8.self) + "Z"
        })

    /// `HH:MM[:SS[.fraction]]`, then perhaps `Z`.
    private static func nanosecondOfDay(_ text: Substring) -> Int64? {
        let clock = text.hasSuffix("Z") ? text.dropLast() : text
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(fields.count), let hour = number(fields[0], below: 24), let minute = number(fields[1], below: 60) else { return nil }
        guard fields.count == 3 else { return (hour * 60 + minute) * 60_000_000_000 }
        let parts = fields[2].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let second = number(parts[0], below: 60) else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard let digits = CivilDate.digits(Array(parts[1].utf8)[...]) else { return nil }
            fraction = Int64(digits)
            for _ in parts[1].utf8.count..<9 { fraction *= 10 }
        }
        return ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
    }

    private static func number(_ text: Substring, below end: Int) -> Int64? {
        guard text.utf8.count == 2, let value = CivilDate.digits(Array(text.utf8)[...]), value < end else { return nil }
        return Int64(value)
    }
}

extension Int64 {
    /// The quotient rounded towards −∞; `divisor` is above zero.
    func dividedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
