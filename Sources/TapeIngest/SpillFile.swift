import TapeBytes
import TapeColumns

/// Some rows of one partition, set aside on disk.
struct SpilledRows: Hashable, Sendable {
    /// The number of the file.
    var file: Int
    var offset: Int
    var sizeInBytes: Int
    var rowCount: Int
    /// Between which keys (`ClusterOrder.keys`) the rows lie.
    var keys: ClosedRange<Int64>
}

/// A file that a worker appends spilled rows to.
///
/// Each entry is
///
///     row count (varint)
///     per column:  base (zigzag)  bytes per word (1 byte)  null flag (1 byte)  text count (varint)  texts
///                  null mask (8 bytes per 64 rows, if flagged)  words (row count × bytes per word)
///     CRC-32C of all before (4 bytes)
///
/// It is the program's own scratch paper: a convert reads it back and removes it.
struct SpillFile: ~Copyable {
    let number: Int
    private var output: OutputFile
    private var size = 0

    static func path(_ folder: String, _ number: Int) -> String { "\(folder)/spill-\(number)" }

    init(_ folder: String, number: Int, _ fileSystem: FileSystem) throws(FileError) {
        self.number = number
        output = try fileSystem.create(SpillFile.path(folder, number))
    }

    mutating func append(_ rows: StagedRows, keys: ClosedRange<Int64>) throws(FileError) -> SpilledRows {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.sizeInBytes + 4096)
        bytes.appendVarint(rows.range.count)
        for column in rows.chunk.columns { SpillFile.append(column, rows.range, to: &bytes) }
        bytes.appendInteger(Checksum.crc32c(bytes.span))
        try output.write(bytes)
        defer { size += bytes.count }
        return SpilledRows(
            file: number, offset: size, sizeInBytes: bytes.count, rowCount: rows.range.count, keys: keys)
    }

    private static func append(_ column: StagedColumn, _ range: Range<Int>, to bytes: inout [UInt8]) {
        let words = column.words
        bytes.appendZigzag(words.base)
        bytes.append(UInt8(words.width))
        bytes.append(column.nulls == nil ? 0 : 1)
        bytes.appendVarint(column.texts.count)
        for text in column.texts {
            bytes.appendVarint(text.count)
            bytes += text
        }
        if let nulls = column.nulls {
            for first in stride(from: range.lowerBound, to: range.upperBound, by: 64) {
                var bits: UInt64 = 0
                for row in first..<min(first + 64, range.upperBound) where nulls[row] { bits |= 1 << UInt64(row - first) }
                bytes.appendInteger(bits)
            }
        }
        bytes += words.bytes[(range.lowerBound * words.width)..<(range.upperBound * words.width)]
    }
}

extension SpilledRows {
    /// Reads the rows back.
    ///
    /// - Throws: `FileError`, `MalformedBytes`.
    func read(_ folder: String, _ fileSystem: FileSystem, columnCount: Int) throws -> StagedChunk {
        let file = try fileSystem.open(SpillFile.path(folder, self.file))
        let bytes = try file.read(at: offset, count: sizeInBytes)
        let span = bytes.span
        var offset = bytes.count - 4
        guard offset >= 0 else { throw MalformedBytes(expected: "spilled rows", offset: 0) }
        let end = offset
        guard try span.readInteger(&offset, as: UInt32.self) == Checksum.crc32c(span, 0..<end) else {
            throw MalformedBytes(expected: "a matching checksum", offset: end)
        }
        offset = 0
        let count = try span.readCount(&offset, in: 0...rowCount)
        var columns: [StagedColumn] = []
        for _ in 0..<columnCount { columns.append(try SpilledRows.column(bytes, &offset, rowCount: count)) }
        return StagedChunk(id: ChunkID(file: 0, index: 0), rowCount: count, columns: columns)
    }

    private static func column(_ bytes: [UInt8], _ offset: inout Int, rowCount: Int) throws -> StagedColumn {
        let span = bytes.span
        let base = try span.readZigzag(&offset)
        let width = try span.readCount(&offset, in: 0...8)
        let hasNulls = try span.readByte(&offset) != 0
        var texts: [[UInt8]] = []
        for _ in 0..<(try span.readCount(&offset, in: 0...bytes.count)) {
            texts.append(try take(bytes, try span.readCount(&offset, in: 0...bytes.count), &offset))
        }
        var nulls: NullMask?
        if hasNulls {
            var mask = NullMask(count: rowCount)
            for first in stride(from: 0, to: rowCount, by: 64) {
                let bits = try span.readInteger(&offset, as: UInt64.self)
                for row in first..<min(first + 64, rowCount) where bits & (1 << UInt64(row - first)) != 0 { mask.setNull(row) }
            }
            nulls = mask
        }
        let stored = try take(bytes, rowCount * width, &offset)
        guard let words = NarrowWords(base: base, width: width, count: rowCount, bytes: stored) else {
            throw MalformedBytes(expected: "words", offset: offset)
        }
        return StagedColumn(words: words, nulls: nulls, texts: texts)
    }

    private static func take(_ bytes: [UInt8], _ count: Int, _ offset: inout Int) throws -> [UInt8] {
        guard count <= bytes.count - offset else { throw MalformedBytes(expected: "\(count) bytes", offset: offset) }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }
}
