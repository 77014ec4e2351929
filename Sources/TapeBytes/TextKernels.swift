import CKernels
import Glibc

/// The two stages of reading CSV text: where fields end, and decimal integers column by column.
package enum TextKernels {
    /// The ends of the fields in `bytes[range]`: commas and line feeds outside quotes, as offsets from the range's start.
    ///
    /// - Returns: whether there was any quote.
    package static func structure(
        _ bytes: Span<UInt8>, _ range: Range<Int>, into positions: inout [UInt32], isPortable: Bool = false
    ) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && range.count < Int(UInt32.max))
        positions.removeAll(keepingCapacity: true)
        guard !range.isEmpty else { return false }
        var quotes: Int32 = 0
        // SAFETY: the kernel reads the range, which was checked, and writes at most count + 64 positions, for which there
        // is room; the array's count is what it returns.
        positions = unsafe [UInt32](unsafeUninitializedCapacity: range.count + 64) { buffer, count in
            count = unsafe bytes.withUnsafeBufferPointer { source in
                let start = unsafe source.baseAddress! + range.lowerBound
                return isPortable
                    ? unsafe tape_csv_structure_portable(start, range.count, buffer.baseAddress!, &quotes)
                    : unsafe tape_csv_structure(start, range.count, buffer.baseAddress!, &quotes)
            }
        }
        return quotes != 0
    }

    /// Parses one field of every row as a decimal integer without sign, of 1 to 18 digits.
    ///
    /// - Parameters:
    ///   - base: where in `bytes` the positions count from.
    ///   - positions: the ends of all fields.
    ///   - rows: per row, the index in `positions` of its first field's end.
    ///   - range: the rows to parse.
    ///   - field: the field's number in its row.
    ///   - words: takes a word per row; 0 for an irregular one.
    ///   - irregular: takes the rows whose field is anything else.
    package static func parseIntegers(
        _ bytes: Span<UInt8>, base: Int, _ positions: Span<UInt32>, rows: Span<Int32>, range: Range<Int>, field: Int,
        into words: inout MutableSpan<Int64>, irregular: inout [Int32]
    ) {
        precondition(words.count >= rows.count && range.lowerBound >= 0 && range.upperBound <= rows.count)
        guard !range.isEmpty else { return }
        let last = Int(rows[range.upperBound - 1]) + field
        precondition(field >= 0 && last < positions.count && base + Int(positions[last]) <= bytes.count)
        // Loads of eight bytes start at a field's start or end eight bytes later at most; near the end of the buffer they would
        // pass it, so the last rows go the careful way.
        let safeEnd = bytes.count - 24
        // SAFETY: positions ascend and the last lies inside the bytes (checked above), so every field does; every load
        // reads at most 16 bytes from a field's start, which `safeEnd` keeps inside.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe positions.withUnsafeBufferPointer { ends in
                unsafe rows.withUnsafeBufferPointer { rows in
                    unsafe words.withUnsafeMutableBufferPointer { words in
                        let text = unsafe UnsafeRawPointer(source.baseAddress!) + base
                        for row in range {
                            let index = unsafe Int(rows[row]) + field
                            let start = index == 0 ? 0 : unsafe Int(ends[index - 1]) + 1
                            let size = unsafe Int(ends[index]) - start
                            if size == 1 {
                                let digit = unsafe text.load(fromByteOffset: start, as: UInt8.self) &- 48
                                if digit < 10 {
                                    unsafe words[row] = Int64(digit)
                                    continue
                                }
                            } else if base + start <= safeEnd, size > 1, size <= 18,
                                let word = unsafe integer(text + start, size) {
                                unsafe words[row] = word
                                continue
                            }
                            unsafe words[row] = 0
                            irregular.append(Int32(row))
                        }
                    }
                }
            }
        }
    }

    /// The number of `size` digits (2…18) at `text`, of which 24 bytes are readable; nil if one is no digit.
    @inline(__always)
    private static func integer(_ text: UnsafeRawPointer, _ size: Int) -> Int64? {
        // SAFETY: see the caller.
        if size <= 8 { return unsafe eightDigits(text, size).map(Int64.init) }
        let tail = min(8, size - 8)
        guard let high = unsafe eightDigits(text, 8), let middle = unsafe eightDigits(text + 8, tail) else { return nil }
        var value = Int64(high) &* powersOfTen[tail] &+ Int64(middle)
        guard size > 16 else { return value }
        for offset in 16..<size {
            let digit = unsafe text.load(fromByteOffset: offset, as: UInt8.self) &- 48
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    private static let powersOfTen: InlineArray<9, Int64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

    /// The first `size` (1…8) bytes as digits: shifted so that zeros lead, checked at once, then joined by pairs.
    @inline(__always)
    private static func eightDigits(_ text: UnsafeRawPointer, _ size: Int) -> UInt32? {
        // SAFETY: see the caller: eight bytes are readable.
        var digits = unsafe text.loadUnaligned(as: UInt64.self) ^ 0x3030_3030_3030_3030
        digits = digits << UInt64(8 * (8 - size))
        guard (((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080) == 0 else { return nil }
        digits = (digits &* 10) &+ (digits >> 8)
        let low = (digits & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = ((digits >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return UInt32(truncatingIfNeeded: (low &+ high) >> 32)
    }
}

extension TextKernels {
    /// Behind the last line feed of `bytes` that ends a record, given that they start outside quotes; nil if there is none.
    package static func lastRecordEnd(_ bytes: [UInt8]) -> Int? {
        // SAFETY: the search stays within the array's own count.
        let hasQuote = unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return false }
            return unsafe memchr(start, 0x22, buffer.count) != nil
        }
        let last = bytes.lastIndex(of: 0x0A).map { $0 + 1 }
        guard hasQuote else { return last }
        var isQuoted = false
        var end: Int?
        for index in bytes.indices {
            if bytes[index] == 0x22 { isQuoted.toggle() }
            if bytes[index] == 0x0A, !isQuoted { end = index + 1 }
        }
        return end
    }

    /// The number of line feeds in `bytes[range]`.
    package static func lineFeedCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty else { return 0 }
        // SAFETY: the kernel reads the range, which was checked.
        return unsafe bytes.withUnsafeBufferPointer { unsafe tape_line_feeds($0.baseAddress! + range.lowerBound, range.count) }
    }
}
