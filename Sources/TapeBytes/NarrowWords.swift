import CKernels

/// Words as offsets from the smallest, in as few whole bytes as the largest offset takes: none, 1, 2, 4 or 8.
///
/// Rows wait in this form between parsing and encoding: a quarter of the memory of plain words, and nearly as fast to write and read.
package struct NarrowWords: Sendable {
    package private(set) var count: Int
    package let base: Int64
    /// In bytes per word.
    package let width: Int
    package private(set) var bytes: [UInt8]

    /// The words `words[rows[i]]`, or the first `count` where `rows` is nil; they lie in `low...high`.
    package init(_ words: [Int64], count: Int, rows: [Int32]? = nil, low: Int64, high: Int64) {
        precondition(rows == nil ? count <= words.count : count == rows!.count)
        self.count = count
        base = low
        width = NarrowWords.width(of: UInt64(bitPattern: high &- low))
        precondition(rows == nil || rows!.isEmpty || !words.isEmpty)
        bytes = width == 0 ? [] : NarrowWords.gather(words, rows, count, low, width)
    }

    /// Words stored before; nil where `bytes` has another size than they need.
    package init?(base: Int64, width: Int, count: Int, bytes: [UInt8]) {
        guard [0, 1, 2, 4, 8].contains(width), bytes.count == width * count else { return nil }
        (self.base, self.width, self.count, self.bytes) = (base, width, count, bytes)
    }

    /// No words yet.
    package init(base: Int64, width: Int, reserving count: Int) {
        (self.base, self.width, self.count, bytes) = (base, width, 0, [])
        bytes.reserveCapacity(count * width)
    }

    /// Appends a range of words of the same base and width.
    package mutating func append(_ other: NarrowWords, _ range: Range<Int>) {
        precondition(base == other.base && width == other.width && range.lowerBound >= 0 && range.upperBound <= other.count)
        count += range.count
        bytes += other.bytes[(range.lowerBound * width)..<(range.upperBound * width)]
    }

    /// The words that `rows` name, in its order.
    package func gathered(_ rows: [Int32]) -> NarrowWords {
        precondition(count > 0 || rows.isEmpty)
        return NarrowWords(base: base, width: width, rows: rows, of: bytes, count)
    }

    private init(base: Int64, width: Int, rows: [Int32], of offsets: [UInt8], _ count: Int) {
        (self.base, self.width, self.count) = (base, width, rows.count)
        bytes = width == 0 || rows.isEmpty ? [] : NarrowWords.gather(offsets, count, rows, width)
    }

    private static func width(of offset: UInt64) -> Int {
        switch 64 - offset.leadingZeroBitCount {
        case 0: 0
        case 1...8: 1
        case 9...16: 2
        case 17...32: 4
        default: 8
        }
    }

    /// First all offsets, in a row, then those that `rows` name, in its order: narrow offsets stay in the cache while they are picked from.
    private static func gather(_ words: [Int64], _ rows: [Int32]?, _ count: Int, _ base: Int64, _ width: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        let wordCount = rows == nil ? count : words.count
        // SAFETY: the kernel reads `wordCount` words, of which there are as many, and writes as many offsets of `width` bytes.
        let offsets = unsafe [UInt8](uninitialized: wordCount * width) { buffer, initializedCount in
            initializedCount = wordCount * width
            unsafe words.withUnsafeBufferPointer { unsafe tape_narrow($0.baseAddress!, wordCount, base, UInt32(width), buffer.baseAddress!) }
        }
        return rows.map { gather(offsets, wordCount, $0, width) } ?? offsets
    }

    /// Of `count` offsets, at least one, those that `rows` name.
    private static func gather(_ offsets: [UInt8], _ count: Int, _ rows: [Int32], _ width: Int) -> [UInt8] {
        precondition(count > 0 && offsets.count == count * width)
        // SAFETY: the kernel writes an item of `width` bytes for each row, and reads items below `count` only.
        return unsafe [UInt8](uninitialized: rows.count * width) { buffer, initializedCount in
            initializedCount = rows.count * width
            unsafe offsets.withUnsafeBufferPointer { offsets in
                unsafe rows.withUnsafeBufferPointer {
                    unsafe tape_gather(offsets.baseAddress!, count, $0.baseAddress!, rows.count, UInt32(width), buffer.baseAddress!)
                }
            }
        }
    }

    package subscript(index: Int) -> Int64 {
        precondition(index >= 0 && index < count)
        var word = base
        var offset: UInt64 = 0
        for byte in 0..<width { offset |= UInt64(bytes[index * width + byte]) << UInt64(8 * byte) }
        word &+= Int64(bitPattern: offset)
        return word
    }

    /// Stores the words of `range` from `words[start]` on.
    package func widen(_ range: Range<Int>, into words: inout [Int64], at start: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && start >= 0 && start + range.count <= words.count)
        guard width > 0, !range.isEmpty else {
            for index in start..<(start + range.count) { words[index] = base }
            return
        }
        // SAFETY: both ranges were checked; there are `width` bytes for each of `count` words.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe words.withUnsafeMutableBufferPointer { words in
                unsafe tape_widen(
                    bytes.baseAddress! + range.lowerBound * width, range.count, base, UInt32(width), words.baseAddress! + start)
            }
        }
    }

    /// Appends the words of `range`, for which there is room.
    package func append(_ range: Range<Int>, to words: inout OutputSpan<Int64>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= words.freeCapacity)
        guard !range.isEmpty else { return }
        // SAFETY: both ranges were checked; there are `width` bytes for each of `count` words.
        unsafe words.withUnsafeMutableBufferPointer { target, filled in
            let next = unsafe target.baseAddress! + filled
            filled += range.count
            guard width > 0 else { return unsafe next.initialize(repeating: base, count: range.count) }
            unsafe bytes.withUnsafeBufferPointer {
                unsafe tape_widen($0.baseAddress! + range.lowerBound * width, range.count, base, UInt32(width), next)
            }
        }
    }
}
