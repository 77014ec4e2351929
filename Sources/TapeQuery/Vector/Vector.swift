import TapeBytes
import TapeColumns

/// The values of an expression for the rows of a batch.
///
/// Decoded as little as possible: a vector is **constant** (one value), **coded** (each row has the code of one of a few values, as blocks
/// encoded by dictionary, by runs or as a function have them), or **flat** (a value per row). What depends on one value alone is
/// computed once per value.
struct Vector: Sendable {
    enum Values: Sendable {
        /// Of integers, decimals, dates and timestamps; of texts the indexes into the dictionary.
        case words([Int64])
        case reals([Double])
        case wide([Int128])
        /// 0 or 1, of booleans.
        case bits([UInt8])
    }

    var type: ValueType
    /// Rows.
    var count: Int
    /// One, one per code, or one per row.
    var values: Values
    var isConstant: Bool
    /// Per row the index of its value; nil unless coded.
    var codes: [UInt16]?
    /// 1 where a row is null: per row, or one for all of a constant. nil where none is.
    var nulls: [UInt8]?
    /// What the words of texts index.
    var dictionary: [String] = []

    init(_ type: ValueType, flat values: Values, nulls: [UInt8]? = nil, dictionary: [String] = []) {
        self.type = type
        count = values.count
        self.values = values
        isConstant = false
        codes = nil
        self.nulls = nulls
        self.dictionary = dictionary
    }

    init(_ type: ValueType, _ values: Values, count: Int, isConstant: Bool, codes: [UInt16]?, nulls: [UInt8]?, dictionary: [String] = []) {
        self.type = type
        self.count = count
        self.values = values
        self.isConstant = isConstant
        self.codes = codes
        self.nulls = nulls
        self.dictionary = dictionary
    }

    init(_ constant: Constant, _ type: ValueType, count: Int) {
        self.type = type
        self.count = count
        isConstant = true
        codes = nil
        nulls = constant == .null ? [1] : nil
        if type == .string { dictionary = [""] }
        switch (constant, type) {
        case (.word(let word), .boolean): values = .bits([UInt8(truncatingIfNeeded: word)])
        case (.word(let word), .wide): values = .wide([Int128(word)])
        case (.word(let word), _): values = .words([word])
        case (.wide(let wide), _): values = .wide([wide])
        case (.real(let real), _): values = .reals([real])
        case (.text(let text), _):
            values = .words([0])
            dictionary = [text]
        case (.null, _): values = Values.zeros(type, count: 1)
        }
    }

    var isNullConstant: Bool { isConstant && nulls != nil && nulls![0] != 0 }

    func isNull(_ row: Int) -> Bool {
        guard let nulls else { return false }
        return nulls[isConstant ? 0 : row] != 0
    }

    /// Where the row's value lies.
    func index(_ row: Int) -> Int { isConstant ? 0 : codes.map { Int($0[row]) } ?? row }

    /// The value of a row.
    func constant(_ row: Int) -> Constant {
        if isNull(row) { return .null }
        let index = index(row)
        switch values {
        case .words(let words): return type == .string ? .text(text(words[index])) : .word(words[index])
        case .reals(let reals): return .real(reals[index])
        case .wide(let wide): return .wide(wide[index])
        case .bits(let bits): return .word(Int64(bits[index]))
        }
    }

    /// The values of exact numbers, booleans and times, in 128 bits.
    var exactValues: [Int128] { if case .wide(let wide) = values { wide } else { values.words.map { Int128($0) } } }

    /// The text that a word stands for; empty for one that is damaged.
    func text(_ word: Int64) -> String { dictionary.indices.contains(Int(word)) ? dictionary[Int(word)] : "" }
}

extension Vector.Values {
    var count: Int {
        switch self {
        case .words(let values): values.count
        case .reals(let values): values.count
        case .wide(let values): values.count
        case .bits(let values): values.count
        }
    }

