import TapeBytes

/// What the footer says of one column: its type, where its bytes lie, and a zone map per block.
///
///     name (string)  type (string)  flags (1 byte: 1 nullable, 2 identifier)  unit (string)
///     chunk offset (varint, from the start of the file)
///     strings only: dictionary count (varint), and if it is not 0: stored size, encoded size (varints), CRC-32C (u32);
///                   the two sizes are equal where the dictionary is not compressed
///     per block: `BlockDescriptor`
package struct ColumnDescriptor: Equatable, Sendable {
    package var name: String
    package var type: ColumnType
    package var isNullable: Bool
    package var role: ColumnSchema.Role
    package var unit: String
    package var chunkOffset: Int
    package var dictionary: DictionaryDescriptor?
    package var blocks: [BlockDescriptor]

    /// The bytes of the column in the file, dictionary included, descriptor not.
    package var storedSize: Int {
        blocks.reduce(dictionary?.storedSize ?? 0) { $0 + $1.storedSize }
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendString(name)
        bytes.appendString(type.name)
        bytes.append((isNullable ? 1 : 0) | (role == .identifier ? 2 : 0))
        bytes.appendString(unit)
        bytes.appendVarint(chunkOffset)
        dictionary?.append(to: &bytes)
        for block in blocks { block.append(to: &bytes) }
    }
}

extension ColumnDescriptor {
    /// Reads a descriptor of a segment of so many rows; block offsets are sums of the sizes before them.
    init(_ bytes: Span<UInt8>, offset: inout Int, _ head: FooterHead) throws(MalformedBytes) {
        let name = try bytes.readString(&offset)
        let typeOffset = offset
        guard let type = ColumnType(name: try bytes.readString(&offset)) else {
            throw MalformedBytes(expected: "the name of a type", offset: typeOffset)
        }
        let flags = try bytes.readByte(&offset)
        guard flags < 4 else { throw MalformedBytes(expected: "column flags", offset: offset - 1) }
        let unit = try bytes.readString(&offset)
        let chunkOffset = try bytes.readCount(&offset, in: 0...SegmentLayout.sizeMax)
        var dictionary: DictionaryDescriptor?
        if type == .string { dictionary = try DictionaryDescriptor(bytes, offset: &offset) }
        self.init(
            name: name, type: type, isNullable: flags & 1 != 0, role: flags & 2 != 0 ? .identifier : .measure,
            unit: unit, chunkOffset: chunkOffset, dictionary: dictionary, blocks: [])
        var next = chunkOffset + (dictionary?.storedSize ?? 0)
        var firstRow = 0
        while firstRow < head.rowCount {
            let rowCount = min(head.rowsPerBlock, head.rowCount - firstRow)
            let block = try BlockDescriptor(bytes, offset: &offset, rowCount: rowCount, fileOffset: next)
            blocks.append(block)
            next += block.storedSize
            firstRow += rowCount
        }
    }
}

package struct DictionaryDescriptor: Equatable, Sendable {
    package var count: Int
    package var storedSize: Int
    var encodedSize: Int
    var checksum: UInt32

    func append(to bytes: inout [UInt8]) {
        bytes.appendVarint(count)
        guard count > 0 else { return }
        bytes.appendVarint(storedSize)
        bytes.appendVarint(encodedSize)
        bytes.appendInteger(checksum)
    }

    init(count: Int, storedSize: Int, encodedSize: Int, checksum: UInt32) {
        self.count = count
        self.storedSize = storedSize
        self.encodedSize = encodedSize
        self.checksum = checksum
    }

    init(_ bytes: Span<UInt8>, offset: inout Int) throws(MalformedBytes) {
        self.init(count: 0, storedSize: 0, encodedSize: 0, checksum: 0)
        count = try bytes.readCount(&offset, in: 0...Int(Int32.max))
        guard count > 0 else { return }
        storedSize = try bytes.readCount(&offset, in: 1...Int(Int32.max))
        encodedSize = try bytes.readCount(&offset, in: storedSize...Int(Int32.max))
        checksum = try bytes.readInteger(&offset, as: UInt32.self)
    }
}

