import CKernels

/// The bodies of packed streams behind their base and its width: mini-blocks of 128 numbers of one width each, then patches. `PackedEncoding` has the layout.
package enum PackedStream {
    package static let miniBlockSize = 128

    /// Decodes the body that starts at `offset` into `words` from `start` on. `offset` ends behind the patches.
    package static func words(
        _ bytes: Span<UInt8>, offset: inout Int, base: Int64, baseWidth: Int, count: Int, into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        precondition(count >= 0 && offset >= 0 && offset <= bytes.count && start >= 0 && start + count <= words.count)
        guard count > 0 else { return }
        let first = offset
        // SAFETY: the kernel reads `bytes` from the offset to their end at most, and writes `count` words, for which there is room.
        let taken = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe words.withUnsafeMutableBufferPointer { words in
                unsafe tape_packed_words(
                    bytes.baseAddress! + first, bytes.count - first, count, base, UInt32(baseWidth), words.baseAddress! + start)
            }
        }
        guard taken >= 0, taken <= bytes.count - first else { throw MalformedBytes(expected: "packed numbers and their patches", offset: offset) }
        offset += taken
    }

    /// The same for numbers of at most 16 bits; also the largest of them. nil where one has more.
    package static func codes(
        _ bytes: Span<UInt8>, offset: inout Int, base: Int64, baseWidth: Int, count: Int
    ) -> (codes: [UInt16], highest: Int)? {
        precondition(count >= 0 && offset >= 0 && offset <= bytes.count)
        guard count > 0 else { return ([], 0) }
        let first = offset
        var taken = 0
        var highest: UInt32 = 0
        // SAFETY: as above; the codes' count is set to what the kernel has written, all or nothing.
        let codes = unsafe [UInt16](uninitialized: count) { codes, written in
            taken = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe tape_packed_codes(
                    bytes.baseAddress! + first, bytes.count - first, count, base, UInt32(baseWidth), codes.baseAddress!, &highest)
            }
            written = taken >= 0 && taken <= bytes.count - first ? count : 0
        }
        guard codes.count == count else { return nil }
        offset += taken
        return (codes, Int(highest))
    }
}
