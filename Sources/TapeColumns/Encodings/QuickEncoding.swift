import TapeBytes

/// How much a writer does to make blocks small.
package enum EncodingEffort: Sendable {
    /// Every encoding that may win is weighed, and LZ4 over it: for what is written once and read for years.
    case smallest
    /// One look decides: for results, which are made again as often as settings change. Measured on the result tables of 1.8 million orders: about
    /// an eighth of the time, and three quarters more bytes (real numbers stay as they are but for repetitions).
    case quick
}

/// A choice between plain, packed and runs from what one pass tells.
enum QuickEncoding {
    /// - Parameter isReal: whether the words are of doubles, whose low bits are noise: packing them saves nothing.
    static func encode(_ words: [Int64], _ summary: WordSummary, isReal: Bool, to bytes: inout [UInt8]) {
        if summary.min == summary.max { return ConstantEncoding.encode(summary.min, to: &bytes) }
        // A run takes a value and about a byte of length.
        if isReal {
            guard summary.runCount * 9 < words.count * 7 else { return PlainEncoding.encode(words.span, to: &bytes) }
            return encodeRuns(words, summary, to: &bytes) { PlainEncoding.encode($0.span, to: &$1) }
        }
        if summary.runCount * 4 < words.count {
            return encodeRuns(words, summary, to: &bytes) { PackedEncoding.encode($0.span, to: &$1) }
        }
        let plan = PackedEncoding.Plan(words.span)
        guard plan.size < PlainEncoding.size(count: words.count) else { return PlainEncoding.encode(words.span, to: &bytes) }
        PackedEncoding.encode(words.span, plan, to: &bytes)
    }

    private static func encodeRuns(
        _ words: [Int64], _ summary: WordSummary, to bytes: inout [UInt8], _ encodeValues: ([Int64], inout [UInt8]) -> Void
    ) {
        let (values, lengths) = Words.runs(words.span, runCount: summary.runCount)
        bytes.append(StreamTag.runs.rawValue)
        bytes.appendVarint(values.count)
        encodeValues(values, &bytes)
        PackedEncoding.encode(lengths.span, to: &bytes)
    }
}
