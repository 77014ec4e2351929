import CKernels

/// One-pass facts about words, for encoders.
package enum Words {
    /// The extremes, and how many words differ from the one before. `words` is not empty.
    package static func summary(_ words: Span<Int64>, _ range: Range<Int>) -> (min: Int64, max: Int64, changes: Int) {
        precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= words.count)
        var low: Int64 = 0, high: Int64 = 0, changes = 0
        // SAFETY: the kernel reads the range, which was checked against the words, and writes the three locals.
        unsafe words.withUnsafeBufferPointer {
            unsafe tape_summary($0.baseAddress! + range.lowerBound, range.count, &low, &high, &changes)
        }
        return (low, high, changes)
    }

    /// How many of the words less `base` have 0, 1, … 64 significant bits.
    package static func bitLengths(_ words: Span<Int64>, _ range: Range<Int>, base: Int64, into lengths: inout [UInt32]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= words.count && lengths.count == 65)
        for index in lengths.indices { lengths[index] = 0 }
        guard !range.isEmpty else { return }
        // SAFETY: the kernel reads the range, which was checked, and writes 65 counters.
        unsafe words.withUnsafeBufferPointer { words in
            unsafe lengths.withUnsafeMutableBufferPointer { lengths in
                unsafe tape_bit_lengths(words.baseAddress! + range.lowerBound, range.count, base, lengths.baseAddress!)
            }
        }
    }
}
