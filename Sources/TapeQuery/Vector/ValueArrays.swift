import TapeColumns

/// Values of one type that are changed in place: of the arrays the one for the type is in use.
struct ValueArrays: Sendable {
    private enum Kind { case words, reals, wide, bits }

    private let kind: Kind
    var words: [Int64] = []
    var reals: [Double] = []
    var wide: [Int128] = []
    var bits: [UInt8] = []

    /// - Parameter reserving: room for so many.
    init(_ type: ValueType, reserving count: Int = 0) {
        kind = switch type {
        case .boolean: .bits
        case .real: .reals
        case .wide: .wide
        case .null, .integer, .decimal, .date, .timestamp, .string: .words
        }
        guard count > 0 else { return }
        switch kind {
        case .words: words.reserveCapacity(count)
        case .reals: reals.reserveCapacity(count)
        case .wide: wide.reserveCapacity(count)
        case .bits: bits.reserveCapacity(count)
        }
    }

    /// Keeps the room.
    mutating func removeAll() {
        words.removeAll(keepingCapacity: true)
        reals.removeAll(keepingCapacity: true)
        wide.removeAll(keepingCapacity: true)
        bits.removeAll(keepingCapacity: true)
    }

    var count: Int {
        switch kind {
        case .words: words.count
        case .reals: reals.count
        case .wide: wide.count
        case .bits: bits.count
        }
    }

    var values: Vector.Values {
        switch kind {
        case .words: .words(words)
        case .reals: .reals(reals)
        case .wide: .wide(wide)
        case .bits: .bits(bits)
        }
    }

    mutating func appendZeros(_ count: Int) {
        switch kind {
        case .words: words.append(contentsOf: repeatElement(0, count: count))
        case .reals: reals.append(contentsOf: repeatElement(0, count: count))
        case .wide: wide.append(contentsOf: repeatElement(0, count: count))
        case .bits: bits.append(contentsOf: repeatElement(0, count: count))
        }
    }

    /// Appends values of the same kind; others are left out.
    mutating func append(_ values: Vector.Values) {
        switch values {
        case .words(let more): words.append(contentsOf: more)
        case .reals(let more): reals.append(contentsOf: more)
        case .wide(let more): wide.append(contentsOf: more)
        case .bits(let more): bits.append(contentsOf: more)
        }
    }

    /// Appends some of the values, of the same kind; others are left out.
    mutating func append(_ values: Vector.Values, _ rows: Range<Int>) {
        switch values {
        case .words(let more): words.append(contentsOf: more[rows])
        case .reals(let more): reals.append(contentsOf: more[rows])
        case .wide(let more): wide.append(contentsOf: more[rows])
        case .bits(let more): bits.append(contentsOf: more[rows])
        }
    }

    /// Stores `source[i]` at `rows[i]`; returns whether the values are of the same kind.
    mutating func store(_ source: Vector.Values, at rows: [Int32]) -> Bool {
        switch (kind, source) {
        case (.words, .words(let source)): for (index, row) in rows.enumerated() { words[Int(row)] = source[index] }
        case (.reals, .reals(let source)): for (index, row) in rows.enumerated() { reals[Int(row)] = source[index] }
        case (.wide, .wide(let source)): for (index, row) in rows.enumerated() { wide[Int(row)] = source[index] }
        case (.bits, .bits(let source)): for (index, row) in rows.enumerated() { bits[Int(row)] = source[index] }
        default: return false
        }
        return true
    }
}

/// The distinct texts of a column that grows, numbered in order of first appearance.
struct TextPool: Sendable {
    private(set) var texts: [String] = []
    private var codes: [TextOrder: Int64] = [:]
    private(set) var sizeInBytes = 0

    mutating func code(of text: String) -> Int64 {
        let key = TextOrder(text)
        if let code = codes[key] { return code }
        let code = Int64(texts.count)
        texts.append(text)
        codes[key] = code
        sizeInBytes += 96 + 2 * text.utf8.count
        return code
    }

    /// Codes here of the words of a column of texts; each word is looked up once.
    mutating func codes(_ vector: Vector, _ words: [Int64]) -> [Int64] {
        guard vector.dictionary.count <= 4 * words.count else { return words.map { code(of: vector.text($0)) } }
        var known = [Int64](repeating: -1, count: vector.dictionary.count)
        return words.map { word in
            guard known.indices.contains(Int(word)) else { return code(of: "") }
            if known[Int(word)] < 0 { known[Int(word)] = code(of: vector.dictionary[Int(word)]) }
            return known[Int(word)]
        }
    }

    /// What codes index; never empty, so that the code of a null row has a text too.
    var dictionary: [String] { texts.isEmpty ? [""] : texts }
}
