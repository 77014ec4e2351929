import TapeBytes
import TapeColumns

/// One input file, plain or gzip, read as chunks that end at record boundaries. Where it is cut depends on its text and the chunk size alone.
struct SourceFile {
    /// A record longer than this is taken for an unclosed quote.
    static let recordSizeMax = ConvertError.recordSizeMax

    private let path: String
    private let fileSystem: FileSystem
    private let reader: RawReader
    private let chunkSize: Int
    let schemaIndex: Int
    let parser: CSVChunkParser
    let map: HeaderMap
    let headerNames: [String]
    /// Text read and not yet given out.
    private var carried: [UInt8]
    let headerLineCount: Int
    private var offset: Int
    /// How many chunks were given out.
    private(set) var chunkCount = 0
    private var isAtEnd = false

    /// In bytes of the file as it is on disk.
    var bytesRead: Int { reader.bytesRead }
    /// Of the file's bytes as they are on disk.
    var hash: UInt64 { reader.hash }
    var isCompressed: Bool { reader.isCompressed }
    var ignoredColumns: [String] { map.ignored }

    /// Opens a file, sees whether it is gzip, and finds the schema that its header fits.
    init(_ path: String, _ converter: Converter) throws(ConvertError) {
        self.path = path
        fileSystem = converter.fileSystem
        let reader = try RawReader(path, converter.fileSystem)
        chunkSize = converter.options.chunkSizeInMemory
        let (header, headerEnd) = try SourceFile.header(reader, path)
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
        self.map = map
        headerNames = HeaderMap.names(header[..<headerEnd])
        carried = Array(header[headerEnd...])
        headerLineCount = header[..<headerEnd].count { $0 == UInt8(ascii: "\n") }
        offset = headerEnd
        self.reader = reader
    }

    /// The front of a file, and where in it the header ends.
    private static func header(_ reader: RawReader, _ path: String) throws(ConvertError) -> (text: [UInt8], end: Int) {
        var text: [UInt8] = []
        while true {
            let more = try reader.append(1 << 16, to: &text)
            if let end = recordEnd(text[...]) { return (text, end) }
            guard more > 0 else { break }
            guard text.count <= recordSizeMax else { throw ConvertError(.recordTooLong(line: 1), path: path) }
        }
        guard !text.isEmpty else { throw ConvertError(.emptyFile, path: path) }
        return (text, text.count)
    }

    static func headerNames(_ path: String, _ fileSystem: FileSystem) throws(ConvertError) -> [String] {
        let (text, end) = try header(RawReader(path, fileSystem), path)
        return HeaderMap.names(text[..<end])
    }

    /// The next chunk; nil at the end.
    ///
    /// - Parameter buffer: a buffer that is not needed any more, to be used again; taken away.
    mutating func nextChunk(reusing buffer: inout [UInt8]) throws(ConvertError) -> SourceChunk? {
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        var count = carried.count
        SourceFile.grow(&bytes, to: count + chunkSize)
        for index in 0..<count { bytes[index] = carried[index] }
        carried.removeAll(keepingCapacity: true)
        var searched = 0
        var cut = RecordCut(end: isAtEnd ? count : nil)
        while cut.end == nil {
            SourceFile.grow(&bytes, to: count + chunkSize)
            let received = try reader.read(chunkSize, into: &bytes, at: count)
            count += received
            isAtEnd = received == 0
            cut.search(bytes, searched..<count)
            searched = count
            if isAtEnd { cut.end = count }
            guard cut.end != nil || count <= SourceFile.recordSizeMax + chunkSize else {
                throw ConvertError(.recordTooLong(line: try lineOfNextChunk()), path: path)
            }
        }
        guard let end = cut.end, end > 0 else { return nil }
        // A chunk is as large as that only where its first record, or all that is carried over, is.
        if end > SourceFile.recordSizeMax, (SourceFile.recordEnd(bytes[..<end]) ?? end) > SourceFile.recordSizeMax {
            throw ConvertError(.recordTooLong(line: try lineOfNextChunk()), path: path)
        }
        if end < count { carried.append(contentsOf: bytes[end..<count]) }
        defer {
            offset += end
            chunkCount += 1
        }
        return SourceChunk(
            bytes: bytes, range: 0..<end, index: chunkCount, firstByte: offset, hasQuotes: cut.hasQuotes)
    }

    /// The line that the text not given out yet begins on, found by reading the file again; nil for standard input.
    private func lineOfNextChunk() throws(ConvertError) -> Int? {
        guard path != "-" else { return nil }
        let reader = try RawReader(path, fileSystem)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var line = 1
        var rest = offset
        while rest > 0 {
            let count = try reader.read(min(rest, bytes.count), into: &bytes, at: 0)
            guard count > 0 else { return nil }
            line += TextKernels.lineFeedCount(bytes, 0..<count)
            rest -= count
        }
        return line
    }

    private static func grow(_ bytes: inout [UInt8], to count: Int) {
        if bytes.count < count { bytes += [UInt8](repeating: 0, count: count - bytes.count) }
    }

    /// The hash of a whole file, as `hash` has it at the end.
    static func contentHash(_ path: String, _ converter: Converter) throws(ConvertError) -> UInt64 {
        let reader = try RawReader(path, converter.fileSystem, inflates: false)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        while try reader.read(bytes.count, into: &bytes, at: 0) > 0 {
            guard !converter.options.isCancelled() else { throw ConvertError(.cancelled) }
        }
        return reader.hash
    }

    /// Where the first record ends, its line feed included; nil if it does not.
    private static func recordEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        var isQuoted = false
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes[index] == UInt8(ascii: "\n"), !isQuoted { return index + 1 }
        }
        return nil
    }
}

/// Finds behind which line feed a chunk may be cut: the last one outside quotes.
private struct RecordCut {
    var end: Int?
    private(set) var hasQuotes = false
    private var isQuoted = false

    init(end: Int?) {
        self.end = end
        // What was carried to the end of the file was not searched; the parser looks for itself.
        hasQuotes = end != nil
    }

    /// Goes on with `bytes[range]`, which follows what was searched before.
    mutating func search(_ bytes: [UInt8], _ range: Range<Int>) {
        if !hasQuotes, !TextKernels.hasQuote(bytes, range) {
            end = TextKernels.lastLineFeed(bytes, range).map { $0 + 1 } ?? end
            return
        }
        hasQuotes = true
        for index in range {
            if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes[index] == UInt8(ascii: "\n"), !isQuoted { end = index + 1 }
        }
    }
}
