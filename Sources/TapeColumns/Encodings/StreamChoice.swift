import TapeBytes

/// Which encoding is smallest for some words, by exact size where that is cheap and by trial where it is not.
///
/// Sizes of constant, plain, packed and delta come from one pass each. Run-length and dictionary are tried only
/// where their counts make a win possible, and then encoded for real: their parts are streams with choices of
/// their own. At the top of a block all are considered; inside a stream only the simple ones are.
struct StreamChoice {
    private(set) var tag: StreamTag
    private(set) var size: Int
    /// The bytes, where the choice had to encode to know its size.
    private var encoded: [UInt8]?
    /// The plan of `packed`, which gave its size and will write it.
    private var plan: PackedEncoding.Plan?

    /// - Parameters:
    ///   - plan: the words' plan, where it is known already.
    ///   - runs: their runs, where they are.
    init(_ words: [Int64], _ summary: WordSummary, depth: Int, plan: PackedEncoding.Plan? = nil, runs: RunLengthEncoding.Runs? = nil) {
        self.init(tag: .plain, size: PlainEncoding.size(count: words.count))
        if summary.min == summary.max {
            consider(.constant, ConstantEncoding.size(summary.min))
            return
        }
        // Long runs are smaller than any packing.
        let isInLongRuns = depth < 2 && words.count >= 256 && summary.runCount * 8 < words.count
        if !isInLongRuns {
            let plan = plan ?? PackedEncoding.Plan(words.span)
            consider(.packed, plan.size)
            if tag == .packed { self.plan = plan }
        }
        guard depth < 2 else { return }
        if !isInLongRuns { considerDelta(words, summary, depth: depth) }
        let runs = considerRuns(words, summary, runs, depth: depth)
        considerDictionary(words, summary, runs, depth: depth)
    }

    private init(tag: StreamTag, size: Int) {
        self.tag = tag
        self.size = size
    }

    private mutating func consider(_ tag: StreamTag, _ size: Int) {
        guard size < self.size else { return }
        self = StreamChoice(tag: tag, size: size)
    }

    private mutating func consider(_ tag: StreamTag, encoded bytes: [UInt8]) {
        guard bytes.count < size else { return }
        self = StreamChoice(tag: tag, size: bytes.count)
        encoded = bytes
    }

    /// With room for what would be worth keeping.
    private func emptyBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size, 1 << 12))
        return bytes
    }

    private mutating func considerDelta(_ words: [Int64], _ summary: WordSummary, depth: Int) {
        // Differences of small numbers are no smaller; what repeats is for runs.
        guard words.count > 2, summary.width > 8, summary.runCount * 2 > words.count || depth == 0 else { return }
        guard seemsSmallerAsDifferences(words) else { return }
        let deltas = DeltaEncoding.deltas(words)
        let plan = PackedEncoding.Plan(deltas.span)
        // Long runs of equal differences (a row number) are runs of a delta.
        let summary = WordSummary(deltas)
        let worthRuns = summary.runCount * 8 < plan.size
        guard DeltaEncoding.headerSize(words) + plan.size < size || worthRuns else { return }
        var bytes = emptyBytes()
        DeltaEncoding.encode(words, deltas: deltas, summary, plan, to: &bytes, depth: depth)
        consider(.delta, encoded: bytes)
    }

    /// By the size of some words in the middle, so that not all have to be tried in vain.
    private func seemsSmallerAsDifferences(_ words: [Int64]) -> Bool {
        let sampleSize = 8 * PackedEncoding.miniBlockSize
        guard words.count >= 4 * sampleSize else { return true }
        let start = (words.count - sampleSize) / 2
        let sample = words.span.extracting(start..<(start + sampleSize))
        return PackedEncoding.size(Words.deltas(sample).span) * 8 < PackedEncoding.size(sample) * 9
    }

    /// Returns the runs, where they are worth a try.
    private mutating func considerRuns(
        _ words: [Int64], _ summary: WordSummary, _ known: RunLengthEncoding.Runs?, depth: Int
    ) -> RunLengthEncoding.Runs? {
        // A run costs at least about a byte for its value and length together. Runs of one or two words are slow to read, and worth it only where
        // words are wide: a feed reports most changes of an order twice, at one time.
        let isWide = size > 2 * words.count && summary.runCount * 4 < words.count * 3
        guard summary.runCount * 2 < words.count || isWide, summary.runCount < size else { return nil }
        // Nor less than half of its value's bits, and two for its length.
        guard summary.runCount * (summary.width + 4) / 16 < size else { return nil }
        let runs = known ?? RunLengthEncoding.Runs(words, summary, depth: depth)
        var bytes = emptyBytes()
        RunLengthEncoding.encode(runs, to: &bytes, depth: depth)
        consider(.runs, encoded: bytes)
        return runs
    }

    private mutating func considerDictionary(_ words: [Int64], _ summary: WordSummary, _ runs: RunLengthEncoding.Runs?, depth: Int) {
        // Nothing is much smaller than a few long runs.
        guard depth == 0, summary.width > 1, tag != .runs || size > words.count / 64 else { return }
        guard let dictionary = DictionaryEncoding.dictionary(words, summary, runs, sizeMax: size) else { return }
        var bytes = emptyBytes()
        DictionaryEncoding.encode(dictionary, to: &bytes, depth: depth)
        consider(.dictionary, encoded: bytes)
    }

    func append(_ words: [Int64], to bytes: inout [UInt8]) {
        if let encoded {
            bytes.append(contentsOf: encoded)
            return
        }
        switch tag {
        case .constant: ConstantEncoding.encode(words.first ?? 0, to: &bytes)
        case .packed: PackedEncoding.encode(words.span, plan ?? PackedEncoding.Plan(words.span), to: &bytes)
        default: PlainEncoding.encode(words.span, to: &bytes)
        }
    }
}

/// What one pass over some words tells: the extremes, and how many runs of equal words there are.
struct WordSummary {
    var min: Int64 = 0
    var max: Int64 = 0
    var runCount = 0

    /// The bits that packing all words at one width takes for each.
    var width: Int { BitPacking.width(of: UInt64(bitPattern: max &- min)) }

    init(min: Int64, max: Int64, runCount: Int) { (self.min, self.max, self.runCount) = (min, max, runCount) }

    init(_ words: [Int64]) {
        guard !words.isEmpty else { return }
        let (low, high, changes) = Words.summary(words.span, 0..<words.count)
        (min, max, runCount) = (low, high, changes + 1)
    }
}
