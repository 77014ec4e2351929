import TapeBytes

/// Run-length: neighbours that are equal, once.
///
///     run count (varint)   values: a stream of run count   lengths − 1: a stream of run count
enum RunLengthEncoding {
    /// The runs of some words.
    struct Runs {
        var values: [Int64]
        /// Of the values.
        var summary: WordSummary
        /// Less one each.
        let lengths: [Int64]
        /// The stream of the lengths.
        let encodedLengths: [UInt8]

        /// - Parameter summary: that of the words.
        init(_ words: [Int64], _ summary: WordSummary, depth: Int) {
            (values, lengths) = Words.runs(words.span, runCount: summary.runCount)
            // No value is that of the run before.
            self.summary = summary
            var bytes: [UInt8] = []
            Stream.encode(lengths, to: &bytes, depth: depth + 1)
            encodedLengths = bytes
        }

        /// All words.
        func expanded(count: Int) -> [Int64] {
            var words = [Int64](zeros: count)
            var span = words.mutableSpan
            let isWhole = CodeVectors.fill(values, lengths: lengths, count: count, into: &span, at: 0)
            precondition(isWhole, "runs of other words")
            return words
        }
    }

    static func encode(_ runs: Runs, to bytes: inout [UInt8], depth: Int) {
        bytes.append(StreamTag.runs.rawValue)
        bytes.appendVarint(runs.values.count)
        Stream.encode(runs.values, runs.summary, to: &bytes, depth: depth + 1)
        bytes += runs.encodedLengths
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int,
        into words: inout MutableSpan<Int64>, at start: Int, depth: Int
    ) throws(MalformedBytes) {
        let tagOffset = offset
        let (values, lengths) = try decodeRuns(bytes, offset: &offset, count: count, depth: depth)
        guard CodeVectors.fill(values, lengths: lengths, count: count, into: &words, at: start) else {
            throw MalformedBytes(expected: "runs of \(count) words in all", offset: tagOffset)
        }
    }

    /// The values of the runs of `count` words, and their lengths less one.
    static func decodeRuns(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, depth: Int
    ) throws(MalformedBytes) -> (values: [Int64], lengths: [Int64]) {
        let runCount = try bytes.readCount(&offset, in: 0...count)
        let values = try Stream.decode(bytes, offset: &offset, count: runCount, depth: depth + 1)
        return (values, try Stream.decode(bytes, offset: &offset, count: runCount, depth: depth + 1))
    }
}
