import TapeBytes

/// Dictionary: the distinct words once, ascending, and for each word its code.
///
///     distinct count (varint)   distinct words: a stream   codes: a stream of count, each < distinct count
enum DictionaryEncoding {
    /// More distinct words than this are not worth looking for.
    static let distinctCountMax = 2048

    struct Dictionary {
        var distinct: [Int64]
        var codes: [Int64]
        /// The runs of the codes, where the words' runs are known.
        var runs: RunLengthEncoding.Runs?
    }

    /// The dictionary of the words; nil where it cannot lead to a stream below `sizeMax` bytes.
    ///
    /// - Parameter runs: those of the words, where they are known: their values are all the words that there are.
    static func dictionary(_ words: [Int64], _ summary: WordSummary, _ runs: RunLengthEncoding.Runs? = nil, sizeMax: Int) -> Dictionary? {
        /// Whether codes are no narrower than words, and not in runs that would make up for it.
        func isHopeless(_ distinctCount: Int) -> Bool {
            let isNarrower = BitPacking.width(of: UInt64(distinctCount - 1)) < summary.width
            return distinctCount >= words.count / 2 || (!isNarrower && summary.runCount * 2 > words.count)
        }
        let limit = min(distinctCountMax, max(0, words.count / 2 - 1), max(0, sizeMax - 1))
        // Where half of the first words are distinct, half of all surely are; of runs, nearly all may be.
        let sampleMax = runs == nil ? 256 : 512
        guard let (distinct, codes) = distinct(runs?.values ?? words, summary, limit: limit, sampleMax: sampleMax),
            !isHopeless(distinct.count)
        else { return nil }
        guard var runs else { return Dictionary(distinct: distinct, codes: codes) }
        runs.values = codes
        runs.summary = WordSummary(min: 0, max: Int64(distinct.count - 1), runCount: codes.count)
        return Dictionary(distinct: distinct, codes: runs.expanded(count: words.count), runs: runs)
    }

    /// The distinct words, ascending, and the code of each word; nil where there are more than `limit`, or than `sampleMax` among the first.
    private static func distinct(
        _ words: [Int64], _ summary: WordSummary, limit: Int, sampleMax: Int
    ) -> (distinct: [Int64], codes: [Int64])? {
        let range = UInt64(bitPattern: summary.max &- summary.min)
        guard range <= Words.smallRangeMax else { return Words.dictionary(words.span, distinctMax: limit, sampleMax: sampleMax) }
        let (ranks, count) = Words.smallDictionary(words.span, base: summary.min, range: range)
        guard count <= limit else { return nil }
        var distinct: [Int64] = []
        distinct.reserveCapacity(count)
        for (offset, rank) in ranks.enumerated() where rank >= 0 { distinct.append(summary.min &+ Int64(offset)) }
        return (distinct, Words.smallCodes(words.span, base: summary.min, ranks: ranks))
    }

    static func encode(_ dictionary: Dictionary, to bytes: inout [UInt8], depth: Int) {
        bytes.append(StreamTag.dictionary.rawValue)
        bytes.appendVarint(dictionary.distinct.count)
        Stream.encode(dictionary.distinct, to: &bytes, depth: depth + 1)
        let summary = dictionary.runs?.summary ?? WordSummary(dictionary.codes)
        StreamChoice(dictionary.codes, summary, depth: depth + 1, runs: dictionary.runs).append(dictionary.codes, to: &bytes)
    }

    static func decode(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int,
        into words: inout MutableSpan<Int64>, at start: Int, depth: Int
    ) throws(MalformedBytes) {
        let distinctCount = try bytes.readCount(&offset, in: 1...max(1, count))
        let distinct = try Stream.decode(bytes, offset: &offset, count: distinctCount, depth: depth + 1)
        let codesOffset = offset
        let areCodes: Bool
        if depth + 1 < Stream.depthMax, offset < bytes.count, bytes[offset] == StreamTag.runs.rawValue {
            offset += 1
            var (codes, lengths) = try RunLengthEncoding.decodeRuns(bytes, offset: &offset, count: count, depth: depth + 1)
            var span = codes.mutableSpan
            areCodes = Words.lookUp(distinct, &span, 0..<span.count)
            guard CodeVectors.fill(codes, lengths: lengths, count: count, into: &words, at: start) else {
                throw MalformedBytes(expected: "runs of \(count) codes in all", offset: codesOffset)
            }
        } else {
            try Stream.decode(bytes, offset: &offset, count: count, into: &words, at: start, depth: depth + 1)
            areCodes = Words.lookUp(distinct, &words, start..<(start + count))
        }
        guard areCodes else { throw MalformedBytes(expected: "codes below \(distinctCount)", offset: codesOffset) }
    }
}

/// Numbers distinct words in order of first appearance, by open addressing with linear probing.
package struct WordTable {
    package private(set) var words: [Int64] = []
    private var slots: [Int32]
    private let countMax: Int
    private let mask: Int

    package init(countMax: Int) {
        self.countMax = countMax
        let slotCount = 1 << (Int.bitWidth - (countMax * 2 - 1).leadingZeroBitCount)
        slots = [Int32](repeating: -1, count: slotCount)
        mask = slotCount - 1
    }

    /// The code of `word`, given anew if needed; nil where that would pass the most allowed.
    package mutating func code(of word: Int64) -> Int? {
        let (slot, code) = find(word)
        if let code { return code }
        guard words.count < countMax else { return nil }
        slots[slot] = Int32(words.count)
        words.append(word)
        return words.count - 1
    }

    /// Where `word` is, or belongs.
    private func find(_ word: Int64) -> (slot: Int, code: Int?) {
        let hash = (UInt64(bitPattern: word) &* 0x9E37_79B9_7F4A_7C15) &>> 32
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] >= 0 {
            let code = Int(slots[slot])
            if words[code] == word { return (slot, code) }
            slot = (slot + 1) & mask
        }
        return (slot, nil)
    }
}
