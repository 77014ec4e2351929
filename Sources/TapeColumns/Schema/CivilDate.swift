/// Dates of the Gregorian calendar as `Int32` days since 1970-01-01, the form in which columns of type `date` and
/// partition keys hold them.
///
/// The two conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March,
/// so that the leap day is the last of its year, and 400 years are one era of 146,097 days.
package enum CivilDate {
    /// Days since 1970-01-01 of a date. Months and days out of range run over into the neighbours.
    package static func days(year: Int, month: Int, day: Int) -> Int32 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(truncatingIfNeeded: era * 146_097 + dayOfEra - 719_468)
    }

    /// The date of a number of days since 1970-01-01.
    package static func components(of days: Int32) -> (year: Int, month: Int, day: Int) {
        let z = Int(days) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// 0 Monday … 6 Sunday.
    package static func weekday(of days: Int32) -> Int {
        // 1970-01-01 was a Thursday.
        let remainder = (Int(days) + 3) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    package static func isWeekend(_ days: Int32) -> Bool { weekday(of: days) >= 5 }

    /// The first Sunday of a month.
    package static func firstSunday(year: Int, month: Int) -> Int32 {
        let first = days(year: year, month: month, day: 1)
        return first + Int32(6 - weekday(of: first))
    }

    /// `YYYY-MM-DD`. Years outside 0…9999 print all their digits, with a sign if negative.
    package static func text(_ days: Int32) -> String {
        var bytes: [UInt8] = []
        append(days, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func append(_ days: Int32, to bytes: inout [UInt8]) {
        let date = components(of: days)
        if (0...9999).contains(date.year) {
            appendPadded(date.year, width: 4, to: &bytes)
        } else {
            bytes.append(contentsOf: String(date.year).utf8)
        }
        bytes.append(UInt8(ascii: "-"))
        appendPadded(date.month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendPadded(date.day, width: 2, to: &bytes)
    }

    /// The days of exactly `YYYY-MM-DD`; nil for anything else, and for dates that do not exist.
    package static func parse(_ text: some StringProtocol) -> Int32? {
        parse(Array(text.utf8)[...])
    }

    package static func parse(_ bytes: ArraySlice<UInt8>) -> Int32? {
        let at = bytes.startIndex
        guard bytes.count == 10, bytes[at + 4] == UInt8(ascii: "-"), bytes[at + 7] == UInt8(ascii: "-"),
            let year = digits(bytes[at..<at + 4]), let month = digits(bytes[at + 5..<at + 7]),
            let day = digits(bytes[at + 8..<at + 10])
        else { return nil }
        let days = days(year: year, month: month, day: day)
        guard (1...12).contains(month), components(of: days) == (year, month, day) else { return nil }
        return days
    }

    /// The value of one to nine ASCII digits and nothing else.
    package static func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...9).contains(bytes.count) else { return nil }
        var value = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Appends a non-negative value with leading zeros.
    package static func appendPadded(_ value: Int, width: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = value
        for _ in 0..<width { bytes.append(UInt8(ascii: "0")) }
        for place in (start..<bytes.count).reversed() {
            bytes[place] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
