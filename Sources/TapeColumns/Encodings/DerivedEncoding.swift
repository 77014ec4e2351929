import TapeBytes

/// The two encodings that lean on other columns of the same rows. They appear only at the top of a block, and the
/// columns that they lean on are not derived themselves in that block, so a reader follows one step at most.
///
///     sum:       plus count (1 byte)  plus ordinals (varints)  minus count (1 byte)  minus ordinals (varints)
///                residuals: a stream of count; word = Σ plus − Σ minus + residual, wrapping
///     function:  ordinal (varint)  key count (varint)
///                keys: a stream of key count, ascending   values: a stream of key count
enum DerivedEncoding {
    /// Columns of which a sum is taken at most, on either side.
    static let termCountMax = 4

    /// What a derived block needs of other columns: their ordinals, and afterwards their words.
    struct References: Equatable {
        var plus: [Int] = []
        var minus: [Int] = []
        var ordinals: [Int] { plus + minus }
    }

    /// The words less the sum of the columns that they lean on.
    static func residuals(_ words: [Int64], plus: [[Int64]], minus: [[Int64]]) -> [Int64] {
        var residuals = words
        for term in plus { for index in residuals.indices { residuals[index] &-= term[index] } }
        for term in minus { for index in residuals.indices { residuals[index] &+= term[index] } }
        return residuals
    }

    static func encodeSum(_ residuals: [Int64], _ summary: WordSummary, _ references: References, to bytes: inout [UInt8]) {
        bytes.append(StreamTag.sum.rawValue)
        for ordinals in [references.plus, references.minus] {
            bytes.append(UInt8(ordinals.count))
            for ordinal in ordinals { bytes.appendVarint(ordinal) }
        }
        Stream.encode(residuals, summary, to: &bytes, depth: 1)
    }

    /// Appends the function of `arguments`, or returns false where the words are not one (or one of too many keys).
    static func encodeFunction(
        _ words: [Int64], ordinal: Int, arguments: [Int64], to bytes: inout [UInt8]
    ) -> Bool {
        var table = WordTable(countMax: DictionaryEncoding.distinctCountMax)
        var values: [Int64] = []
        for index in words.indices {
            guard let code = table.code(of: arguments[index]) else { return false }
            if code == values.count { values.append(words[index]) }
            guard values[code] == words[index] else { return false }
        }
        let order = table.words.indices.sorted { table.words[$0] < table.words[$1] }
        bytes.append(StreamTag.function.rawValue)
        bytes.appendVarint(ordinal)
        bytes.appendVarint(order.count)
        Stream.encode(order.map { table.words[$0] }, to: &bytes, depth: 1)
        Stream.encode(order.map { values[$0] }, to: &bytes, depth: 1)
        return true
    }

    /// The ordinals that the block leans on; `offset` ends behind them.
    static func references(
        _ bytes: Span<UInt8>, _ tag: StreamTag, offset: inout Int, columnCount: Int
    ) throws(MalformedBytes) -> References {
        var references = References()
        guard tag == .sum else {
            references.plus = [try bytes.readCount(&offset, in: 0...(columnCount - 1))]
            return references
        }
        for _ in 0..<(try bytes.readCount(&offset, in: 0...termCountMax)) {
            references.plus.append(try bytes.readCount(&offset, in: 0...(columnCount - 1)))
        }
        for _ in 0..<(try bytes.readCount(&offset, in: 0...termCountMax)) {
            references.minus.append(try bytes.readCount(&offset, in: 0...(columnCount - 1)))
        }
        return references
    }

    static func decodeSum(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, plus: [[Int64]], minus: [[Int64]],
        into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        try Stream.decode(bytes, offset: &offset, count: count, into: &words, at: start, depth: 1)
        for term in plus { for index in 0..<count { words[start + index] &+= term[index] } }
        for term in minus { for index in 0..<count { words[start + index] &-= term[index] } }
    }

    static func decodeFunction(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, arguments: [Int64],
        into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        try decodeFunction(bytes, offset: &offset, rowCount: count, arguments: arguments, into: &words, at: start)
    }

    /// Applies the function of a block of `rowCount` rows to any of its arguments.
    static func decodeFunction(
        _ bytes: Span<UInt8>, offset: inout Int, rowCount: Int, arguments: [Int64],
        into words: inout MutableSpan<Int64>, at start: Int
    ) throws(MalformedBytes) {
        let keyOffset = offset
        let keyCount = try bytes.readCount(&offset, in: 1...max(1, rowCount))
        let keys = try Stream.decode(bytes, offset: &offset, count: keyCount, depth: 1)
        let values = try Stream.decode(bytes, offset: &offset, count: keyCount, depth: 1)
        var table = WordTable(countMax: keyCount)
        for (code, key) in keys.enumerated() where table.code(of: key) != code {
            throw MalformedBytes(expected: "distinct keys", offset: keyOffset)
        }
        for index in arguments.indices {
            guard let code = table.code(of: arguments[index]), code < keyCount else {
                throw MalformedBytes(expected: "a key for every row", offset: keyOffset)
            }
            words[start + index] = values[code]
        }
    }
}
