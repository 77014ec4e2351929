import TapeBytes

/// Encodes one block: chooses the smallest stream, then LZ4 over it where that saves enough to pay for decoding.
///
/// A block's bytes, before LZ4:
///
///     if some rows are null: the null mask, a stream of ⌈rows / 64⌉ words, bit i of word j set where row 64 j + i is null
///     the values: a stream of one word per row; at a null row the word before it (the first word that is not null, at the start)
enum BlockEncoder {
    /// LZ4 must save a tenth; measured in docs/decisions/0003.
    static let compressionGain = 10
    /// Streams of fewer bytes are left alone.
    static let compressedSizeMin = 256
    /// Of longer streams some bytes in the middle are tried first.
    static let sampleSize = 1024

    struct Encoded {
        var descriptor: BlockDescriptor
        var bytes: [UInt8]
    }

    /// Encodes words whose nulls were filled (`filled(_:)`), given the words of the columns that hints name.
    ///
    /// - Parameter references: for a sum its terms, for a function its argument; nil without a usable hint.
    static func encode(
        _ vector: ColumnVector, _ references: ReferencedWords?, offset: Int, _ effort: EncodingEffort = .smallest, isReal: Bool = false
    ) -> Encoded {
        let rowCount = vector.count
        let nullCount = vector.nulls?.nullCount ?? 0
        var descriptor = BlockDescriptor(
            tag: .constant, isCompressed: false, rowCount: rowCount, nullCount: nullCount, min: 0, max: 0,
            offset: offset, storedSize: 0, encodedSize: 0, checksum: 0)
        guard nullCount < rowCount else { return Encoded(descriptor: descriptor, bytes: []) }
        let summary = WordSummary(vector.words)
        (descriptor.min, descriptor.max) = (summary.min, summary.max)
        if descriptor.isConstant { return Encoded(descriptor: descriptor, bytes: []) }

        guard effort == .smallest else { return encodeQuickly(vector, summary, descriptor, isReal: isReal) }
        var prefix: [UInt8] = []
        if nullCount > 0, let nulls = vector.nulls {
            Stream.encode(nulls.words, to: &prefix)
        }
        let values = smallestStream(vector.words, summary, references)
        let tag = StreamTag(rawValue: values[0]) ?? .plain
        var best = (tag: tag, bytes: prefix + values, compressed: [UInt8]?.none)
        compress(&best, prefix: prefix, vector.words, summary)
        descriptor.tag = best.tag
        descriptor.encodedSize = best.bytes.count
        let stored = best.compressed ?? best.bytes
        descriptor.isCompressed = best.compressed != nil
        descriptor.storedSize = stored.count
        descriptor.checksum = Checksum.crc32c(stored.span)
        return Encoded(descriptor: descriptor, bytes: stored)
    }

    private static func encodeQuickly(
        _ vector: ColumnVector, _ summary: WordSummary, _ descriptor: BlockDescriptor, isReal: Bool
    ) -> Encoded {
        var bytes: [UInt8] = []
        if let nulls = vector.nulls, descriptor.nullCount > 0 { PlainEncoding.encode(nulls.words.span, to: &bytes) }
        let tagOffset = bytes.count
        QuickEncoding.encode(vector.words, summary, isReal: isReal, to: &bytes)
        var descriptor = descriptor
        descriptor.tag = StreamTag(rawValue: bytes[tagOffset]) ?? .plain
        descriptor.encodedSize = bytes.count
        descriptor.storedSize = bytes.count
        descriptor.checksum = Checksum.crc32c(bytes.span)
        return Encoded(descriptor: descriptor, bytes: bytes)
    }

