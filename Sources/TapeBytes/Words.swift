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

    /// What packing needs to know of each mini-block of 128 words.
    package struct PackedPlan: Equatable {
        package fileprivate(set) var bases: [Int64]
        package fileprivate(set) var widths: [UInt8]
        package fileprivate(set) var patchCounts: [UInt8]
        /// The bytes of the packed words and of the patches.
        package fileprivate(set) var size: Int
    }

    package static func packedPlan(_ words: Span<Int64>, isPortable: Bool = false) -> PackedPlan {
        let blockCount = (words.count + 127) / 128
        var plan = PackedPlan(
            bases: [Int64](zeros: blockCount), widths: [UInt8](zeros: blockCount),
            patchCounts: [UInt8](zeros: blockCount), size: 0)
        guard blockCount > 0 else { return plan }
        // SAFETY: the kernel reads all words and writes one entry per mini-block.
        plan.size = unsafe words.withUnsafeBufferPointer { words in
            unsafe plan.bases.withUnsafeMutableBufferPointer { bases in
                unsafe plan.widths.withUnsafeMutableBufferPointer { widths in
                    unsafe plan.patchCounts.withUnsafeMutableBufferPointer { patches in
                        let kernel = unsafe isPortable ? tape_packed_plan_portable : tape_packed_plan
                        return unsafe kernel(
                            words.baseAddress!, words.count, bases.baseAddress!, widths.baseAddress!, patches.baseAddress!)
                    }
                }
            }
        }
        return plan
    }

    /// Appends the packed words and the patches.
    ///
    /// - Parameter plan: that of the same words.
    package static func appendPacked(_ words: Span<Int64>, _ plan: PackedPlan, to bytes: inout [UInt8]) {
        precondition(plan.bases.count == (words.count + 127) / 128)
        guard plan.size > 0 else { return }
        var written = 0
        bytes.append(addingCapacity: plan.size) { output in
            // SAFETY: a plan, which only `packedPlan` makes, says exactly how many bytes its words take; there is room for as many.
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                written = unsafe words.withUnsafeBufferPointer { words in
                    unsafe tape_packed_write(
                        words.baseAddress!, words.count, plan.bases, plan.widths, plan.patchCounts, output.baseAddress!)
                }
                count = written
            }
        }
        precondition(written == plan.size, "a plan of other words")
    }

    /// The (wrapping) differences of neighbours.
    package static func deltas(_ words: Span<Int64>) -> [Int64] {
        guard words.count > 1 else { return [] }
        // SAFETY: the kernel reads all words and writes one less.
        return unsafe [Int64](uninitialized: words.count - 1) { deltas, count in
            count = words.count - 1
            unsafe words.withUnsafeBufferPointer { unsafe tape_deltas($0.baseAddress!, $0.count, deltas.baseAddress!) }
        }
    }

    /// Neighbours that are equal, once, and how many more there are of each.
    package static func runs(_ words: Span<Int64>, runCount: Int, isPortable: Bool = false) -> (values: [Int64], lengths: [Int64]) {
        guard words.count > 0 else { return ([], []) }
        precondition(runCount > 0)
        var lengths = [Int64](zeros: runCount)
        // SAFETY: the kernel reads all words and writes at most `runCount` values and lengths.
        let values = unsafe [Int64](uninitialized: runCount) { values, count in
            count = unsafe words.withUnsafeBufferPointer { words in
                unsafe lengths.withUnsafeMutableBufferPointer { lengths in
                    let kernel = unsafe isPortable ? tape_runs_portable : tape_runs
                    return unsafe kernel(words.baseAddress!, words.count, runCount, values.baseAddress!, lengths.baseAddress!)
                }
            }
        }
        return (values, lengths)
    }

    /// The largest range of words that `smallDictionary` takes.
    package static let smallRangeMax: UInt64 = 4095

    /// For words in `base...base + range`: the rank of each value among those that occur, −1 for one that does not; and how many occur.
    package static func smallDictionary(_ words: Span<Int64>, base: Int64, range: UInt64) -> (ranks: [Int16], distinctCount: Int) {
        precondition(range <= smallRangeMax && words.count > 0)
        var found = 0
        // SAFETY: the kernel writes an entry for each value of the range, and none for words outside.
        let ranks = unsafe [Int16](uninitialized: Int(range) + 1) { ranks, count in
            found = unsafe words.withUnsafeBufferPointer {
                unsafe tape_small_dictionary($0.baseAddress!, $0.count, base, UInt32(range), ranks.baseAddress!)
            }
            count = Int(range) + 1
        }
        return (ranks, found)
    }

    /// The rank of each word; `ranks` is of the same words.
    package static func smallCodes(_ words: Span<Int64>, base: Int64, ranks: [Int16]) -> [Int64] {
        precondition(words.count > 0 && !ranks.isEmpty)
        // SAFETY: the kernel reads no rank behind the last, and writes a code for each word.
        return unsafe [Int64](uninitialized: words.count) { codes, count in
            unsafe words.withUnsafeBufferPointer { words in
                unsafe ranks.withUnsafeBufferPointer {
                    unsafe tape_small_codes(
                        words.baseAddress!, words.count, base, UInt32($0.count - 1), $0.baseAddress!, codes.baseAddress!)
                }
            }
            count = words.count
        }
    }

    /// The distinct words, ascending, at most `distinctMax` (≤ 2,048), and each word's number among them; nil where there are more, or more than
    /// `sampleMax` among the first 512 words.
    package static func dictionary(_ words: Span<Int64>, distinctMax: Int, sampleMax: Int = 512) -> (distinct: [Int64], codes: [Int64])? {
        precondition((0...2048).contains(distinctMax))
        guard words.count > 0, distinctMax > 0 else { return nil }
        var codes: [Int64] = []
        // SAFETY: the kernels read all words and write a code for each, at most `distinctMax` distinct words and ranks, and 4,096 slots.
        let distinct = unsafe [Int64](uninitialized: distinctMax) { distinct, found in
            unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: 4096) { slots in
                unsafe words.withUnsafeBufferPointer { words in
                    codes = unsafe [Int64](uninitialized: words.count) { codes, count in
                        found = unsafe tape_dictionary(
                            words.baseAddress!, words.count, distinctMax, sampleMax, slots.baseAddress!, distinct.baseAddress!,
                            codes.baseAddress!)
                        guard found > 0 else { return }
                        unsafe tape_dictionary_ranks(distinct.baseAddress!, found, slots.baseAddress!)
                        unsafe tape_rank_codes(codes.baseAddress!, words.count, slots.baseAddress!)
                        count = words.count
                    }
                }
            }
        }
        guard !codes.isEmpty else { return nil }
        return (distinct, codes)
    }

    /// Replaces codes by the words of a table, which is not empty; returns whether all codes were below its count.
    package static func lookUp(_ table: [Int64], _ codes: inout MutableSpan<Int64>, _ range: Range<Int>) -> Bool {
        precondition(!table.isEmpty && range.lowerBound >= 0 && range.upperBound <= codes.count)
        // SAFETY: the kernel reads the table within its count, whatever the codes, and writes over each code of the range, which was checked.
        return unsafe codes.withUnsafeMutableBufferPointer { codes in
            guard let first = codes.baseAddress else { return true }
            return unsafe tape_look_up_words(table, table.count, first + range.lowerBound, range.count) != 0
        }
    }

    /// Appends the lowest bytes of all words less `base`, then all second bytes, and so on.
    package static func appendPlanes(_ words: Span<Int64>, base: Int64, planeCount: Int, to bytes: inout [UInt8]) {
        precondition((1...8).contains(planeCount))
        guard words.count > 0 else { return }
        bytes.append(addingCapacity: words.count * planeCount) { output in
            // SAFETY: the kernel writes a byte per word and plane, for which there is room.
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                count = words.count * planeCount
                unsafe words.withUnsafeBufferPointer {
                    unsafe tape_planes($0.baseAddress!, $0.count, base, UInt32(planeCount), output.baseAddress!)
                }
            }
        }
    }

    /// The words as codes of 16 bits; nil where one is not in `0..<limit`. `limit` is at most 65,536.
    package static func codes(_ words: Span<Int64>, below limit: Int) -> [UInt16]? {
        precondition((0...65_536).contains(limit))
        guard words.count > 0 else { return [] }
        let (low, high, _) = summary(words, 0..<words.count)
        guard low >= 0, high < Int64(limit) else { return nil }
        // SAFETY: a code per word is stored.
        return unsafe [UInt16](uninitialized: words.count) { codes, filled in
            for index in 0..<words.count { unsafe codes[index] = UInt16(truncatingIfNeeded: words[index]) }
            filled = words.count
        }
    }
}
