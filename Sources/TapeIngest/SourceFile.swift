import TapeBytes
import TapeColumns

/// One input file, plain or gzip, read as waves of chunks that end at record boundaries.
struct SourceFile {
    /// A record longer than this is taken for an unclosed quote.
    static let recordSizeMax = ConvertError.recordSizeMax

    private let path: String
    private let reader: RawReader
    private let chunkSize: Int
    private let chunkCount: Int
    let schemaIndex: Int
    let parser: CSVChunkParser
    let ignoredColumns: [String]
    /// Text read and not yet given out.
    private var carried: [UInt8]
    private var line: Int
    private var offset: Int
    private var isAtEnd = false

    /// In bytes of the file as it is on disk.
    var bytesRead: Int { reader.bytesRead }
    /// Of the file's bytes as they are on disk.
    var hash: UInt64 { reader.hash }

    /// Opens a file, sees whether it is gzip, and finds the schema that its header fits.
    init(_ path: String, _ converter: Converter) throws(ConvertError) {
        self.path = path
        let reader = try RawReader(path, converter.fileSystem)
        chunkSize = converter.options.chunkSize
        chunkCount = max(1, converter.options.workers) * 2
        var header: [UInt8] = []
        var end: Int?
        while end == nil {
            let more = try reader.read(1 << 16, into: &header)
            end = SourceFile.recordEnd(header)
            if more == 0 { break }
            guard header.count <= SourceFile.recordSizeMax else { throw ConvertError(.recordTooLong(line: 1), path: path) }
        }
        guard !header.isEmpty else { throw ConvertError(.emptyFile, path: path) }
        let headerEnd = end ?? header.count
        let candidates = converter.schemas.indices.filter {
            converter.options.table == nil || converter.schemas[$0].schema.name == converter.options.table
        }
        guard !candidates.isEmpty else { throw ConvertError(.unknownTable(converter.options.table ?? ""), path: path) }
        let map: HeaderMap
        do {
            map = try HeaderMap.match(header[..<headerEnd], candidates.map { converter.schemas[$0].schema })
        } catch {
            throw ConvertError(.header(error), path: path)
        }
        schemaIndex = candidates[map.schemaIndex]
        parser = CSVChunkParser(converter.schemas[schemaIndex].schema, map)
        ignoredColumns = map.ignored
        carried = Array(header[headerEnd...])
        line = 1 + header[..<headerEnd].count { $0 == UInt8(ascii: "\n") }
        offset = headerEnd
        self.reader = reader
    }

    /// The next chunks, in order; none at the end.
    mutating func nextWave() throws(ConvertError) -> [SourceChunk] {
        var chunks: [SourceChunk] = []
        while chunks.count < chunkCount, let chunk = try nextChunk() { chunks.append(chunk) }
        return chunks
    }

    private mutating func nextChunk() throws(ConvertError) -> SourceChunk? {
        var bytes = carried
        carried = []
        var end = isAtEnd ? bytes.count : 0
        while end == 0 {
            isAtEnd = try reader.read(chunkSize, into: &bytes) == 0
            end = isAtEnd ? bytes.count : TextKernels.lastRecordEnd(bytes) ?? 0
            if isAtEnd { break }
            guard end > 0 || bytes.count <= SourceFile.recordSizeMax + chunkSize else {
                throw ConvertError(.recordTooLong(line: line), path: path)
            }
        }
        guard end > 0 else { return nil }
        carried = Array(bytes[end...])
        let chunk = SourceChunk(bytes: bytes, range: 0..<end, firstLine: line, firstByte: offset)
        line += TextKernels.lineFeedCount(bytes, 0..<end)
        offset += end
        return chunk
    }

    /// The hash of a whole file, as `hash` has it at the end.
    static func contentHash(_ path: String, _ fileSystem: FileSystem) throws(ConvertError) -> UInt64 {
        let reader = try RawReader(path, fileSystem, inflates: false)
        var bytes: [UInt8] = []
        while try reader.read(1 << 20, into: &bytes) > 0 { bytes.removeAll(keepingCapacity: true) }
        return reader.hash
    }

    /// Where the first record ends, its line feed included; nil if it does not.
    private static func recordEnd(_ bytes: [UInt8]) -> Int? {
        var isQuoted = false
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes[index] == UInt8(ascii: "\n"), !isQuoted { return index + 1 }
        }
        return nil
    }
}

/// A file's bytes in order, inflated if they are gzip, and the hash of what was read.
private final class RawReader {
    private let path: String
    private let file: InputFile
    private var inflater: GzipInflater?
    private(set) var bytesRead = 0
    private(set) var hash: UInt64 = 0
    /// What was read to see whether the file is gzip.
    private var head: [UInt8]

    /// All reads but the last are of this size, so that the hash does not depend on how much is asked for.
    private static let readSize = 1 << 18

    init(_ path: String, _ fileSystem: FileSystem, inflates: Bool = true) throws(ConvertError) {
        self.path = path
        do {
            file = path == "-" ? try InputFile.standardInput(fileSystem) : try fileSystem.open(path)
        } catch {
            throw ConvertError(.unreadable(error), path: path)
        }
        head = []
        try readFile(into: &head)
        if inflates, GzipInflater.isGzip(head) { inflater = GzipInflater() }
    }

    @discardableResult
    private func readFile(into bytes: inout [UInt8]) throws(ConvertError) -> Int {
        let start = bytes.count
        let count: Int
        do {
            count = try file.readNext(RawReader.readSize, into: &bytes)
        } catch {
            throw ConvertError(.unreadable(error), path: path)
        }
        hash = Checksum.contentHash(bytes.span.extracting(start..<(start + count)), previous: hash)
        bytesRead += count
        return count
    }

    /// Appends about `count` bytes, more than none but at the end; returns how many.
    func read(_ count: Int, into bytes: inout [UInt8]) throws(ConvertError) -> Int {
        guard let inflater else { return try readPlain(count, into: &bytes) }
        do {
            return try inflater.inflate(count, into: &bytes) { (input: inout [UInt8]) throws(ConvertError) -> Int in
                try self.readPlain(1, into: &input)
            }
        } catch let error as GzipError {
            throw ConvertError(.gzip(error), path: path)
        } catch let error as ConvertError {
            throw error
        } catch {
            throw ConvertError(.missingInput, path: path)
        }
    }

    private func readPlain(_ count: Int, into bytes: inout [UInt8]) throws(ConvertError) -> Int {
        let start = bytes.count
        if !head.isEmpty {
            bytes += head
            head = []
        }
        while bytes.count - start < count, try readFile(into: &bytes) > 0 {}
        return bytes.count - start
    }
}