    static func zeros(_ type: ValueType, count: Int) -> Vector.Values {
        switch type {
        case .boolean: .bits([UInt8](zeros: count))
        case .real: .reals([Double](repeating: 0, count: count))
        case .wide: .wide([Int128](zeros: count))
        case .null, .integer, .decimal, .date, .timestamp, .string: .words([Int64](zeros: count))
        }
    }

    /// The values of some rows.
    func gathered(_ rows: [Int32]) -> Vector.Values {
        switch self {
        case .words(let values): .words(CodeVectors.take(values, rows))
        case .reals(let values): .reals(rows.map { values[Int($0)] })
        case .wide(let values): .wide(rows.map { values[Int($0)] })
        case .bits(let values): .bits(CodeVectors.take(values, rows))
        }
    }

    /// The value of each code.
    func lookedUp(_ codes: [UInt16]) -> Vector.Values {
        switch self {
        case .words(let values): .words(CodeVectors.lookUp(values, codes))
        case .reals(let values): .reals(codes.map { values[Int($0)] })
        case .wide(let values): .wide(codes.map { values[Int($0)] })
        case .bits(let values): .bits(CodeVectors.lookUp(values, codes))
        }
    }

    func repeated(_ count: Int) -> Vector.Values {
        switch self {
        case .words(let values): .words([Int64](repeating: values[0], count: count))
        case .reals(let values): .reals([Double](repeating: values[0], count: count))
        case .wide(let values): .wide([Int128](repeating: values[0], count: count))
        case .bits(let values): .bits([UInt8](repeating: values[0], count: count))
        }
    }

    /// The words; of booleans too. Empty for others.
    var words: [Int64] {
        switch self {
        case .words(let words): words
        case .bits(let bits): bits.map { Int64($0) }
        case .reals, .wide: []
        }
    }

    var reals: [Double] { if case .reals(let reals) = self { reals } else { [] } }
    var wide: [Int128] { if case .wide(let wide) = self { wide } else { [] } }
    var bits: [UInt8] { if case .bits(let bits) = self { bits } else { [] } }
}

extension Vector {
    /// A value per row.
    var flattened: Vector {
        if isConstant {
            let nulls = isNullConstant ? [UInt8](repeating: 1, count: count) : nil
            return Vector(type, flat: values.repeated(count), nulls: nulls, dictionary: dictionary)
        }
        guard let codes else { return self }
        return Vector(type, flat: values.lookedUp(codes), nulls: nulls, dictionary: dictionary)
    }

    /// The given rows, in the given order.
    func gathered(_ rows: [Int32]) -> Vector {
        guard !isConstant else { return Vector(type, values, count: rows.count, isConstant: true, codes: nil, nulls: nulls, dictionary: dictionary) }
        let nulls = nulls.map { CodeVectors.take($0, rows) }
        guard let codes else { return Vector(type, flat: values.gathered(rows), nulls: nulls, dictionary: dictionary) }
        return Vector(type, values, count: rows.count, isConstant: false, codes: CodeVectors.take(codes, rows), nulls: nulls, dictionary: dictionary)
    }

    /// Per row whether it is null, in full.
    var nullBytes: [UInt8] {
        guard let nulls else { return [UInt8](zeros: count) }
        return isConstant ? [UInt8](repeating: nulls[0], count: count) : nulls
    }

    /// The same rows and nulls with other values, one for each that there is.
    func with(_ type: ValueType, _ values: Values, dictionary: [String] = []) -> Vector {
        Vector(type, values, count: count, isConstant: isConstant, codes: codes, nulls: nulls, dictionary: dictionary)
    }

    /// Bytes that the vector takes.
    var sizeInBytes: Int {
        let width: Int = switch values {
        case .words, .reals: 8
        case .wide: 16
        case .bits: 1
        }
        return values.count * width + (codes?.count ?? 0) * 2 + (nulls?.count ?? 0)
    }
}
