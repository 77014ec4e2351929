import TapeBytes

/// One block of a column, decoded only as far as its encoding makes sense of: one word, a few words with a code per row, or a word per row.
package struct BlockVector: Sendable {
    /// One (`isConstant`), one per code, or one per row.
    package var words: [Int64]
    package var isConstant: Bool
    /// Per row the index of its word; nil where there is a word per row. Words that codes index need not differ.
    package var codes: [UInt16]?
    /// 1 where a row is null; nil where none is. Of a constant one element.
    package var nulls: [UInt8]?

    package init(words: [Int64], isConstant: Bool = false, codes: [UInt16]? = nil, nulls: [UInt8]? = nil) {
        self.words = words
        self.isConstant = isConstant
        self.codes = codes
        self.nulls = nulls
    }

    /// A word per row.
    func flatWords(_ count: Int) -> [Int64] {
        if isConstant { return [Int64](repeating: words[0], count: count) }
        guard let codes else { return words }
        return CodeVectors.lookUp(words, codes)
    }
}

/// The blocks of a segment's columns, each decoded by itself; for questions, which need few of them.
///
/// Not safe to share between threads.
package struct BlockCache {
    private let reader: SegmentReader
    private var columns: [Int: Column] = [:]

    private struct Column {
        let descriptor: ColumnDescriptor
        /// The stored bytes of the blocks of `range`.
        var bytes: [UInt8] = []
        var range = 0..<0
    }

    package init(_ reader: SegmentReader) { self.reader = reader }

    /// - Throws: `SegmentError`.
    package mutating func descriptor(_ column: Int) throws -> ColumnDescriptor {
        if let known = columns[column] { return known.descriptor }
        let descriptor = try reader.descriptor(column)
        columns[column] = Column(descriptor: descriptor)
        return descriptor
    }

    /// Reads the stored bytes of some blocks of a column at once, ahead of their decoding; returns how many.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func fetch(_ column: Int, blocks: Range<Int>) throws -> Int {
        let descriptor = try descriptor(column)
        guard let known = columns[column], !blocks.isEmpty, !(known.range.contains(blocks.lowerBound) && known.range.upperBound >= blocks.upperBound)
        else { return 0 }
        let bytes = try reader.blockBytes(descriptor, blocks)
        columns[column]?.bytes = bytes
        columns[column]?.range = blocks
        return bytes.count
    }

    /// - Throws: `SegmentError`, `FileError`.
    package mutating func block(_ column: Int, _ index: Int) throws -> BlockVector {
        try block(column, index, isReferenced: false)
    }

    private mutating func block(_ column: Int, _ index: Int, isReferenced: Bool) throws -> BlockVector {
        let block = try descriptor(column).blocks[index]
        guard block.storedSize > 0 else {
            return BlockVector(words: [block.min], isConstant: true, nulls: block.nullCount > 0 ? [1] : nil)
        }
        _ = try fetch(column, blocks: index..<(index + 1))
        guard let known = columns[column] else { throw SegmentError(.malformed(expected: "a block")) }
        let first = block.offset - known.descriptor.blocks[known.range.lowerBound].offset
        do {
            let stored = known.bytes.span.extracting(first..<(first + block.storedSize))
            guard Checksum.crc32c(stored) == block.checksum else { throw SegmentError(.checksumMismatch) }
            if block.isCompressed {
                let bytes = try LZ4.decompress(stored, 0..<stored.count, size: block.encodedSize)
                return try decode(block, bytes.span, index, isReferenced)
            }
            return try decode(block, stored, index, isReferenced)
        } catch let error as MalformedBytes {
            throw placed(SegmentError(.malformed(expected: error.expected)), known.descriptor, index)
        } catch let error as SegmentError where error.column == nil {
            throw placed(error, known.descriptor, index)
        }
    }

    private func placed(_ error: SegmentError, _ descriptor: ColumnDescriptor, _ index: Int) -> SegmentError {
        let block = descriptor.blocks[index]
        let firstRow = descriptor.blocks[..<index].reduce(0) { $0 + $1.rowCount }
        return SegmentError(error.kind, column: descriptor.name, block: index, rows: firstRow..<(firstRow + block.rowCount), offset: block.offset)
    }

    private mutating func decode(
        _ block: BlockDescriptor, _ bytes: Span<UInt8>, _ index: Int, _ isReferenced: Bool
    ) throws -> BlockVector {
        var offset = 0
        let nulls = block.nullCount > 0 ? try BlockCache.nulls(block, bytes, &offset) : nil
        let tagOffset = offset
        guard try bytes.readByte(&offset) == block.tag.rawValue else {
            throw MalformedBytes(expected: "the tag that the footer names", offset: tagOffset)
        }
        var vector: BlockVector
        switch block.tag {
        case .sum, .function:
            guard !isReferenced else { throw MalformedBytes(expected: "a column that is not derived", offset: tagOffset) }
            vector = try derived(block, bytes, &offset, index)
        default:
            offset = tagOffset
            vector = try Stream.decodeCoded(bytes, offset: &offset, count: block.rowCount)
        }
        guard offset == bytes.count else { throw MalformedBytes(expected: "the block's end", offset: offset) }
        vector.nulls = nulls
        return vector.isConstant && nulls != nil
            ? BlockVector(words: vector.flatWords(block.rowCount), nulls: nulls) : vector
    }

    private mutating func derived(
        _ block: BlockDescriptor, _ bytes: Span<UInt8>, _ offset: inout Int, _ index: Int
    ) throws -> BlockVector {
        let references = try DerivedEncoding.references(bytes, block.tag, offset: &offset, columnCount: reader.columnCount)
        func words(_ column: Int) throws -> [Int64] { try self.block(column, index, isReferenced: true).flatWords(block.rowCount) }
        if block.tag == .function {
            let argument = try self.block(references.plus[0], index, isReferenced: true)
            return try DerivedEncoding.decodeFunction(bytes, offset: &offset, count: block.rowCount, argument)
        }
        let plus = try references.plus.map { try words($0) }
        let minus = try references.minus.map { try words($0) }
        var result = [Int64](repeating: 0, count: block.rowCount)
        var span = result.mutableSpan
        try DerivedEncoding.decodeSum(bytes, offset: &offset, count: block.rowCount, plus: plus, minus: minus, into: &span, at: 0)
        return BlockVector(words: result)
    }

    private static func nulls(_ block: BlockDescriptor, _ bytes: Span<UInt8>, _ offset: inout Int) throws(MalformedBytes) -> [UInt8] {
        let masks = try Stream.decode(bytes, offset: &offset, count: (block.rowCount + 63) / 64)
        var nulls = [UInt8](repeating: 0, count: block.rowCount)
        var found = 0
        for (index, word) in masks.enumerated() {
            var rest = UInt64(bitPattern: word)
            while rest != 0 {
                let row = index * 64 + rest.trailingZeroBitCount
                guard row < block.rowCount else { throw MalformedBytes(expected: "a null mask", offset: 0) }
                nulls[row] = 1
                found += 1
                rest &= rest - 1
            }
        }
        guard found == block.nullCount else { throw MalformedBytes(expected: "\(block.nullCount) nulls", offset: 0) }
        return nulls
    }
}