    private static func smallestStream(_ words: [Int64], _ summary: WordSummary, _ references: ReferencedWords?) -> [UInt8] {
        var derived: [UInt8] = []
        if let references, references.isFunction {
            // A function that holds costs some bytes: nothing is smaller.
            if DerivedEncoding.encodeFunction(words, ordinal: references.ordinals.plus[0], arguments: references.plus[0], to: &derived),
                derived.count <= words.count / 32 { return derived }
        } else if let references {
            let residuals = DerivedEncoding.residuals(words, plus: references.plus, minus: references.minus)
            let residualSummary = WordSummary(residuals)
            DerivedEncoding.encodeSum(residuals, residualSummary, references.ordinals, to: &derived)
            // Nor is anything much smaller than residuals that take next to nothing.
            if derived.count <= words.count / 32 { return derived }
        }
        var best: [UInt8] = []
        Stream.encode(words, summary, to: &best)
        return !derived.isEmpty && derived.count < best.count ? derived : best
    }

    /// Weighs LZ4 over the stream, and LZ4 over byte planes of the words, or of their differences where those pack better. That suits columns
    /// of many significant bits (identifiers, times).
    private static func compress(
        _ best: inout (tag: StreamTag, bytes: [UInt8], compressed: [UInt8]?), prefix: [UInt8],
        _ words: [Int64], _ summary: WordSummary
    ) {
        let light = best.bytes.count
        guard light >= compressedSizeMin else { return }
        var sizeMax = light - light / compressionGain
        func consider(_ tag: StreamTag, _ bytes: [UInt8]) {
            guard seemsCompressible(bytes, to: sizeMax), let compressed = LZ4.compress(bytes, sizeMax: sizeMax) else { return }
            best = (tag, bytes, compressed)
            sizeMax = compressed.count - 1
        }
        let lightBytes = best.bytes
        consider(best.tag, lightBytes)
        // Where packing takes a byte per word or less, planes have nothing to show that packing hides; nor where runs were worth it.
        guard light > words.count, best.tag != .runs else { return }
        guard best.tag == .delta else {
            var planes = prefix
            PlanesEncoding.encode(words, base: summary.min, byteCount: byteCount(summary), to: &planes)
            return consider(.planes, planes)
        }
        let deltas = DeltaEncoding.deltas(words)
        let deltaSummary = WordSummary(deltas)
        var deltaPlanes = prefix
        deltaPlanes.append(StreamTag.delta.rawValue)
        deltaPlanes.appendZigzag(words[0])
        PlanesEncoding.encode(deltas, base: deltaSummary.min, byteCount: byteCount(deltaSummary), to: &deltaPlanes)
        consider(.delta, deltaPlanes)
    }

    /// By a sample, which may be a tenth worse than all: most packed streams are as good as random.
    private static func seemsCompressible(_ bytes: [UInt8], to sizeMax: Int) -> Bool {
        guard bytes.count > 2 * sampleSize else { return true }
        let start = (bytes.count - sampleSize) / 2
        let sampleSizeMax = min(sampleSize - sampleSize / 50, sampleSize * sizeMax / bytes.count * 11 / 10)
        return LZ4.compress(Array(bytes[start..<(start + sampleSize)]), sizeMax: sampleSizeMax) != nil
    }

    private static func byteCount(_ summary: WordSummary) -> Int {
        max(1, (BitPacking.width(of: UInt64(bitPattern: summary.max &- summary.min)) + 7) / 8)
    }

    /// The vector with each null row's word set to the word before it, so that nulls cost as little as can be.
    static func filled(_ vector: consuming ColumnVector) -> ColumnVector {
        guard let nulls = vector.nulls, nulls.nullCount < vector.count else { return vector }
        let bits = nulls.bits.span
        var words = vector.words.mutableSpan
        let first = words[nulls.firstValid ?? 0]
        for index in 0..<bits.count {
            var rest = bits[index]
            while rest != 0 {
                let row = index * 64 + rest.trailingZeroBitCount
                words[row] = row > 0 ? words[row - 1] : first
                rest &= rest - 1
            }
        }
        return vector
    }
}

/// The words, of the same rows, of the columns that a derived column leans on.
struct ReferencedWords {
    var ordinals: DerivedEncoding.References
    var plus: [[Int64]]
    var minus: [[Int64]]
    var isFunction: Bool
}
