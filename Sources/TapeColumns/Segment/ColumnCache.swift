import TapeBytes

/// Decodes columns of one segment, keeping the words of those that other columns lean on.
package struct ColumnCache {
    private let reader: SegmentReader
    /// By column; nil for those that were not asked for.
    private var vectors: [ColumnVector?]

    package init(_ reader: SegmentReader) {
        self.reader = reader
        vectors = Array(repeating: nil, count: reader.columnCount)
    }

    /// All rows of a column.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func vector(_ column: Int) throws -> ColumnVector {
        try vector(column, isReferenced: false)
    }

    private mutating func vector(_ column: Int, isReferenced: Bool) throws -> ColumnVector {
        if let known = vectors[column] { return known }
        let descriptor = try reader.descriptor(column)
        // SAFETY: whatever the words are, they are words; a block stores all of its rows, or throws and nobody sees them.
        let words = unsafe [Int64](uninitialized: reader.rowCount) { _, count in count = reader.rowCount }
        var output = ColumnVector(words: words)
        var nulls = NullMask(count: reader.rowCount)
        let bytes = try reader.blockBytes(descriptor)
        let start = descriptor.blocks.first?.offset ?? 0
        var firstRow = 0
        for (index, block) in descriptor.blocks.enumerated() {
            func failure(_ kind: SegmentError.Kind) -> SegmentError {
                SegmentError(kind, column: descriptor.name, block: index, rows: firstRow..<(firstRow + block.rowCount), offset: block.offset)
            }
            do {
                let first = block.offset - start
                try decode(block, bytes.span.extracting(first..<(first + block.storedSize)), firstRow: firstRow,
                           isReferenced: isReferenced, into: &output.words, &nulls)
            } catch is ChecksumMismatch {
                throw failure(.checksumMismatch)
            } catch let error as MalformedBytes {
                throw failure(.malformed(expected: error.expected))
            }
            firstRow += block.rowCount
        }
        if descriptor.blocks.contains(where: { $0.nullCount > 0 }) { output.nulls = nulls }
        vectors[column] = output
        return output
    }

    /// A block's bytes do not fit the checksum that the footer names.
    private struct ChecksumMismatch: Error {}

    private mutating func decode(
        _ block: BlockDescriptor, _ stored: Span<UInt8>, firstRow: Int, isReferenced: Bool,
        into words: inout [Int64], _ nulls: inout NullMask
    ) throws {
        guard block.storedSize > 0 else {
            if block.nullCount == block.rowCount { for row in firstRow..<(firstRow + block.rowCount) { nulls.setNull(row) } }
            for row in firstRow..<(firstRow + block.rowCount) { words[row] = block.min }
            return
        }
        guard Checksum.crc32c(stored) == block.checksum else { throw ChecksumMismatch() }
        guard block.isCompressed else {
            return try decodeStreams(block, stored, firstRow, isReferenced, into: &words, &nulls)
        }
        let bytes = try LZ4.decompress(stored, 0..<stored.count, size: block.encodedSize)
        try decodeStreams(block, bytes.span, firstRow, isReferenced, into: &words, &nulls)
    }

    private mutating func decodeStreams(
        _ block: BlockDescriptor, _ bytes: Span<UInt8>, _ firstRow: Int, _ isReferenced: Bool,
        into words: inout [Int64], _ nulls: inout NullMask
    ) throws {
        var offset = 0
        if block.nullCount > 0 { try block.decodeNulls(bytes, &offset) { nulls.setNull(firstRow + $0) } }
        let tagOffset = offset
        guard try bytes.readByte(&offset) == block.tag.rawValue else {
            throw MalformedBytes(expected: "the tag that the footer names", offset: tagOffset)
        }
        var span = words.mutableSpan
        switch block.tag {
        case .sum, .function:
            guard !isReferenced else {
                throw MalformedBytes(expected: "a column that is not derived", offset: tagOffset)
            }
            try decodeDerived(block, bytes, &offset, firstRow, into: &span)
        default:
            offset = tagOffset
            try Stream.decode(bytes, offset: &offset, count: block.rowCount, into: &span, at: firstRow)
        }
        guard offset == bytes.count else { throw MalformedBytes(expected: "the block's end", offset: offset) }
    }

    private mutating func decodeDerived(
        _ block: BlockDescriptor, _ bytes: Span<UInt8>, _ offset: inout Int, _ firstRow: Int,
        into words: inout MutableSpan<Int64>
    ) throws {
        let references = try DerivedEncoding.references(
            bytes, block.tag, offset: &offset, columnCount: reader.columnCount)
        let rows = firstRow..<(firstRow + block.rowCount)
        func referenced(_ column: Int) throws -> [Int64] {
            let all = try vector(column, isReferenced: true).words
            return rows.count == all.count ? all : Array(all[rows])
        }
        let plus = try references.plus.map(referenced)
        if block.tag == .function {
            try DerivedEncoding.decodeFunction(
                bytes, offset: &offset, count: block.rowCount, arguments: plus[0], into: &words, at: firstRow)
        } else {
            let minus = try references.minus.map(referenced)
            try DerivedEncoding.decodeSum(
                bytes, offset: &offset, count: block.rowCount, plus: plus, minus: minus, into: &words, at: firstRow)
        }
    }
}

extension BlockDescriptor {
    /// Decodes which rows of the block are null, and hands on each, in order.
    func decodeNulls(_ bytes: Span<UInt8>, _ offset: inout Int, _ body: (_ row: Int) -> Void) throws(MalformedBytes) {
        let masks = try Stream.decode(bytes, offset: &offset, count: (rowCount + 63) / 64)
        var found = 0
        for (index, word) in masks.enumerated() {
            var rest = UInt64(bitPattern: word)
            while rest != 0 {
                let row = index * 64 + rest.trailingZeroBitCount
                guard row < rowCount else { throw MalformedBytes(expected: "a null mask", offset: 0) }
                body(row)
                found += 1
                rest &= rest - 1
            }
        }
        guard found == nullCount else { throw MalformedBytes(expected: "\(nullCount) nulls", offset: 0) }
    }
}

/// Holds a column's words against the zone maps of its blocks.
enum ZoneMapCheck {
    static func check(_ descriptor: ColumnDescriptor, _ vector: ColumnVector) throws(SegmentError) {
        var firstRow = 0
        for (index, block) in descriptor.blocks.enumerated() {
            var low = Int64.max
            var high = Int64.min
            for row in firstRow..<(firstRow + block.rowCount) {
                if let nulls = vector.nulls, nulls[row] { continue }
                low = min(low, vector.words[row])
                high = max(high, vector.words[row])
            }
            if block.nullCount < block.rowCount, low != block.min || high != block.max {
                throw SegmentError(.malformed(expected: "words within the zone map"), column: descriptor.name, block: index,
                                   rows: firstRow..<(firstRow + block.rowCount), offset: block.offset)
            }
            firstRow += block.rowCount
        }
    }
}
