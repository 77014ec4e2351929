import TapeBytes

extension Stream {
    /// Decodes a stream at the top of a block, keeping codes as codes where it is a dictionary or runs.
    static func decodeCoded(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> BlockVector {
        switch offset < bytes.count ? StreamTag(rawValue: bytes[offset]) : nil {
        case .constant:
            offset += 1
            return BlockVector(words: [try bytes.readZigzag(&offset)], isConstant: true)
        case .dictionary where count <= Int(UInt16.max):
            offset += 1
            return try DictionaryEncoding.decodeCoded(bytes, offset: &offset, count: count)
        case .packed where count <= Int(UInt16.max): return try PackedEncoding.decodeCoded(bytes, offset: &offset, count: count)
        case .runs where count <= Int(UInt16.max):
            offset += 1
            return try RunLengthEncoding.decodeCoded(bytes, offset: &offset, count: count)
        default: return BlockVector(words: try decode(bytes, offset: &offset, count: count))
        }
    }
}

extension Stream {
    /// The words that occur in a stream at the top of a block, in no order and some more than once, where they are stored apart from their rows.
    static func occurringWords(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> [Int64]? {
        switch StreamTag(rawValue: try bytes.readByte(&offset)) {
        case .dictionary:
            let distinctCount = try bytes.readCount(&offset, in: 1...max(1, count))
            return try decode(bytes, offset: &offset, count: distinctCount, depth: 1)
        case .runs:
            let runCount = try bytes.readCount(&offset, in: 0...count)
            return try decode(bytes, offset: &offset, count: runCount, depth: 1)
        default: return nil
        }
    }

    /// A nested stream of codes, all of which are below `limit` (at most 65,536).
    static func decodeCodes(_ bytes: Span<UInt8>, offset: inout Int, count: Int, below limit: Int, depth: Int) throws(MalformedBytes) -> [UInt16] {
        let codesOffset = offset
        if offset < bytes.count, bytes[offset] == StreamTag.packed.rawValue {
            offset += 1
            if let (codes, highest) = try PackedEncoding.decodeCodes(bytes, offset: &offset, count: count) {
                guard highest < limit || count == 0 else { throw MalformedBytes(expected: "codes below \(limit)", offset: codesOffset) }
                return codes
            }
            offset = codesOffset
        }
        let words = try Stream.decode(bytes, offset: &offset, count: count, depth: depth)
        guard let codes = Words.codes(words.span, below: limit) else { throw MalformedBytes(expected: "codes below \(limit)", offset: codesOffset) }
        return codes
    }
}

extension PackedEncoding {
    /// Words above this are no codes.
    private static let codeMax = 255

    /// Small words, as of sides and states, become codes of those among them that occur; of others there is a word per row.
    static func decodeCoded(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> BlockVector {
        var end = offset + 1
        guard let (words, highest) = try decodeCodes(bytes, offset: &end, count: count), highest <= codeMax, highest < count else {
            return BlockVector(words: try Stream.decode(bytes, offset: &offset, count: count))
        }
        offset = end
        let distinct = CodeVectors.occurring(words, below: highest + 1)
        var codes = [UInt16](zeros: highest + 1)
        for (code, word) in distinct.enumerated() { codes[Int(word)] = UInt16(code) }
        return BlockVector(words: distinct.map { Int64($0) }, codes: CodeVectors.lookUp(codes, words))
    }
}

extension DictionaryEncoding {
    static func decodeCoded(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> BlockVector {
        let distinctCount = try bytes.readCount(&offset, in: 1...max(1, count))
        let distinct = try Stream.decode(bytes, offset: &offset, count: distinctCount, depth: 1)
        let codesOffset = offset
        guard offset < bytes.count, bytes[offset] == StreamTag.runs.rawValue else {
            return BlockVector(words: distinct, codes: try Stream.decodeCodes(bytes, offset: &offset, count: count, below: distinctCount, depth: 1))
        }
        offset += 1
        let runCount = try bytes.readCount(&offset, in: 0...count)
        let runs = try Stream.decodeCodes(bytes, offset: &offset, count: runCount, below: distinctCount, depth: 2)
        let lengths = try Stream.decodeCodes(bytes, offset: &offset, count: runCount, below: max(1, count), depth: 2)
        guard let codes = CodeVectors.fill(runs, lengths: lengths, count: count) else {
            throw MalformedBytes(expected: "runs of \(count) codes in all", offset: codesOffset)
        }
        return BlockVector(words: distinct, codes: codes)
    }
}

extension RunLengthEncoding {
    static func decodeCoded(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> BlockVector {
        let tagOffset = offset
        let runCount = try bytes.readCount(&offset, in: 0...count)
        let values = try Stream.decode(bytes, offset: &offset, count: runCount, depth: 1)
        let lengths = try Stream.decodeCodes(bytes, offset: &offset, count: runCount, below: max(1, count), depth: 1)
        guard let codes = CodeVectors.fill(nil, lengths: lengths, count: count) else {
            throw MalformedBytes(expected: "runs of \(count) words in all", offset: tagOffset)
        }
        return BlockVector(words: values, codes: codes)
    }
}

extension DerivedEncoding {
    /// A function of a column, applied to each of its words once.
    static func decodeFunction(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, _ argument: BlockVector
    ) throws(MalformedBytes) -> BlockVector {
        var result = argument
        var words = [Int64](zeros: argument.words.count)
        var span = words.mutableSpan
        try decodeFunction(bytes, offset: &offset, rowCount: count, arguments: argument.words, into: &span, at: 0)
        result.words = words
        return result
    }
}