/// A block's place and zone map.
///
///     flags (1 byte: the tag of the values' stream, + 128 if LZ4)  null count (varint)
///     unless all are null: min (zigzag varint)  max − min (varint)
///     stored size (varint); if LZ4: encoded size (varint); if stored size is not 0: CRC-32C (u32)
///
/// A block without nulls whose min is its max, and one of only nulls, has no bytes: stored size 0.
package struct BlockDescriptor: Equatable, Sendable {
    package var tag: StreamTag
    package var isCompressed: Bool
    package var rowCount: Int
    package var nullCount: Int
    /// The smallest and largest word that is not null; 0 where all are null. For strings: of the codes.
    package var min: Int64
    package var max: Int64
    /// In bytes from the start of the file.
    package var offset: Int
    package var storedSize: Int
    package var encodedSize: Int
    package var checksum: UInt32

    package var isConstant: Bool { nullCount == 0 && min == max }

    func append(to bytes: inout [UInt8]) {
        bytes.append(tag.rawValue | (isCompressed ? 128 : 0))
        bytes.appendVarint(nullCount)
        if nullCount < rowCount {
            bytes.appendZigzag(min)
            bytes.appendVarint(UInt64(bitPattern: max &- min))
        }
        bytes.appendVarint(storedSize)
        if isCompressed { bytes.appendVarint(encodedSize) }
        if storedSize > 0 { bytes.appendInteger(checksum) }
    }
}

extension BlockDescriptor {
    /// The most bytes that a block of `rowCount` rows can be encoded in; more is damage.
    static func encodedSizeMax(rowCount: Int) -> Int { 64 + 32 * rowCount }

    init(_ bytes: Span<UInt8>, offset: inout Int, rowCount: Int, fileOffset: Int) throws(MalformedBytes) {
        let start = offset
        let flags = try bytes.readByte(&offset)
        guard let tag = StreamTag(rawValue: flags & 127) else {
            throw MalformedBytes(expected: "block flags", offset: start)
        }
        let nullCount = try bytes.readCount(&offset, in: 0...rowCount)
        var low: Int64 = 0
        var high: Int64 = 0
        if nullCount < rowCount {
            low = try bytes.readZigzag(&offset)
            high = low &+ Int64(bitPattern: try bytes.readVarint(&offset))
            guard low <= high else { throw MalformedBytes(expected: "min ≤ max", offset: start) }
        }
        let sizeMax = BlockDescriptor.encodedSizeMax(rowCount: rowCount)
        let storedSize = try bytes.readCount(&offset, in: 0...sizeMax)
        let isCompressed = flags & 128 != 0
        let encodedSize = isCompressed ? try bytes.readCount(&offset, in: storedSize...sizeMax) : storedSize
        let checksum = storedSize > 0 ? try bytes.readInteger(&offset, as: UInt32.self) : 0
        self.init(
            tag: tag, isCompressed: isCompressed, rowCount: rowCount, nullCount: nullCount, min: low, max: high,
            offset: fileOffset, storedSize: storedSize, encodedSize: encodedSize, checksum: checksum)
        let mayBeEmpty = isConstant || nullCount == rowCount
        guard (storedSize == 0) == mayBeEmpty else { throw MalformedBytes(expected: "a block's size", offset: start) }
    }

    /// What others than the footer say of a block; nil where no footer could say so.
    ///
    /// - Parameters:
    ///   - encodedSize: −1 where the block is not compressed.
    ///   - segmentSize: of the whole segment, in bytes.
    package init?(
        tag: Int64, rowCount: Int, nullCount: Int64, min: Int64, max: Int64, offset: Int64, storedSize: Int64, encodedSize: Int64, checksum: Int64,
        segmentSize: Int
    ) {
        let sizeMax = BlockDescriptor.encodedSizeMax(rowCount: rowCount)
        guard let tag = UInt8(exactly: tag).flatMap(StreamTag.init), let checksum = UInt32(exactly: checksum), min <= max,
            (0...Int64(rowCount)).contains(nullCount), (0...Int64(sizeMax)).contains(storedSize),
            encodedSize == -1 || (storedSize...Int64(sizeMax)).contains(encodedSize),
            offset >= SegmentLayout.headerSize, offset <= Int64(segmentSize) - storedSize - Int64(SegmentLayout.trailerSize)
        else { return nil }
        self.init(
            tag: tag, isCompressed: encodedSize >= 0, rowCount: rowCount, nullCount: Int(nullCount), min: min, max: max, offset: Int(offset),
            storedSize: Int(storedSize), encodedSize: Int(encodedSize < 0 ? storedSize : encodedSize), checksum: checksum)
        guard (storedSize == 0) == (isConstant || self.nullCount == rowCount) else { return nil }
    }
}
