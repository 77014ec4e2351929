import CKernels

/// CRC-32C of byte ranges, by the processor's instruction where it has one.
package enum Checksum {
    /// The checksum of `bytes[range]` appended to data whose checksum is `previous`.
    package static func crc32c(_ bytes: Span<UInt8>, _ range: Range<Int>? = nil, previous: UInt32 = 0) -> UInt32 {
        let range = range ?? 0..<bytes.count
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty else { return previous }
        // SAFETY: the range was checked to lie inside the bytes, which are borrowed for the call.
        return unsafe bytes.withUnsafeBufferPointer {
            unsafe tape_crc32c(previous, $0.baseAddress! + range.lowerBound, range.count)
        }
    }

    /// The same by table; tests hold it equal to `crc32c`.
    package static func crc32cPortable(_ bytes: [UInt8]) -> UInt32 {
        // SAFETY: the buffer is borrowed for the call and its own count is passed.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return unsafe tape_crc32c_portable(0, start, buffer.count)
        }
    }

    /// Extends a 64-bit hash of contents (0 at first) by `bytes`. It depends on where contents are cut into parts.
    package static func contentHash(_ bytes: Span<UInt8>, previous: UInt64) -> UInt64 {
        guard !bytes.isEmpty else { return previous }
        // SAFETY: the buffer is borrowed for the call and its own count is passed.
        return unsafe bytes.withUnsafeBufferPointer { unsafe tape_content_hash(previous, $0.baseAddress!, $0.count) }
    }
}
