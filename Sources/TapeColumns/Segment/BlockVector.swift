import TapeBytes

/// One block of a column, decoded only as far as its encoding makes sense of: one word, a few words with a code per row, or a word per row.
package struct BlockVector: Sendable {
    /// One (`isConstant`), one per code, or one per row.
    package var words: [Int64]
    package var isConstant: Bool
    /// Per row the index of its word; nil where there is a word per row. Words that codes index need not differ.
    package var codes: [UInt16]?
    /// 1 where a row is null; nil where none is. Of a constant one element.
    package var nulls: [UInt8]?

    package init(words: [Int64], isConstant: Bool = false, codes: [UInt16]? = nil, nulls: [UInt8]? = nil) {
        self.words = words
        self.isConstant = isConstant
        self.codes = codes
        self.nulls = nulls
    }

    /// A word per row.
    func flatWords(_ count: Int) -> [Int64] {
        if isConstant { return [Int64](repeating: words[0], count: count) }
        guard let codes else { return words }
        return CodeVectors.lookUp(words, codes)
    }
}
