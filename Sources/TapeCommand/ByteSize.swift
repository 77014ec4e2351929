/// Sizes as text: 500000, 64MiB, 2GB, 2G.
enum ByteSize {
    /// A letter alone is binary, as other tools have it.
    private static let units = [
        "": 1, "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30,
        "TIB": 1 << 40, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
    ]
    /// What a convert may be given to hold plain rows.
    static let memoryRange = (64 << 20)...(1 << 50)

    static func parse(_ text: String, in range: ClosedRange<Int>) throws(ByteSizeError) -> Int {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits), let unit = units[text.dropFirst(digits.count).uppercased()] else {
            throw ByteSizeError(message: "'\(text)' is not a size", help: "write it as 512MiB or 2GiB")
        }
        let (size, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow, range.contains(size) else {
            throw ByteSizeError(message: "\(text) is outside \(ByteText.text(range.lowerBound)) … \(ByteText.text(range.upperBound))")
        }
        return size
    }

    /// The size that an option gives.
    static func parse(_ text: String, _ option: String, in range: ClosedRange<Int>) throws(CommandError) -> Int {
        do {
            return try parse(text, in: range)
        } catch {
            throw CommandError(.usage, "\(option): \(error.message)", help: error.help)
        }
    }

    /// In the largest binary unit that divides it, so that it reads back as the same size.
    static func text(_ size: Int) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where size > 0 && size.trailingZeroBitCount >= shift {
            return "\(size >> shift)\(unit)"
        }
        return String(size)
    }
}

struct ByteSizeError: Error, Hashable {
    var message: String
    var help: String?
}
