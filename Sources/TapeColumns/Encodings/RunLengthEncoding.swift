import TapeBytes

/// Run-length: neighbours that are equal, once.
///
///     run count (varint)   values: a stream of run count   lengths − 1: a stream of run count
enum RunLengthEncoding {
    static func encode(_ words: [Int64], runCount: Int, to bytes: inout [UInt8], depth: Int) {
        let (values, lengths) = Words.runs(words.span, runCount: runCount)
        bytes.append(StreamTag.runs.rawValue)
        bytes.appendVarint(values.count)
        Stream.encode(values, to: &bytes, depth: depth + 1)
        Stream.encode(lengths, to: &bytes, depth: depth + 1)
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int,
        into words: inout MutableSpan<Int64>, at start: Int, depth: Int
    ) throws(MalformedBytes) {
        let tagOffset = offset
        let runCount = try bytes.readCount(&offset, in: 0...count)
        let values = try Stream.decode(bytes, offset: &offset, count: runCount, depth: depth + 1)
        let lengths = try Stream.decode(bytes, offset: &offset, count: runCount, depth: depth + 1)
        guard CodeVectors.fill(values, lengths: lengths, count: count, into: &words, at: start) else {
            throw MalformedBytes(expected: "runs of \(count) words in all", offset: tagOffset)
        }
    }
}
