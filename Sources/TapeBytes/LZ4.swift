import CLZ4

/// LZ4 blocks (no frame): the sizes are the caller's to keep.
package enum LZ4 {
    /// The compressed bytes, or nil where they would not be at most `sizeMax` bytes.
    package static func compress(_ bytes: [UInt8], sizeMax: Int) -> [UInt8]? {
        guard sizeMax > 0, !bytes.isEmpty, bytes.count <= Int(LZ4_MAX_INPUT_SIZE) else { return nil }
        // SAFETY: the library writes at most the capacity that it is given, and reads the count that it is given;
        // UInt8 and CChar have the same layout.
        let output = unsafe [UInt8](uninitialized: sizeMax) { target, count in
            let size = unsafe bytes.withUnsafeBytes { source in
                unsafe LZ4_compress_default(
                    source.baseAddress!.assumingMemoryBound(to: CChar.self),
                    UnsafeMutableRawPointer(target.baseAddress!).assumingMemoryBound(to: CChar.self), Int32(bytes.count), Int32(sizeMax))
            }
            count = max(0, Int(size))
        }
        return output.isEmpty ? nil : output
    }

    /// The bytes that `bytes[range]` is the compressed form of, which must be `size` long.
    package static func decompress(
        _ bytes: Span<UInt8>, _ range: Range<Int>, size: Int
    ) throws(MalformedBytes) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty, size > 0, size <= Int(LZ4_MAX_INPUT_SIZE) else {
            throw MalformedBytes(expected: "an LZ4 block", offset: range.lowerBound)
        }
        // SAFETY: the library's safe decoder reads inside the range and writes inside the capacity, whatever the bytes;
        // the array's count is set to what it reports written only if that is all of it.
        let output = unsafe [UInt8](uninitialized: size) { target, count in
            let written = unsafe bytes.withUnsafeBytes { source in
                unsafe LZ4_decompress_safe(
                    (source.baseAddress! + range.lowerBound).assumingMemoryBound(to: CChar.self),
                    UnsafeMutableRawPointer(target.baseAddress!).assumingMemoryBound(to: CChar.self),
                    Int32(range.count), Int32(size))
            }
            count = Int(written) == size ? size : 0
        }
        guard output.count == size else {
            throw MalformedBytes(expected: "an LZ4 block of \(size) bytes", offset: range.lowerBound)
        }
        return output
    }
}
