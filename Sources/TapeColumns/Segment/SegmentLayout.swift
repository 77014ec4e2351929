import TapeBytes

/// The frame of a segment file. `docs/format.md` is normative; this file and `ColumnDescriptor` follow it.
///
///     header    magic "TAPEDECK" (8)  format version (u32)  zero (u32)
///     chunks    column after column: its dictionary (strings only), then its blocks in row order, without gaps
///     footer    rows, rows per block, metadata, and a descriptor per column (`ColumnDescriptor`)
///     trailer   footer size (u32)  CRC-32C (u32) of header, footer and footer size  magic "TAPE.END" (8)
package enum SegmentLayout {
    package static let formatVersion: UInt32 = 1
    /// The only number of rows per block that version 1 writes but for zones; the last block of a segment may be shorter.
    package static let rowsPerBlock = 8192
    package static let headerSize = 16
    package static let trailerSize = 16

    static let headerMagic = Array("TAPEDECK".utf8)
    static let trailerMagic = Array("TAPE.END".utf8)
    package static let columnCountMax = 4096
    /// Of a segment, in bytes: sums of places in it do not overflow.
    static let sizeMax = 1 << 48
    /// The distinct texts of a column in one segment take at most so many bytes, with room for what a dictionary has besides.
    package static let textSizeMax = StringDictionary.encodedSizeMax / 4 * 3

    static func header(version: UInt32 = formatVersion) -> [UInt8] {
        var bytes = headerMagic
        bytes.appendInteger(version)
        bytes.appendInteger(UInt32(0))
        return bytes
    }

    static func trailer(header: [UInt8], footer: [UInt8]) -> (bytes: [UInt8], checksum: UInt32) {
        var size: [UInt8] = []
        size.appendInteger(UInt32(footer.count))
        let checksum = checksum(header: header.span, footer: footer.span, footerSize: size.span)
        var bytes = size
        bytes.appendInteger(checksum)
        bytes.append(contentsOf: trailerMagic)
        return (bytes, checksum)
    }

    static func checksum(header: Span<UInt8>, footer: Span<UInt8>, footerSize: Span<UInt8>) -> UInt32 {
        Checksum.crc32c(footerSize, previous: Checksum.crc32c(footer, previous: Checksum.crc32c(header)))
    }
}

/// The contents of a footer but for the columns' descriptors.
struct FooterHead: Equatable {
    var rowCount: Int
    var rowsPerBlock: Int
    var metadata: [String: String]

    /// row count (varint)  rows per block (varint)  metadata count (varint)  key, value (strings) by ascending key
    func append(to bytes: inout [UInt8]) {
        bytes.appendVarint(rowCount)
        bytes.appendVarint(rowsPerBlock)
        bytes.appendVarint(metadata.count)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            bytes.appendString(key)
            bytes.appendString(value)
        }
    }

    init(rowCount: Int, rowsPerBlock: Int, metadata: [String: String]) {
        self.rowCount = rowCount
        self.rowsPerBlock = rowsPerBlock
        self.metadata = metadata
    }

    init(_ bytes: Span<UInt8>, offset: inout Int) throws(MalformedBytes) {
        let rowCount = try bytes.readCount(&offset, in: 0...Int(Int32.max))
        let rowsPerBlock = try bytes.readCount(&offset, in: 1...(1 << 20))
        var metadata: [String: String] = [:]
        for _ in 0..<(try bytes.readCount(&offset, in: 0...bytes.count)) {
            let key = try bytes.readString(&offset)
            metadata[key] = try bytes.readString(&offset)
        }
        self.init(rowCount: rowCount, rowsPerBlock: rowsPerBlock, metadata: metadata)
    }
}
