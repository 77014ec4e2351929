import TapeBytes

/// Plain: each word as eight bytes. The body is count × 8 bytes.
enum PlainEncoding {
    static func size(count: Int) -> Int { 1 + 8 * count }

    static func encode(_ words: Span<Int64>, to bytes: inout [UInt8]) {
        bytes.append(StreamTag.plain.rawValue)
        BitPacking.pack(words, 0..<words.count, base: 0, width: 64, to: &bytes)
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        try BitPacking.unpack(bytes, offset: &offset, count: count, width: 64, base: 0, into: &words, at: start)
    }
}

/// Constant: all words are equal. The body is that word as a zigzag varint.
enum ConstantEncoding {
    static func size(_ word: Int64) -> Int { 1 + varintSize(zigzag(word)) }

    static func encode(_ word: Int64, to bytes: inout [UInt8]) {
        bytes.append(StreamTag.constant.rawValue)
        bytes.appendZigzag(word)
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        let word = try bytes.readZigzag(&offset)
        for index in start..<(start + count) { words[index] = word }
    }
}

/// Delta: the first word as a zigzag varint, then the (wrapping) differences of neighbours as a stream of count − 1.
enum DeltaEncoding {
    static func headerSize(_ words: [Int64]) -> Int { 1 + varintSize(zigzag(words[0])) }

    static func deltas(_ words: [Int64]) -> [Int64] { Words.deltas(words.span) }

    /// - Parameters summary, plan: of the differences.
    static func encode(
        _ words: [Int64], deltas: [Int64], _ summary: WordSummary, _ plan: PackedEncoding.Plan, to bytes: inout [UInt8], depth: Int
    ) {
        bytes.append(StreamTag.delta.rawValue)
        bytes.appendZigzag(words[0])
        if !deltas.isEmpty { Stream.encode(deltas, summary, plan, to: &bytes, depth: depth + 1) }
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int,
        into words: inout MutableSpan<Int64>, at start: Int, depth: Int
    ) throws(MalformedBytes) {
        guard count > 0 else { throw MalformedBytes(expected: "a stream that is not empty", offset: offset) }
        var word = try bytes.readZigzag(&offset)
        words[start] = word
        guard count > 1 else { return }
        try Stream.decode(bytes, offset: &offset, count: count - 1, into: &words, at: start + 1, depth: depth + 1)
        for index in (start + 1)..<(start + count) {
            word &+= words[index]
            words[index] = word
        }
    }
}

/// Planes: the words less a base, cut into bytes, all lowest bytes first, then all second bytes, and so on. No smaller than
/// packing by itself, but LZ4 finds repetitions in it, which packed bits hide.
///
///     base (zigzag varint)  k (1 byte: 1…8)  plane 0 (count bytes)  …  plane k−1
enum PlanesEncoding {
    static func encode(_ words: [Int64], base: Int64, byteCount: Int, to bytes: inout [UInt8]) {
        bytes.append(StreamTag.planes.rawValue)
        bytes.appendZigzag(base)
        bytes.append(UInt8(byteCount))
        Words.appendPlanes(words.span, base: base, planeCount: byteCount, to: &bytes)
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        let base = try bytes.readZigzag(&offset)
        let byteCount = try bytes.readCount(&offset, in: 1...8)
        guard count * byteCount <= bytes.count - offset else {
            throw MalformedBytes(expected: "\(byteCount) planes of \(count) bytes", offset: offset)
        }
        for index in 0..<count { words[start + index] = base }
        for plane in 0..<byteCount {
            let shift = Int64(8 * plane)
            for index in 0..<count { words[start + index] &+= Int64(bytes[offset + index]) &<< shift }
            offset += count
        }
    }
}
