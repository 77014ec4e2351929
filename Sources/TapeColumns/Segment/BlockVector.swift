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
/// Not safe to share between threads; copies share what was read until then.
package struct BlockCache: Sendable {
    package let reader: SegmentReader
    /// By ordinal.
    private var columns: [Column]
    /// Whether nothing was read or checked since it was kept for another question.
    package var isKept = false

    private struct Column: Sendable {
        /// Whether the descriptor was read.
        var isKnown = false
        var type = ColumnType.int64
        var blocks: [BlockDescriptor] = []
        /// The stored bytes of the blocks of `range`.
        var bytes: [UInt8] = []
        var range = 0..<0
        /// A bit for each of the first 64 blocks of `range` whose checksum was found to fit.
        var checked: UInt64 = 0
        var strings: [String]?

        /// The stored bytes of a block of `range`.
        func place(_ index: Int) -> Range<Int> {
            let start = blocks[index].offset - blocks[range.lowerBound].offset
            return start..<(start + blocks[index].storedSize)
        }
    }

    package init(_ reader: SegmentReader) {
        self.reader = reader
        columns = Array(repeating: Column(), count: reader.columnCount)
    }

    /// In bytes, about.
    package var sizeInBytes: Int {
        columns.reduce(reader.footerSize + 512) { size, column in
            size + 96 + column.bytes.count + 64 * column.blocks.count + 32 * (column.strings?.count ?? 0)
        }
    }

    /// Gives back what reading took of the system; the next read takes it again.
    package func rest() { reader.rest() }

    private mutating func find(_ column: Int) throws {
        if columns[column].isKnown { return }
        let descriptor = try reader.descriptor(column)
        isKept = false
        columns[column].type = descriptor.type
        columns[column].blocks = descriptor.blocks
        columns[column].isKnown = true
    }

    /// - Throws: `SegmentError`.
    package mutating func type(_ column: Int) throws -> ColumnType {
        try find(column)
        return columns[column].type
    }

    /// - Throws: `SegmentError`.
    package mutating func descriptor(_ column: Int, block: Int) throws -> BlockDescriptor {
        try find(column)
        return columns[column].blocks[block]
    }

    /// The strings that the words of a string column index; one at least.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func strings(_ column: Int) throws -> [String] {
        try find(column)
        if let known = columns[column].strings { return known }
        let strings = try reader.strings(column)
        columns[column].strings = strings.isEmpty ? [""] : strings
        return columns[column].strings ?? []
    }

    /// Reads the stored bytes of some blocks of a column at once, ahead of their decoding; returns how many.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func fetch(_ column: Int, blocks: Range<Int>) throws -> Int {
        try find(column)
        let known = columns[column].range
        guard !blocks.isEmpty, !(known.contains(blocks.lowerBound) && known.upperBound >= blocks.upperBound) else { return 0 }
        let bytes = try reader.blockBytes(columns[column].blocks, blocks)
        isKept = false
        columns[column].bytes = bytes
        columns[column].range = blocks
        columns[column].checked = 0
        return bytes.count
    }

    /// - Throws: `SegmentError`, `FileError`.
    package mutating func block(_ column: Int, _ index: Int) throws -> BlockVector {
        try block(column, index, isReferenced: false)
    }

    /// The words that occur in a block, in no order and some more than once; nil where they are not to be had without those of each row.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func occurringWords(_ column: Int, _ index: Int) throws -> [Int64]? {
        let block = try descriptor(column, block: index)
        guard block.storedSize > 0, block.nullCount == 0, !block.isCompressed, block.tag == .dictionary || block.tag == .runs else { return nil }
        return try withStored(column, index, block) { _, stored in
            var offset = 0
            return try Stream.occurringWords(stored, offset: &offset, count: block.rowCount)
        }
    }

    private mutating func block(_ column: Int, _ index: Int, isReferenced: Bool) throws -> BlockVector {
        let block = try descriptor(column, block: index)
        guard block.storedSize > 0 else {
            return BlockVector(words: [block.min], isConstant: true, nulls: block.nullCount > 0 ? [1] : nil)
        }
        return try withStored(column, index, block) { cache, stored in
            guard block.isCompressed else { return try cache.decode(block, stored, index, isReferenced) }
            let bytes = try LZ4.decompress(stored, 0..<stored.count, size: block.encodedSize)
            return try cache.decode(block, bytes.span, index, isReferenced)
        }
    }

    /// Calls `body` with the bytes of a block as they are stored, which fit their checksum.
    private mutating func withStored<Result>(
        _ column: Int, _ index: Int, _ block: BlockDescriptor, _ body: (inout BlockCache, Span<UInt8>) throws -> Result
    ) throws -> Result {
        _ = try fetch(column, blocks: index..<(index + 1))
        let place = columns[column].place(index)
        // Held while other columns may be read.
        let bytes = columns[column].bytes
        do {
            let stored = bytes.span.extracting(place)
            try check(column, index, stored, block.checksum)
            return try body(&self, stored)
        } catch let error as MalformedBytes {
            throw placed(SegmentError(.malformed(expected: error.expected)), column, index)
        } catch let error as SegmentError where error.column == nil {
            throw placed(error, column, index)
        }
    }

    private mutating func check(_ column: Int, _ index: Int, _ stored: Span<UInt8>, _ checksum: UInt32) throws(SegmentError) {
        // 0 from the 65th block on, which is checked each time.
        let bit = UInt64(1) << UInt64(index - columns[column].range.lowerBound)
        guard columns[column].checked & bit == 0 else { return }
        guard Checksum.crc32c(stored) == checksum else { throw SegmentError(.checksumMismatch) }
        columns[column].checked |= bit
        isKept = false
    }

    private func placed(_ error: SegmentError, _ column: Int, _ index: Int) -> SegmentError {
        let block = columns[column].blocks[index]
        let firstRow = columns[column].blocks[..<index].reduce(0) { $0 + $1.rowCount }
        return SegmentError(error.kind, column: reader.columnNames[column], block: index, rows: firstRow..<(firstRow + block.rowCount), offset: block.offset)
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
        var result = [Int64](zeros: block.rowCount)
        var span = result.mutableSpan
        try DerivedEncoding.decodeSum(bytes, offset: &offset, count: block.rowCount, plus: plus, minus: minus, into: &span, at: 0)
        return BlockVector(words: result)
    }

    private static func nulls(_ block: BlockDescriptor, _ bytes: Span<UInt8>, _ offset: inout Int) throws(MalformedBytes) -> [UInt8] {
        let masks = try Stream.decode(bytes, offset: &offset, count: (block.rowCount + 63) / 64)
        var nulls = [UInt8](zeros: block.rowCount)
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
