import CKernels
import Glibc

/// Where the fields and the records of a text end. Its arrays have room to be filled again.
package struct TextStructure: Sendable {
    /// The ends of the fields: commas and line feeds outside quotes, as offsets from the text's start.
    package fileprivate(set) var positions: [UInt32] = []
    package fileprivate(set) var count = 0
    /// Per line feed outside quotes its index in `positions`.
    package fileprivate(set) var recordEnds: [UInt32] = []
    package fileprivate(set) var recordCount = 0
    package fileprivate(set) var hasQuotes = false

    package init() {}

    /// Ends a last record that has no line feed: at `offset`.
    package mutating func endRecord(at offset: Int) {
        positions[count] = UInt32(offset)
        recordEnds[recordCount] = UInt32(count)
        count += 1
        recordCount += 1
    }
}

/// The two stages of reading CSV text: where fields end, and decimal integers column by column.
package enum TextKernels {
    /// Finds the structure of `bytes[range]`.
    package static func structure(
        _ bytes: Span<UInt8>, _ range: Range<Int>, into structure: inout TextStructure, isPortable: Bool = false
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && range.count < Int(UInt32.max))
        let missing = range.count + 64 - structure.positions.count
        if missing > 0 {
            structure.positions += [UInt32](zeros: missing)
            structure.recordEnds += [UInt32](zeros: missing)
        }
        (structure.count, structure.recordCount, structure.hasQuotes) = (0, 0, false)
        guard !range.isEmpty else { return }
        var quotes: Int32 = 0
        var endCount = 0
        // SAFETY: the kernel reads the range, which was checked, and writes at most count + 64 positions and ends, for which there is room.
        structure.count = unsafe structure.positions.withUnsafeMutableBufferPointer { positions in
            unsafe structure.recordEnds.withUnsafeMutableBufferPointer { ends in
                unsafe bytes.withUnsafeBufferPointer { source in
                    let start = unsafe source.baseAddress! + range.lowerBound
                    return isPortable
                        ? unsafe tape_csv_structure_portable(
                            start, range.count, positions.baseAddress!, ends.baseAddress!, &endCount, &quotes)
                        : unsafe tape_csv_structure(start, range.count, positions.baseAddress!, ends.baseAddress!, &endCount, &quotes)
                }
            }
        }
        structure.recordCount = endCount
        structure.hasQuotes = quotes != 0
    }

    /// Parses one field of every row as a decimal integer without a sign, of 1 to 19 digits.
    ///
    /// - Parameters:
    ///   - range: the text, from which positions count.
    ///   - positions: the ends of all fields, ascending, within the text or at its end.
    ///   - rows: per row, the index in `positions` of its first field's end, ascending.
    ///   - field: the field's number in its row.
    ///   - words: takes a word per row, from `first` on; 0 for an irregular one.
    ///   - extremes: widened to hold the words of all rows that are not irregular.
    /// - Returns: the rows whose field is anything else.
    package static func parseIntegers(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ positions: Span<UInt32>, rows: Span<Int32>, field: Int,
        into words: inout MutableSpan<Int64>, at first: Int, extremes: inout (low: Int64, high: Int64),
        isPortable: Bool = false
    ) -> [Int32] {
        precondition(first >= 0 && words.count >= first + rows.count && range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !rows.isEmpty, !range.isEmpty else { return [] }
        let last = Int(rows[rows.count - 1]) + field
        precondition(field >= 0 && last < positions.count && Int(positions[last]) <= range.count)
        // SAFETY: rows and positions ascend and the last field ends inside the text (checked above), so every field lies inside; the kernel
        // reads no byte behind the bytes' end and writes a word and at most one irregular row per row.
        return unsafe [Int32](uninitialized: rows.count) { irregular, count in
            count = unsafe bytes.withUnsafeBufferPointer { source in
                unsafe positions.withUnsafeBufferPointer { ends in
                    unsafe rows.withUnsafeBufferPointer { rows in
                        unsafe words.withUnsafeMutableBufferPointer { words in
                            let kernel = unsafe isPortable ? tape_integer_fields_portable : tape_integer_fields
                            return unsafe kernel(
                                source.baseAddress! + range.lowerBound, source.count - range.lowerBound, ends.baseAddress!,
                                rows.baseAddress!, rows.count, field, words.baseAddress! + first, irregular.baseAddress!, &extremes.low,
                                &extremes.high)
                        }
                    }
                }
            }
        }
    }
}

extension TextKernels {
    /// Whether there is a quote in `bytes[range]`.
    package static func hasQuote(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty else { return false }
        // SAFETY: the search stays within the range, which was checked.
        return unsafe bytes.withUnsafeBytes { unsafe memchr($0.baseAddress! + range.lowerBound, 0x22, range.count) != nil }
    }

    /// The place of the last line feed in `bytes[range]`.
    package static func lastLineFeed(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var index = range.upperBound - 1
        while index >= range.lowerBound, bytes[index] != 0x0A { index -= 1 }
        return index >= range.lowerBound ? index : nil
    }

    /// The place of the first line feed in `bytes[range]`.
    package static func firstLineFeed(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty else { return nil }
        // SAFETY: the search stays within the range, which was checked.
        return unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress, let found = unsafe memchr(start + range.lowerBound, 0x0A, range.count) else { return nil }
            return unsafe start.distance(to: UnsafeRawPointer(found))
        }
    }

    /// Whether two ranges of the bytes are equal.
    package static func areEqual(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        precondition(left.lowerBound >= 0 && left.upperBound <= bytes.count && right.lowerBound >= 0 && right.upperBound <= bytes.count)
        guard !left.isEmpty else { return true }
        // SAFETY: the comparison stays within the ranges, which were checked.
        return unsafe bytes.withUnsafeBytes {
            unsafe memcmp($0.baseAddress! + left.lowerBound, $0.baseAddress! + right.lowerBound, left.count) == 0
        }
    }

    /// The number of line feeds in `bytes[range]`.
    package static func lineFeedCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty else { return 0 }
        // SAFETY: the kernel reads the range, which was checked.
        return unsafe bytes.withUnsafeBufferPointer { unsafe tape_line_feeds($0.baseAddress! + range.lowerBound, range.count) }
    }
}
