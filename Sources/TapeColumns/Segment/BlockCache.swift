import TapeBytes

/// The blocks of a segment's columns, each decoded by itself; for questions, which need few of them.
///
/// Columns are numbered in the order in which they are first asked for. The segment's footer is read only where a column is not known without it. Not safe to
/// share between threads; copies share what was read until then.
package struct BlockCache: Sendable {
    private let source: any SegmentSource
    package let rowCount: Int
    package let rowsPerBlock: Int
    /// That of the segment that is meant.
    private let checksum: UInt32
    private var opened: SegmentReader?
    /// In the order in which they were asked for.
    private var columns: [Column] = []
    /// Whether nothing was read or checked since it was kept for another question.
    package var isKept = false

    /// Most questions ask for no more.
    private static let columnsExpected = 4

    /// What is known of a column: where it lies among the segment's, its type, and its blocks.
    package struct Column: Sendable {
        package let ordinal: Int
        package let name: String
        package let type: ColumnType
        package let blocks: [BlockDescriptor]
        /// The stored bytes of the blocks of `range`.
        fileprivate var bytes: [UInt8] = []
        fileprivate var range = 0..<0
        /// A bit for each of the first 64 blocks of `range` whose checksum was found to fit.
        fileprivate var checked: UInt64 = 0
        fileprivate var strings: [String]?

        package init(ordinal: Int, name: String, type: ColumnType, blocks: [BlockDescriptor]) {
            self.ordinal = ordinal
            self.name = name
            self.type = type
            self.blocks = blocks
        }

        /// The stored bytes of a block of `range`.
        fileprivate func place(_ index: Int) -> Range<Int> {
            let start = blocks[index].offset - blocks[range.lowerBound].offset
            return start..<(start + blocks[index].storedSize)
        }
    }

    package init(_ reader: SegmentReader) {
        source = reader.source
        (rowCount, rowsPerBlock, checksum) = (reader.rowCount, reader.rowsPerBlock, reader.checksum)
        opened = reader
    }

    /// A segment that was not opened, of which others say how many rows it has, and what its checksum must be.
    package init(unopened source: any SegmentSource, rowCount: Int, rowsPerBlock: Int, checksum: UInt32) {
        self.source = source
        (self.rowCount, self.rowsPerBlock, self.checksum) = (rowCount, rowsPerBlock, checksum)
    }

    package var blockCount: Int { (rowCount + rowsPerBlock - 1) / rowsPerBlock }

    /// In bytes, about.
    package var sizeInBytes: Int {
        columns.reduce((opened?.footerSize ?? 0) + 512) { size, column in
            size + 160 + column.bytes.count + 88 * column.blocks.count + 32 * (column.strings?.count ?? 0)
        }
    }

    /// Gives back what reading took of the system; the next read takes it again.
    package func rest() { source.rest() }

    private mutating func reader() throws -> SegmentReader {
        if let opened { return opened }
        let reader = try SegmentReader(source)
        guard reader.checksum == checksum, reader.rowCount == rowCount, reader.rowsPerBlock == rowsPerBlock else { throw SegmentError(.checksumMismatch) }
        isKept = false
        opened = reader
        return reader
    }

    /// The number of the column of exactly that name; nil where the segment has none.
    ///
    /// - Parameter hint: where to look first among the segment's columns.
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func number(_ name: String, hint: Int) throws -> Int? {
        if let known = columns.firstIndex(where: { $0.name == name }) { return known }
        return try reader().columnIndex(name, hint: hint).map { try number(ordinal: $0) }
    }

    /// The number of a column that is known without the footer.
    package mutating func number(_ column: Column) -> Int {
        if let known = columns.firstIndex(where: { $0.ordinal == column.ordinal }) { return known }
        isKept = false
        if columns.isEmpty { columns.reserveCapacity(BlockCache.columnsExpected) }
        columns.append(column)
        return columns.count - 1
    }

    private mutating func number(ordinal: Int) throws -> Int {
        if let known = columns.firstIndex(where: { $0.ordinal == ordinal }) { return known }
        let reader = try reader()
        guard ordinal < reader.columnCount else { throw MalformedBytes(expected: "a column of the segment", offset: 0) }
        let descriptor = try reader.descriptor(ordinal)
        return number(Column(ordinal: ordinal, name: descriptor.name, type: descriptor.type, blocks: descriptor.blocks))
    }

    package func type(_ column: Int) -> ColumnType { columns[column].type }

    package func descriptor(_ column: Int, block: Int) -> BlockDescriptor { columns[column].blocks[block] }

    /// The strings that the words of a string column index; one at least.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func strings(_ column: Int) throws -> [String] {
        if let known = columns[column].strings { return known }
        let strings = try reader().strings(columns[column].ordinal)
        columns[column].strings = strings.isEmpty ? [""] : strings
        return columns[column].strings ?? []
    }

    /// Reads the stored bytes of some blocks of a column at once, ahead of their decoding; returns how many.
    ///
    /// - Throws: `FileError`.
    package mutating func fetch(_ column: Int, blocks: Range<Int>) throws(FileError) -> Int {
        let known = columns[column].range
        guard !blocks.isEmpty, !(known.contains(blocks.lowerBound) && known.upperBound >= blocks.upperBound) else { return 0 }
        let first = columns[column].blocks[blocks.lowerBound].offset
        let last = columns[column].blocks[blocks.upperBound - 1]
        let count = last.offset + last.storedSize - first
        let bytes = count == 0 ? [] : try source.read(at: first, count: count)
        isKept = false
        columns[column].bytes = bytes
        columns[column].range = blocks
        columns[column].checked = 0
        return count
    }

    /// - Throws: `SegmentError`, `FileError`.
    package mutating func block(_ column: Int, _ index: Int) throws -> BlockVector {
        try block(column, index, isReferenced: false)
    }

    /// The words that occur in a block, in no order and some more than once; nil where they are not to be had without those of each row.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package mutating func occurringWords(_ column: Int, _ index: Int) throws -> [Int64]? {
        let block = descriptor(column, block: index)
        guard block.storedSize > 0, block.nullCount == 0, !block.isCompressed, block.tag == .dictionary || block.tag == .runs else { return nil }
        return try withStored(column, index, block) { _, stored in
            var offset = 0
            return try Stream.occurringWords(stored, offset: &offset, count: block.rowCount)
        }
    }

    private mutating func block(_ column: Int, _ index: Int, isReferenced: Bool) throws -> BlockVector {
        let block = descriptor(column, block: index)
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
        return SegmentError(error.kind, column: columns[column].name, block: index, rows: firstRow..<(firstRow + block.rowCount), offset: block.offset)
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
        let references = try DerivedEncoding.references(bytes, block.tag, offset: &offset, columnCount: SegmentLayout.columnCountMax)
        func referenced(_ ordinal: Int) throws -> BlockVector { try self.block(number(ordinal: ordinal), index, isReferenced: true) }
        func words(_ ordinal: Int) throws -> [Int64] { try referenced(ordinal).flatWords(block.rowCount) }
        if block.tag == .function {
            let argument = try referenced(references.plus[0])
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
        var nulls = [UInt8](zeros: block.rowCount)
        try block.decodeNulls(bytes, &offset) { nulls[$0] = 1 }
        return nulls
    }
}
