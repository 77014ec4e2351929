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
        let runCount = try bytes.readCount(&offset, in: 0...count)
        let values = try Stream.decode(bytes, offset: &offset, count: runCount, depth: 1)
        let lengths = try Stream.decode(bytes, offset: &offset, count: runCount, depth: 1)
        var codes = [UInt16](repeating: 0, count: count)
        var next = 0
        for run in 0..<runCount {
            guard lengths[run] >= 0, lengths[run] < Int64(count - next) else {
                throw MalformedBytes(expected: "runs of \(count) words in all", offset: tagOffset)
            }
            let end = next + Int(lengths[run]) + 1
            for index in next..<end { codes[index] = UInt16(truncatingIfNeeded: run) }
            next = end
        }
        guard next == count else { throw MalformedBytes(expected: "runs of \(count) words in all", offset: tagOffset) }
        return BlockVector(words: values, codes: codes)
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
