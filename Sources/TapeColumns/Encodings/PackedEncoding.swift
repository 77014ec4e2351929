import TapeBytes

/// Packed: frame of reference and bit packing by mini-blocks of 128 words, each with its own base and width, and with
/// its few large words patched in (PFOR; Zukowski et al., "Super-Scalar RAM-CPU Cache Compression", ICDE 2006).
///
///     base        zigzag varint: the smallest word
///     base width  1 byte, 0…64
///     bases       per mini-block: its smallest word − base, packed at base width, to a whole byte
///     widths      per mini-block: 1 byte, 0…64; + 128 if it has patches
///     data        per mini-block: word − its smallest, the low `width` bits of each, to a whole byte
///     patches     per mini-block that has some:
///                     count (1 byte, 1…127), the positions (1 byte each), then for each the higher bits (varint)
enum PackedEncoding {
    static let miniBlockSize = 128
    private static let patchFlag: UInt8 = 128

    /// The exact size of the stream, without writing it.
    static func size(_ words: Span<Int64>) -> Int { Plan(words).size }

    static func encode(_ words: Span<Int64>, to bytes: inout [UInt8]) { encode(words, Plan(words), to: &bytes) }

    /// - Parameter plan: that of the words.
    static func encode(_ words: Span<Int64>, _ plan: Plan, to bytes: inout [UInt8]) {
        bytes.append(StreamTag.packed.rawValue)
        bytes.appendZigzag(plan.base)
        bytes.append(UInt8(plan.baseWidth))
        BitPacking.pack(plan.blocks.bases.span, 0..<plan.blocks.bases.count, base: plan.base, width: plan.baseWidth, to: &bytes)
        for (width, patchCount) in zip(plan.blocks.widths, plan.blocks.patchCounts) { bytes.append(width | (patchCount > 0 ? patchFlag : 0)) }
        Words.appendPacked(words, plan.blocks, to: &bytes)
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        let base = try bytes.readZigzag(&offset)
        let baseWidth = try bytes.readCount(&offset, in: 0...64)
        try check(bytes, offset, baseWidth, count)
        try PackedStream.words(bytes, offset: &offset, base: base, baseWidth: baseWidth, count: count, into: &words, at: start)
    }

    /// The body of a stream as codes of 16 bits, and the largest of them; nil, and the offset as it was, where a number has more bits.
    static func decodeCodes(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> (codes: [UInt16], highest: Int)? {
        var end = offset
        let base = try bytes.readZigzag(&end)
        let baseWidth = try bytes.readCount(&end, in: 0...64)
        try check(bytes, end, baseWidth, count)
        guard let result = PackedStream.codes(bytes, offset: &end, base: base, baseWidth: baseWidth, count: count) else { return nil }
        offset = end
        return result
    }

    /// Whether there is room for bases and widths, which bounds what a false count can allocate.
    private static func check(_ bytes: Span<UInt8>, _ offset: Int, _ baseWidth: Int, _ count: Int) throws(MalformedBytes) {
        let blockCount = (count + miniBlockSize - 1) / miniBlockSize
        guard BitPacking.size(count: blockCount, width: baseWidth) + blockCount <= bytes.count - offset else {
            throw MalformedBytes(expected: "mini-block bases and widths", offset: offset)
        }
    }
}

extension PackedEncoding {
    /// The bases, widths and patch counts that make the stream smallest.
    struct Plan {
        let base: Int64
        let baseWidth: Int
        let blocks: Words.PackedPlan
        /// Of the whole stream.
        let size: Int

        init(_ words: Span<Int64>) {
            blocks = Words.packedPlan(words)
            base = blocks.bases.min() ?? 0
            let widest = (blocks.bases.max() ?? 0) &- base
            baseWidth = BitPacking.width(of: UInt64(bitPattern: widest))
            let count = blocks.bases.count
            size = blocks.size + 2 + varintSize(zigzag(base)) + BitPacking.size(count: count, width: baseWidth) + count
        }
    }
}
