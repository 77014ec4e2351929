import TapeBytes

/// A stream: some count of words, encoded. The count is known from the context and not stored.
///
///     stream  =  tag (1 byte)  body
///
/// Bodies may hold streams in turn (the values and the lengths of runs, for one), which is how encodings
/// compose. Each encoding has a file of its own with its layout, its exact size, its writer and its reader.
package enum StreamTag: UInt8, Sendable, CaseIterable {
    case plain = 0
    case constant = 1
    case packed = 2
    case delta = 3
    case runs = 4
    case dictionary = 5
    case planes = 6
    case sum = 7
    case function = 8

    /// The word for people, as `inspect` prints it.
    package var name: String {
        switch self {
        case .plain: "plain"
        case .constant: "constant"
        case .packed: "packed"
        case .delta: "delta"
        case .runs: "run-length"
        case .dictionary: "dictionary"
        case .planes: "planes"
        case .sum: "sum"
        case .function: "function"
        }
    }
}

package enum Stream {
    /// Streams nest at most this deep; a reader refuses more, so that no file can exhaust the stack.
    package static let depthMax = 4

    /// Decodes `count` words from `bytes` at `offset` into `words[start...]`.
    ///
    /// `.sum` and `.function` refer to other columns and appear only at the top of a block, where `DerivedEncoding` reads them.
    package static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int,
        into words: inout MutableSpan<Int64>, at start: Int, depth: Int = 0
    ) throws(MalformedBytes) {
        guard depth < depthMax else { throw MalformedBytes(expected: "streams nested less deep", offset: offset) }
        let tagOffset = offset
        switch StreamTag(rawValue: try bytes.readByte(&offset)) {
        case .plain:
            try PlainEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start)
        case .constant:
            try ConstantEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start)
        case .packed:
            try PackedEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start)
        case .delta:
            try DeltaEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start, depth: depth)
        case .runs:
            try RunLengthEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start, depth: depth)
        case .dictionary:
            try DictionaryEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start, depth: depth)
        case .planes:
            try PlanesEncoding.decode(bytes, offset: &offset, count: count, into: &words, at: start)
        case .sum, .function, nil:
            throw MalformedBytes(expected: "a stream's tag", offset: tagOffset)
        }
    }

    /// A nested stream as an array of its own.
    package static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, depth: Int = 0
    ) throws(MalformedBytes) -> [Int64] {
        // SAFETY: whatever the words are, they are words; the decoder stores all, or throws and nobody sees them.
        var words = unsafe [Int64](uninitialized: count) { _, filled in filled = count }
        var span = words.mutableSpan
        try decode(bytes, offset: &offset, count: count, into: &span, at: 0, depth: depth)
        return words
    }

    /// Appends the smallest of the encodings that stand alone.
    ///
    /// Deterministic: of equal sizes the first in the order below wins.
    package static func encode(_ words: [Int64], to bytes: inout [UInt8], depth: Int = 0) {
        encode(words, WordSummary(words), to: &bytes, depth: depth)
    }

    static func encode(_ words: [Int64], _ summary: WordSummary, _ plan: PackedEncoding.Plan? = nil, to bytes: inout [UInt8], depth: Int = 0) {
        StreamChoice(words, summary, depth: depth, plan: plan).append(words, to: &bytes)
    }
}
