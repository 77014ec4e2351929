import TapeBytes
import TapeColumns

/// Numbers the distinct values of one key. Null is number 0, whether it occurs or not; the others follow in order of first appearance.
struct KeyNumbers: Sendable {
    let type: ValueType
    /// Of words and doubles.
    private var words = WordNumbers()
    private var wideNumbers: [Int128: UInt32] = [:]
    private var textNumbers: [TextOrder: UInt32] = [:]
    /// Of other types: the values by number less one.
    private var others: [Constant] = []
    private(set) var hasNull = false
    private var textSize = 0

    init(_ type: ValueType) { self.type = type }

    /// Numbers given, that of null included.
    var count: Int { 1 + (isOfWords ? words.count : others.count) }

    private var isOfWords: Bool { type != .string && !type.isWide }

    /// The number of each row's value: of all rows one, per code, or per row.
    mutating func numbers(_ vector: Vector) -> GroupIDs {
        var counter = CodeCounter()
        return numbers(vector, &counter)
    }

    mutating func numbers(_ vector: Vector, _ counter: inout CodeCounter) -> GroupIDs {
        if vector.isConstant { return .one(number(vector.constant(0))) }
        if vector.nulls == nil, let codes = vector.codes {
            let histogram = counter.histogram(codes, below: vector.values.count)
            return .coded(codes: codes, groups: codedNumbers(vector, histogram), histogram: histogram)
        }
        guard let nulls = vector.nulls else { return .many(valueNumbers(vector.values, vector)) }
        // Rows that are not null, by themselves.
        let rows = Logic.rows(nulls.map { $0 ^ 1 })
        var ids = [UInt32](zeros: vector.count)
        hasNull = hasNull || rows.count < vector.count
        var rest = vector.gathered(rows)
        rest.nulls = nil
        for (row, id) in zip(rows, numbers(rest).flat(rows.count)) { ids[Int(row)] = id }
        return .many(ids)
    }

    /// The number of each code's value; of codes that no row has, 0.
    mutating func codedNumbers(_ vector: Vector, _ histogram: [UInt32]) -> [UInt32] {
        guard histogram.contains(0) else { return valueNumbers(vector.values, vector) }
        let present = Logic.rows(histogram.prefix(vector.values.count).map { $0 > 0 ? 1 : 0 })
        var numbers = [UInt32](zeros: vector.values.count)
        for (index, number) in zip(present, valueNumbers(vector.values.gathered(present), vector)) { numbers[Int(index)] = number }
        return numbers
    }

    private mutating func valueNumbers(_ values: Vector.Values, _ vector: Vector) -> [UInt32] {
        switch values {
        case .words(let words) where type != .string: return numbers(words)
        case .words(let words): return words.map { number(.text(vector.text($0))) }
        case .reals(let reals): return numbers(reals.map(KeyNumbers.word))
        case .bits(let bits): return numbers(bits.map { Int64($0) })
        case .wide(let wide): return wide.map { number(.wide($0)) }
        }
    }

    private mutating func numbers(_ keys: [Int64]) -> [UInt32] { words.numbers(of: keys).map { $0 + 1 } }

    /// −0 is 0 and every NaN is one.
    private static func word(_ real: Double) -> Int64 { Int64(bitPattern: RealOrder(real).value.bitPattern) }

    mutating func number(_ constant: Constant) -> UInt32 {
        switch constant {
        case .word(let word): return words.number(of: word) + 1
        case .real(let real): return words.number(of: KeyNumbers.word(real)) + 1
        case .null:
            hasNull = true
            return 0
        case .wide(let wide):
            if let known = wideNumbers[wide] { return known }
            let number = append(constant)
            wideNumbers[wide] = number
            return number
        case .text(let text):
            if let known = textNumbers[TextOrder(text)] { return known }
            let number = append(constant)
            textNumbers[TextOrder(text)] = number
            textSize += 64 + text.utf8.count
            return number
        }
    }

    private mutating func append(_ other: Constant) -> UInt32 {
        others.append(other)
        return UInt32(truncatingIfNeeded: others.count)
    }

    subscript(number: UInt32) -> Constant {
        guard number > 0 else { return .null }
        guard isOfWords else { return others[Int(number) - 1] }
        let word = words[Int(number) - 1]
        return type == .real ? .real(Double(bitPattern: UInt64(bitPattern: word))) : .word(word)
    }

    /// The number in another of each value.
    func numbers(into other: inout KeyNumbers) -> [UInt32] {
        if hasNull { other.hasNull = true }
        if isOfWords { return [0] + other.numbers(Array(words.words)) }
        return (0..<UInt32(truncatingIfNeeded: count)).map { $0 == 0 ? 0 : other.number(self[$0]) }
    }

    /// The values of some numbers, as a column.
    func vector(_ numbers: [UInt32]) -> Vector {
        if isOfWords, type != .real, type != .boolean {
            let nulls = numbers.map { $0 == 0 ? 1 : 0 as UInt8 }
            return Vector(type, flat: .words(numbers.map { $0 == 0 ? 0 : words[Int($0) - 1] }), nulls: hasNull && nulls.contains(1) ? nulls : nil)
        }
        var store = ValueStore(type)
        store.grow(numbers.count)
        for (row, number) in numbers.enumerated() { store.set(row, self[number]) }
        return store.vector
    }

    var sizeInBytes: Int { words.sizeInBytes + others.count * 48 + textSize }
}
