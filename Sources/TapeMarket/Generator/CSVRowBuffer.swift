/// CSV text of integer fields, formatted by hand into one growing block.
///
/// Bytes go into a fixed scratch row first: a store at an index is several times cheaper than an append.
struct CSVRowBuffer {
    /// What has been finished, whole rows.
    private(set) var block: [UInt8]
    private var row: [UInt8]
    private var count = 0
    private let digitPairs: [UInt8]

    /// Rows longer than this are our mistake.
    private static let rowSizeMax = 2048

    init(header: String, capacity: Int) {
        block = []
        block.reserveCapacity(capacity + CSVRowBuffer.rowSizeMax)
        block.append(contentsOf: header.utf8)
        block.append(UInt8(ascii: "\n"))
        row = [UInt8](repeating: 0, count: CSVRowBuffer.rowSizeMax)
        digitPairs = (0..<100).flatMap { [UInt8(ascii: "0") + UInt8($0 / 10), UInt8(ascii: "0") + UInt8($0 % 10)] }
    }

    /// An integer and a comma.
    mutating func field(_ value: Int64) {
        if value >= 0 && value < 10 {
            row[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)
            row[count + 1] = UInt8(ascii: ",")
            count += 2
            return
        }
        if value < 0 {
            row[count] = UInt8(ascii: "-")
            count += 1
        }
        digits(value.magnitude)
        row[count] = UInt8(ascii: ",")
        count += 1
    }

    mutating func field(_ value: some FixedWidthInteger) { field(Int64(truncatingIfNeeded: value)) }

    /// A price and a comma; the extracts write a missing one as the smallest Int64.
    mutating func price(_ value: Int32) { field(value == MarketQuotes.missing ? Int64.min : Int64(value)) }

    /// Bytes as they are, followed by a comma.
    mutating func field(_ text: [UInt8]) {
        for byte in text {
            row[count] = byte
            count += 1
        }
        row[count] = UInt8(ascii: ",")
        count += 1
    }

    mutating func field(_ text: String) { field(Array(text.utf8)) }

    /// Turns the comma of the last field into the end of the row.
    mutating func endRow() {
        row[count - 1] = UInt8(ascii: "\n")
        block.append(contentsOf: row[..<count])
        count = 0
    }

    mutating func clear() { block.removeAll(keepingCapacity: true) }

    private mutating func digits(_ value: UInt64) {
        var width = 1
        var bound: UInt64 = 10
        while value >= bound {
            width += 1
            if width == 20 { break }
            bound &*= 10
        }
        var rest = value
        var at = count + width
        count = at
        while rest >= 100 {
            let quotient = rest / 100
            let pair = Int(truncatingIfNeeded: (rest &- quotient &* 100) &* 2)
            at -= 2
            row[at + 1] = digitPairs[pair + 1]
            row[at] = digitPairs[pair]
            rest = quotient
        }
        if rest >= 10 {
            let pair = Int(truncatingIfNeeded: rest &* 2)
            row[at - 1] = digitPairs[pair + 1]
            row[at - 2] = digitPairs[pair]
        } else {
            row[at - 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)
        }
    }
}
