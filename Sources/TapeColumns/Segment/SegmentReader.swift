import TapeBytes

/// Where a segment's bytes come from: a file, or memory.
package protocol SegmentSource: Sendable {
    var sizeInBytes: Int { get }
    /// Exactly `count` bytes from `offset` on, which lie inside the size.
    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8]
    /// Gives back what reading took of the system; the next read takes it again.
    func rest()
}

extension [UInt8]: SegmentSource {
    package var sizeInBytes: Int { count }
    package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] { Array(self[offset..<(offset + count)]) }
    package func rest() {}
}

/// A damaged segment, or one that this program cannot read.
package struct SegmentError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case notASegment
        /// Written by a newer program.
        case unsupportedVersion(UInt32)
        case checksumMismatch
        /// Bytes that cannot be what they should be, and what they should be.
        case malformed(expected: String)
    }

    package var kind: Kind
    package var column: String?
    package var block: Int?
    package var rows: Range<Int>?
    /// In bytes from the start of the file.
    package var offset: Int?

    package init(_ kind: Kind, column: String? = nil, block: Int? = nil, rows: Range<Int>? = nil, offset: Int? = nil) {
        self.kind = kind
        self.column = column
        self.block = block
        self.rows = rows
        self.offset = offset
    }
}

/// Reads one segment. Opening reads its end, the footer and the trailer; descriptors are decoded for the columns asked for.
///
/// Every length and offset is checked before use: arbitrary bytes give an error, never a crash. Safe to use from
/// several threads at once.
package final class SegmentReader: Sendable {
    let source: any SegmentSource
    private let footer: [UInt8]
    private let head: FooterHead
    private let footerOffset: Int
    /// Per column where its descriptor, which starts with its name, lies in the footer.
    private let directory: [(start: Int, end: Int)]
    /// The trailer's checksum; see `SegmentImage.checksum`.
    package let checksum: UInt32

    var footerSize: Int { footer.count }
    package var rowCount: Int { head.rowCount }
    package var rowsPerBlock: Int { head.rowsPerBlock }
    package var blockCount: Int { (head.rowCount + head.rowsPerBlock - 1) / head.rowsPerBlock }
    package var metadata: [String: String] { head.metadata }
    package var columnNames: [String] { directory.indices.map(name) }
    package var columnCount: Int { directory.count }

    /// What is read of a file's end at first; most footers lie within.
    private static let tailSizeWanted = 4096

    /// Opening takes one read where the footer is small. The header is read only where the footer's checksum, which covers it, does not fit
    /// the header that this version writes; `verify` reads it always.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package init(_ source: any SegmentSource) throws {
        let size = source.sizeInBytes
        guard size >= SegmentLayout.headerSize + SegmentLayout.trailerSize else { throw SegmentError(.notASegment) }
        var tail = try source.read(at: size - min(size, SegmentReader.tailSizeWanted), count: min(size, SegmentReader.tailSizeWanted))
        let trailer = try SegmentReader.trailer(tail, source)
        if trailer.footerSize + SegmentLayout.trailerSize > tail.count {
            let count = trailer.footerSize + SegmentLayout.trailerSize
            tail = try source.read(at: size - count, count: count)
        }
        let end = tail.count - SegmentLayout.trailerSize
        let bytes = Array(tail[(end - trailer.footerSize)..<end])
        let start = size - SegmentLayout.trailerSize - trailer.footerSize
        func checksum(_ header: [UInt8]) -> UInt32 {
            SegmentLayout.checksum(header: header.span, footer: bytes.span, footerSize: tail.span.extracting(end..<(end + 4)))
        }
        if checksum(SegmentLayout.header()) != trailer.checksum, checksum(try SegmentReader.header(source)) != trailer.checksum {
            throw SegmentError(.checksumMismatch, offset: start)
        }
        do {
            (head, directory) = try SegmentReader.readDirectory(bytes.span)
        } catch {
            throw SegmentError(.malformed(expected: error.expected), offset: start + error.offset)
        }
        self.checksum = trailer.checksum
        footerOffset = start
        footer = bytes
        self.source = source
    }

    /// What the trailer at the end of `tail` says.
    private static func trailer(_ tail: [UInt8], _ source: any SegmentSource) throws -> (footerSize: Int, checksum: UInt32) {
        let size = source.sizeInBytes
        let trailerOffset = size - SegmentLayout.trailerSize
        var offset = tail.count - SegmentLayout.trailerSize
        let footerSize = Int(try tail.span.readInteger(&offset, as: UInt32.self))
        let checksum = try tail.span.readInteger(&offset, as: UInt32.self)
        guard tail[offset...].elementsEqual(SegmentLayout.trailerMagic) else {
            _ = try header(source)
            throw SegmentError(.malformed(expected: "the trailer's magic; the file may be cut short"), offset: trailerOffset + 8)
        }
        guard footerSize <= trailerOffset - SegmentLayout.headerSize else {
            _ = try header(source)
            throw SegmentError(.malformed(expected: "a footer inside the file"), offset: trailerOffset)
        }
        return (footerSize, checksum)
    }

    /// The header, checked.
    private static func header(_ source: any SegmentSource) throws -> [UInt8] {
        let header = try source.read(at: 0, count: SegmentLayout.headerSize)
        try checkHeader(header)
        return header
    }

    private static func checkHeader(_ header: [UInt8]) throws {
        guard Array(header[..<8]) == SegmentLayout.headerMagic else { throw SegmentError(.notASegment, offset: 0) }
        var offset = 8
        let version = try header.span.readInteger(&offset, as: UInt32.self)
        guard version >= 1 else { throw SegmentError(.malformed(expected: "a format version"), offset: 8) }
        guard version <= SegmentLayout.formatVersion else { throw SegmentError(.unsupportedVersion(version), offset: 8) }
        guard try header.span.readInteger(&offset, as: UInt32.self) == 0 else {
            throw SegmentError(.malformed(expected: "zeros"), offset: 12)
        }
    }

    private static func readDirectory(_ footer: Span<UInt8>) throws(MalformedBytes) -> (FooterHead, [(start: Int, end: Int)]) {
        var offset = 0
        let head = try FooterHead(footer, offset: &offset)
        let columnCount = try footer.readCount(&offset, in: 0...SegmentLayout.columnCountMax)
        // No ranges: an array of them costs each process some 170,000 instructions to set up.
        var directory: [(start: Int, end: Int)] = []
        directory.reserveCapacity(columnCount)
        for _ in 0..<columnCount {
            let size = try footer.readCount(&offset, in: 0...footer.count)
            guard size <= footer.count - offset else { throw MalformedBytes(expected: "a descriptor", offset: offset) }
            var nameOffset = offset
            let nameSize = try footer.readCount(&nameOffset, in: 0...footer.count)
            guard nameSize <= footer.count - nameOffset else { throw MalformedBytes(expected: "a name", offset: offset) }
            directory.append((offset, offset + size))
            offset += size
        }
        guard offset == footer.count else { throw MalformedBytes(expected: "the footer's end", offset: offset) }
        // Each block needs four bytes of footer at least, which bounds what a false row count can allocate.
        guard columnCount == 0 || head.rowCount / head.rowsPerBlock <= footer.count else {
            throw MalformedBytes(expected: "a row count", offset: 0)
        }
        return (head, directory)
    }

    /// The ordinal of the column of exactly that name.
    ///
    /// - Parameter hint: where to look first: segments of one table mostly have their columns in one order.
    package func columnIndex(_ name: String, hint: Int = 0) -> Int? {
        if directory.indices.contains(hint), isNamed(hint, name) { return hint }
        return directory.indices.first { isNamed($0, name) }
    }

    private func isNamed(_ column: Int, _ name: String) -> Bool {
        let footer = footer
        var offset = directory[column].start
        guard let size = try? footer.span.readCount(&offset, in: 0...footer.count), size == name.utf8.count else { return false }
        return footer[offset..<(offset + size)].elementsEqual(name.utf8)
    }

    private func name(_ column: Int) -> String {
        let footer = footer
        var offset = directory[column].start
        return (try? footer.span.readString(&offset)) ?? ""
    }

    /// - Throws: `SegmentError`.
    package func descriptor(_ column: Int) throws -> ColumnDescriptor {
        let footer = footer
        let (start, end) = directory[column]
        var offset = start
        do {
            let descriptor = try ColumnDescriptor(footer.span, offset: &offset, head)
            guard offset == end else { throw MalformedBytes(expected: "the descriptor's end", offset: offset) }
            let chunkEnd = descriptor.chunkOffset + descriptor.storedSize
            guard descriptor.chunkOffset >= SegmentLayout.headerSize, chunkEnd <= footerOffset else {
                throw MalformedBytes(expected: "a chunk inside the file", offset: start)
            }
            return descriptor
        } catch let error as MalformedBytes {
            throw SegmentError(.malformed(expected: error.expected), column: name(column),
                               offset: footerOffset + error.offset)
        }
    }

    /// All rows of a column.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package func vector(_ column: Int) throws -> ColumnVector {
        var cache = ColumnCache(self)
        return try cache.vector(column)
    }

    /// The strings that the words of a string column index; empty for others.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package func strings(_ column: Int) throws -> [String] {
        let descriptor = try descriptor(column)
        guard let dictionary = descriptor.dictionary, dictionary.count > 0 else { return [] }
        let stored = try source.read(at: descriptor.chunkOffset, count: dictionary.storedSize)
        do {
            return try StringDictionary.decode(stored, dictionary)
        } catch {
            throw SegmentError(.malformed(expected: error.expected), column: descriptor.name,
                               offset: descriptor.chunkOffset + error.offset)
        }
    }

    /// The stored bytes of all blocks of a column, read at once.
    func blockBytes(_ descriptor: ColumnDescriptor) throws(FileError) -> [UInt8] {
        guard let first = descriptor.blocks.first, let last = descriptor.blocks.last else { return [] }
        let count = last.offset + last.storedSize - first.offset
        return count == 0 ? [] : try source.read(at: first.offset, count: count)
    }

    /// Reads every block and holds it against its checksum, without decoding it.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package func checkBlocks() throws {
        for column in directory.indices {
            let descriptor = try descriptor(column)
            _ = try strings(column)
            let bytes = try blockBytes(descriptor)
            let start = descriptor.blocks.first?.offset ?? 0
            for (index, block) in descriptor.blocks.enumerated() where block.storedSize > 0 {
                let first = block.offset - start
                guard Checksum.crc32c(bytes.span, first..<(first + block.storedSize)) == block.checksum else {
                    throw SegmentError(.checksumMismatch, column: descriptor.name, block: index, offset: block.offset)
                }
            }
        }
    }

    /// Reads and checks everything: every checksum, every word, and that no byte of the file is unaccounted for.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    package func verify() throws {
        _ = try SegmentReader.header(source)
        var next = SegmentLayout.headerSize
        var cache = ColumnCache(self)
        for column in directory.indices {
            let descriptor = try descriptor(column)
            guard descriptor.chunkOffset == next else {
                throw SegmentError(.malformed(expected: "chunks without gaps"), column: descriptor.name, offset: next)
            }
            next += descriptor.storedSize
            let vector = try cache.vector(column)
            try ZoneMapCheck.check(descriptor, vector)
            if let dictionary = descriptor.dictionary {
                _ = try strings(column)
                for block in descriptor.blocks where block.nullCount < block.rowCount {
                    guard block.min >= 0, block.max < Int64(dictionary.count) else {
                        throw SegmentError(.malformed(expected: "codes of the dictionary"), column: descriptor.name)
                    }
                }
            }
        }
        guard next == footerOffset else { throw SegmentError(.malformed(expected: "chunks without gaps"), offset: next) }
    }
}
