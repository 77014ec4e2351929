import CKernels

/// The data of packed streams: mini-blocks of 128 numbers of one width each, then patches. `PackedEncoding` has the layout.
package enum PackedStream {
    package static let miniBlockSize = 128

    /// Decodes the data that starts at `offset` into `words` from `start` on, of as many mini-blocks as there are `bases`; their widths
    /// start at `widthsOffset`. `offset` ends behind the patches.
    package static func words(
        _ bytes: Span<UInt8>, offset: inout Int, widthsOffset: Int, bases: [Int64], count: Int, into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        check(bytes, offset, widthsOffset, bases, count)
        precondition(start >= 0 && start + count <= words.count)
        guard count > 0 else { return }
        let first = offset
        // SAFETY: the kernel reads `bytes` from the offset to their end, a base and a width per mini-block, and writes `count` words; all were checked.
        let taken = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe bases.withUnsafeBufferPointer { bases in
                unsafe words.withUnsafeMutableBufferPointer { words in
                    unsafe tape_packed_words(
                        bytes.baseAddress! + first, bytes.count - first, count, bases.baseAddress!, bytes.baseAddress! + widthsOffset,
                        words.baseAddress! + start)
                }
            }
        }
        guard taken >= 0, taken <= bytes.count - first else { throw MalformedBytes(expected: "packed numbers and their patches", offset: offset) }
        offset += taken
    }

    /// The same for numbers of at most 16 bits; also the largest of them. nil where one has more.
    package static func codes(
        _ bytes: Span<UInt8>, offset: inout Int, widthsOffset: Int, bases: [Int64], count: Int
    ) -> (codes: [UInt16], highest: Int)? {
        check(bytes, offset, widthsOffset, bases, count)
        guard count > 0 else { return ([], 0) }
        let first = offset
        var taken = 0
        var highest: UInt32 = 0
        // SAFETY: as above; the codes' count is set to what the kernel has written, all or nothing.
        let codes = unsafe [UInt16](uninitialized: count) { codes, written in
            taken = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe bases.withUnsafeBufferPointer { bases in
                    unsafe tape_packed_codes(
                        bytes.baseAddress! + first, bytes.count - first, count, bases.baseAddress!, bytes.baseAddress! + widthsOffset,
                        codes.baseAddress!, &highest)
                }
            }
            written = taken >= 0 && taken <= bytes.count - first ? count : 0
        }
        guard codes.count == count else { return nil }
        offset += taken
        return (codes, Int(highest))
    }

    private static func check(_ bytes: Span<UInt8>, _ offset: Int, _ widthsOffset: Int, _ bases: [Int64], _ count: Int) {
        let blockCount = (count + miniBlockSize - 1) / miniBlockSize
        precondition(count >= 0 && bases.count == blockCount && offset >= 0 && offset <= bytes.count)
        precondition(widthsOffset >= 0 && blockCount <= bytes.count - widthsOffset)
    }
}
