/// Decoded values of one column: one word per row and, where some rows are null, a mask.
package struct ColumnVector: Hashable, Sendable {
    /// One word per row; see `ColumnType`. At a null row the word is unspecified but the same each time.
    package var words: [Int64]
    /// nil where no row is null.
    package var nulls: NullMask?

    package init(words: [Int64], nulls: NullMask? = nil) {
        precondition(nulls == nil || nulls!.count == words.count)
        self.words = words
        self.nulls = nulls
    }

    package var count: Int { words.count }

    /// The word at `index`, nil where it is null.
    @inlinable package subscript(index: Int) -> Int64? {
        if let nulls, nulls[index] { return nil }
        return words[index]
    }

    package mutating func setNull(_ index: Int) {
        if nulls == nil { nulls = NullMask(count: words.count) }
        nulls?.setNull(index)
    }

    /// The vector of optional words; a convenience for tests and small tables.
    package init(_ values: [Int64?]) {
        var mask = NullMask(count: values.count)
        for (index, value) in values.enumerated() where value == nil { mask.setNull(index) }
        self.init(words: values.map { $0 ?? 0 }, nulls: mask.nullCount > 0 ? mask : nil)
    }
}

/// One bit per row: set where the row is null.
package struct NullMask: Hashable, Sendable {
    @usableFromInline var bits: [UInt64]
    package let count: Int

    package init(count: Int) {
        self.count = count
        bits = [UInt64](zeros: (count + 63) / 64)
    }

    /// The mask of those bits, 64 rows to a word; nil where none is set.
    package init?(bits: [UInt64], count: Int) {
        precondition(bits.count == (count + 63) / 64)
        guard bits.contains(where: { $0 != 0 }) else { return nil }
        (self.bits, self.count) = (bits, count)
    }

    @inlinable @inline(__always) package subscript(index: Int) -> Bool { bits[index >> 6] & (1 << UInt64(index & 63)) != 0 }

    /// Hands on the rows of a range that are null, in order; of 64 rows without one it looks at one word.
    @inlinable package func forEachNull(in range: Range<Int>, _ body: (_ row: Int) -> Void) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard !range.isEmpty else { return }
        for place in (range.lowerBound >> 6)...((range.upperBound - 1) >> 6) {
            var rest = bits[place]
            while rest != 0 {
                let row = place << 6 + rest.trailingZeroBitCount
                rest &= rest - 1
                if range.contains(row) { body(row) }
            }
        }
    }

    /// The first row that is not null.
    var firstValid: Int? {
        guard let index = bits.firstIndex(where: { $0 != .max }) else { return nil }
        let row = index * 64 + (~bits[index]).trailingZeroBitCount
        return row < count ? row : nil
    }

    package mutating func setNull(_ index: Int) {
        precondition(index < count)
        bits[index >> 6] |= 1 << UInt64(index & 63)
    }

    /// The bits as words.
    package var words: [Int64] { bits.map { Int64(bitPattern: $0) } }

    package var nullCount: Int { bits.reduce(0) { $0 + $1.nonzeroBitCount } }
}
