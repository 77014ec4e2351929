import TapeColumns
import TapeMarket

/// Values as YAML that reads back as the same values.
enum YAMLText {
    static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    static func codes(_ codes: Set<Int64>?) -> String {
        codes.map { list($0.sorted().map(String.init)) } ?? "all"
    }

    static func dateRange(_ selection: Selection) -> String {
        var members: [String] = []
        if let from = selection.from { members.append("start: \(CivilDate.text(Int32(truncatingIfNeeded: from)))") }
        if let to = selection.to { members.append("end: \(CivilDate.text(Int32(truncatingIfNeeded: to)))") }
        return members.isEmpty ? "all" : "{ \(members.joined(separator: ", ")) }"
    }

    /// Half open, as `{ start: "10:00", end: "17:00" }`.
    static func hours(_ hours: TradingHours?) -> String {
        hours.map { "{ start: \"\(clock($0.start))\", end: \"\(clock($0.end))\" }" } ?? "all"
    }

    /// `HH:MM` of nanoseconds since midnight; trading hours are whole minutes.
    private static func clock(_ nanoseconds: Int64) -> String {
        clock(seconds: nanoseconds / ExchangeTime.nanosecondsPerSecond)
    }

    /// `HH:MM` of seconds since midnight.
    static func clock(seconds: Int64) -> String {
        let minutes = Int(seconds / 60)
        return [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : String($0) }.joined(separator: ":")
    }

    /// A count of the last decimal's units, at least zero, without zeros at the end: 500 of four decimals is 0.05.
    static func decimal(_ value: Int64, decimals: Int) -> String {
        let digits = String(value)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        var fraction = padded.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        return padded.dropLast(decimals) + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: output += "\\\(scalar)"
            case 0..<0x20, 0x7F..<0xA0:
                let hex = String(scalar.value, radix: 16)
                output += "\\x" + (hex.count < 2 ? "0" : "") + hex
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}
