import TapeBytes

/// The distinct strings of a column in one segment, in order of first appearance; the column's words index them.
///
///     lengths in bytes: a stream of count   the UTF-8 of all, without gaps        (as a whole LZ4 if that is smaller)
enum StringDictionary {
    /// A dictionary's encoded size is at most this; who writes segments cuts them earlier.
    static let encodedSizeMax = 1 << 30

    static func append(_ strings: [String], to bytes: inout [UInt8]) -> DictionaryDescriptor {
        guard !strings.isEmpty else {
            return DictionaryDescriptor(count: 0, storedSize: 0, encodedSize: 0, checksum: 0)
        }
        var encoded: [UInt8] = []
        Stream.encode(strings.map { Int64($0.utf8.count) }, to: &encoded)
        for string in strings { encoded.append(contentsOf: string.utf8) }
        let stored = LZ4.compress(encoded, sizeMax: encoded.count - 1) ?? encoded
        bytes.append(contentsOf: stored)
        return DictionaryDescriptor(
            count: strings.count, storedSize: stored.count, encodedSize: encoded.count,
            checksum: Checksum.crc32c(stored.span))
    }

    static func decode(_ stored: [UInt8], _ descriptor: DictionaryDescriptor) throws(MalformedBytes) -> [String] {
        guard descriptor.count > 0 else { return [] }
        guard Checksum.crc32c(stored.span) == descriptor.checksum else {
            throw MalformedBytes(expected: "a matching checksum", offset: 0)
        }
        guard descriptor.encodedSize <= encodedSizeMax, descriptor.encodedSize <= 256 * stored.count else {
            throw MalformedBytes(expected: "a dictionary of a size that its bytes can have", offset: 0)
        }
        let bytes = descriptor.encodedSize == descriptor.storedSize
            ? stored : try LZ4.decompress(stored.span, 0..<stored.count, size: descriptor.encodedSize)
        // Each string needs a byte or a part of a stream's byte; the factor bounds what a false count can allocate.
        guard descriptor.count <= 1024 * bytes.count else { throw MalformedBytes(expected: "a dictionary count", offset: 0) }
        var offset = 0
        let lengths = try Stream.decode(bytes.span, offset: &offset, count: descriptor.count)
        var strings: [String] = []
        strings.reserveCapacity(lengths.count)
        for length in lengths {
            guard length >= 0, length <= Int64(bytes.count - offset) else {
                throw MalformedBytes(expected: "a string of \(length) bytes", offset: offset)
            }
            strings.append(String(decoding: bytes[offset..<(offset + Int(length))], as: UTF8.self))
            offset += Int(length)
        }
        guard offset == bytes.count else { throw MalformedBytes(expected: "the dictionary's end", offset: offset) }
        return strings
    }
}
