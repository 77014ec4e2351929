import TapeBytes
import TapeColumns

/// Comparisons over vectors. Doubles are ordered as DuckDB orders them: NaN is equal to itself and above all else, −0 is 0.
enum Comparison {
    static func apply(_ operation: BinaryOperator, _ left: Vector, _ right: Vector) -> Vector {
        if left.isNullConstant || right.isNullConstant { return Vector(.null, .boolean, count: left.count) }
        if left.type == .string { return texts(operation, left, right) }
        let (leftValues, rightValues, count, layout) = Operands.aligned(left, right)
        let bits: [UInt8]
        switch (leftValues, rightValues) {
        case (.words(let a), .words(let b)) where b.count == 1 && a.count == count: bits = marks(operation, a, b[0])
        case (.words(let a), .words(let b)): bits = compare(operation, a, b, count)
        case (.wide(let a), .wide(let b)): bits = compare(operation, a, b, count)
        case (.bits(let a), .bits(let b)): bits = compare(operation, a, b, count)
        case (.reals(let a), .reals(let b)): bits = compare(operation, a.map(RealOrder.init), b.map(RealOrder.init), count)
        case (let exact, .reals(let b)): bits = mixed(operation, MixedNumber.all(exact, left.type), b.map(MixedNumber.init), count)
        case (.reals(let a), let exact): bits = mixed(operation, a.map(MixedNumber.init), MixedNumber.all(exact, right.type), count)
        default: bits = [UInt8](zeros: count)
        }
        return layout.with(.boolean, .bits(bits))
    }

    private static func marks(_ operation: BinaryOperator, _ words: [Int64], _ word: Int64) -> [UInt8] {
        switch operation {
        case .equal: CodeVectors.marks(words, .equal, word, isNot: false)
        case .unequal: CodeVectors.marks(words, .equal, word, isNot: true)
        case .less: CodeVectors.marks(words, .less, word, isNot: false)
        case .lessOrEqual: CodeVectors.marks(words, .greater, word, isNot: true)
        case .greater: CodeVectors.marks(words, .greater, word, isNot: false)
        default: CodeVectors.marks(words, .less, word, isNot: true)
        }
    }

    @inline(__always)
    private static func compare<Value: Comparable>(_ operation: BinaryOperator, _ a: [Value], _ b: [Value], _ count: Int) -> [UInt8] {
        switch operation {
        case .equal: Operands.zip(a, b, count, 0) { $0 == $1 ? 1 : 0 }
        case .unequal: Operands.zip(a, b, count, 0) { $0 != $1 ? 1 : 0 }
        case .less: Operands.zip(a, b, count, 0) { $0 < $1 ? 1 : 0 }
        case .lessOrEqual: Operands.zip(a, b, count, 0) { $0 <= $1 ? 1 : 0 }
        case .greater: Operands.zip(a, b, count, 0) { $0 > $1 ? 1 : 0 }
        default: Operands.zip(a, b, count, 0) { $0 >= $1 ? 1 : 0 }
        }
    }

    private static func mixed(_ operation: BinaryOperator, _ a: [MixedNumber], _ b: [MixedNumber], _ count: Int) -> [UInt8] {
        compare(operation, a, b, count)
    }

    /// Texts are compared by their UTF-8. A text of the question is compared with each text of the dictionary once.
    private static func texts(_ operation: BinaryOperator, _ left: Vector, _ right: Vector) -> Vector {
        let (leftValues, rightValues, count, layout) = Operands.aligned(left, right)
        let leftTexts = leftValues.words.map { TextOrder(left.text($0)) }
        let rightTexts = rightValues.words.map { TextOrder(right.text($0)) }
        return layout.with(.boolean, .bits(compare(operation, leftTexts, rightTexts, count)))
    }
}

/// A double in DuckDB's order.
struct RealOrder: Comparable, Hashable {
    let value: Double

    init(_ value: Double) { self.value = value.isNaN ? .nan : value == 0 ? 0 : value }

    static func == (left: RealOrder, right: RealOrder) -> Bool { left.value == right.value || (left.value.isNaN && right.value.isNaN) }
    static func < (left: RealOrder, right: RealOrder) -> Bool { left.value < right.value || (right.value.isNaN && !left.value.isNaN) }
    func hash(into hasher: inout Hasher) { hasher.combine(value.bitPattern) }
}

/// An exact number beside a double, compared without rounding.
enum MixedNumber: Comparable, Sendable {
    case exact(Int128)
    case real(Double)

    init(_ value: Double) { self = .real(value) }

    /// Exact numbers as they are; decimals, which a double cannot be compared with exactly anyway, as the nearest double.
    static func all(_ values: Vector.Values, _ type: ValueType) -> [MixedNumber] {
        let scale = type.scale ?? 0
        let exact = if case .wide(let wide) = values { wide } else { values.words.map { Int128($0) } }
        return exact.map { decimal($0, scale) }
    }

    static func decimal(_ value: Int128, _ scale: Int) -> MixedNumber {
        scale == 0 ? .exact(value) : .real(Double(value) / PowerOfTen.double(scale))
    }

    static func == (left: MixedNumber, right: MixedNumber) -> Bool { !(left < right) && !(right < left) }

    static func < (left: MixedNumber, right: MixedNumber) -> Bool {
        switch (left, right) {
        case (.exact(let a), .exact(let b)): a < b
        case (.real(let a), .real(let b)): RealOrder(a) < RealOrder(b)
        case (.exact(let a), .real(let b)): b.isNaN || compare(a, b) < 0
        case (.real(let a), .exact(let b)): !a.isNaN && compare(b, a) > 0
        }
    }

    /// Below, at or above zero as `exact` is to `real`, which is no NaN.
    private static func compare(_ exact: Int128, _ real: Double) -> Int {
        guard let floor = Int128(exactly: real.rounded(.down)) else { return real > 0 ? -1 : 1 }
        return exact < floor ? -1 : exact > floor ? 1 : real > real.rounded(.down) ? -1 : 0
    }
}
