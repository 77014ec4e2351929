import CKernels

/// Fixed-width unsigned numbers, packed without gaps, least significant bit first.
///
///     width 3:  byte 0          byte 1
///               ccbbbaaa        fffeeedd…      a, b, c, … the numbers in order
package enum BitPacking {
    /// The bytes that `count` numbers of `width` bits take.
    package static func size(count: Int, width: Int) -> Int { (count * width + 7) / 8 }

    /// The bits that hold `value`.
    package static func width(of value: UInt64) -> Int { 64 - value.leadingZeroBitCount }

    /// Appends the low `width` bits of `values[i] − base` for each i of `range`.
    package static func pack(
        _ values: Span<Int64>, _ range: Range<Int>, base: Int64, width: Int, to bytes: inout [UInt8]
    ) {
        precondition((0...64).contains(width))
        precondition(range.lowerBound >= 0 && range.upperBound <= values.count)
        guard width > 0, !range.isEmpty else { return }
        let groupCount = (range.count + 63) / 64
        let unsignedBase = UInt64(bitPattern: base)
        bytes.append(addingCapacity: groupCount * width * 8) { output in
            // SAFETY: each full group reads 64 values inside `range` and writes width·8 bytes, for which there is room; the last, partial
            // group goes through a local copy of 64 values.
            unsafe output.withUnsafeMutableBufferPointer { target, count in
                unsafe values.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress, let to = target.baseAddress else { return }
                    for group in 0..<groupCount {
                        let first = range.lowerBound + group * 64
                        let output = unsafe to + group * width * 8
                        if first + 64 <= range.upperBound {
                            unsafe tape_pack64(from + first, unsignedBase, UInt32(width), output)
                        } else {
                            unsafe packTail(from + first, range.upperBound - first, unsignedBase, width, output)
                        }
                    }
                }
                count = size(count: range.count, width: width)
            }
        }
    }

    private static func packTail(
        _ values: UnsafePointer<Int64>, _ count: Int, _ base: UInt64, _ width: Int, _ output: UnsafeMutablePointer<UInt8>
    ) {
        // SAFETY: `count` values are readable; the copy is padded with the base, which packs to zero bits.
        var copy = [Int64](repeating: Int64(bitPattern: base), count: 64)
        for index in 0..<count { copy[index] = unsafe values[index] }
        unsafe copy.withUnsafeBufferPointer { unsafe tape_pack64($0.baseAddress!, base, UInt32(width), output) }
    }

    /// Reads `count` numbers from `bytes` at `offset`, adds `base` (wrapping) and stores them from `start` on.
    ///
    /// - Throws: where the bytes end early. `offset` ends behind the packed bytes.
    package static func unpack(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, width: Int, base: Int64,
        into values: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        let size = size(count: count, width: width)
        guard (0...64).contains(width), offset >= 0, size <= bytes.count - offset else {
            throw MalformedBytes(expected: "\(count) numbers of \(width) bits", offset: offset)
        }
        precondition(start >= 0 && count >= 0 && start + count <= values.count)
        guard count > 0 else { return }
        let first = offset
        // SAFETY: the kernel reads `size` bytes from the offset on, which there are, and stores `count` values from `start` on, for which there is room.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe values.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe tape_unpack(from + first, size, count, UInt32(width), UInt64(bitPattern: base), to + start)
            }
        }
        offset += size
    }
}
