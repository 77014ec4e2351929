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
        case .runs where count <= Int(UInt16.max):
            offset += 1
            return try RunLengthEncoding.decodeCoded(bytes, offset: &offset, count: count)
        default: return BlockVector(words: try decode(bytes, offset: &offset, count: count))
        }
    }
}

extension DictionaryEncoding {
    static func decodeCoded(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> BlockVector {
        let distinctCount = try bytes.readCount(&offset, in: 1...max(1, count))
        let distinct = try Stream.decode(bytes, offset: &offset, count: distinctCount, depth: 1)
        let codesOffset = offset
        if offset < bytes.count, bytes[offset] == StreamTag.packed.rawValue {
            offset += 1
            if let (codes, highest) = try PackedEncoding.decodeCodes(bytes, offset: &offset, count: count) {
                guard highest < distinctCount else { throw MalformedBytes(expected: "codes below \(distinctCount)", offset: codesOffset) }
                return BlockVector(words: distinct, codes: codes)
            }
            offset = codesOffset
        }
        if offset < bytes.count, bytes[offset] == StreamTag.runs.rawValue {
            offset += 1
            let (runs, lengths) = try RunLengthEncoding.decodeRuns(bytes, offset: &offset, count: count, depth: 2)
            guard Words.codes(runs.span, below: distinctCount) != nil, let codes = CodeVectors.fill(runs, lengths: lengths, count: count) else {
                throw MalformedBytes(expected: "runs of codes below \(distinctCount)", offset: codesOffset)
            }
            return BlockVector(words: distinct, codes: codes)
        }
        let words = try Stream.decode(bytes, offset: &offset, count: count, depth: 1)
        guard let codes = Words.codes(words.span, below: distinctCount) else {
            throw MalformedBytes(expected: "codes below \(distinctCount)", offset: codesOffset)
        }
        return BlockVector(words: distinct, codes: codes)
    }
}

extension RunLengthEncoding {
    static func decodeCoded(_ bytes: Span<UInt8>, offset: inout Int, count: Int) throws(MalformedBytes) -> BlockVector {
        let tagOffset = offset
        let (values, lengths) = try decodeRuns(bytes, offset: &offset, count: count, depth: 1)
        guard let codes = CodeVectors.fill(values.indices.map { Int64($0) }, lengths: lengths, count: count) else {
            throw MalformedBytes(expected: "runs of \(count) words in all", offset: tagOffset)
        }
        return BlockVector(words: values, codes: codes)
    }
}

extension RunLengthEncoding {
    /// The word of each run, and how many more there are of it.
    static func decodeRuns(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, depth: Int
    ) throws(MalformedBytes) -> (values: [Int64], lengths: [Int64]) {
        let runCount = try bytes.readCount(&offset, in: 0...count)
        let values = try Stream.decode(bytes, offset: &offset, count: runCount, depth: depth)
        return (values, try Stream.decode(bytes, offset: &offset, count: runCount, depth: depth))
    }
}

extension DerivedEncoding {
    /// A function of a column, applied to each of its words once.
    static func decodeFunction(
        _ bytes: Span<UInt8>, offset: inout Int, count: Int, _ argument: BlockVector
    ) throws(MalformedBytes) -> BlockVector {
        var result = argument
        var words = [Int64](repeating: 0, count: argument.words.count)
        var span = words.mutableSpan
        try decodeFunction(bytes, offset: &offset, rowCount: count, arguments: argument.words, into: &span, at: 0)
        result.words = words
        return result
    }
}
