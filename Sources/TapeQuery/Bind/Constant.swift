/// A value that the question spells out.
enum Constant: Hashable, Sendable {
    case null
    /// The word of an integer, decimal, boolean, date or timestamp.
    case word(Int64)
    case wide(Int128)
    case real(Double)
    case text(String)
}

extension Constant {
    /// The number of a literal: exact where it fits, with as many decimals as it was written with, else a double.
    static func number(_ text: String) -> (value: Constant, type: ValueType) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ".") }
        let scale = text.utf8.firstIndex(of: UInt8(ascii: ".")).map { text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1 } ?? 0
        if let value = Int128(String(decoding: digits, as: UTF8.self)), scale <= 18 {
            if let word = Int64(exactly: value) { return (.word(word), .exact(scale: scale, isWide: false)) }
            return (.wide(value), .wide(scale))
        }
        return (.real(Double(text) ?? .infinity), .real)
    }
}

/// Powers of ten that fit in 128 bits.
enum PowerOfTen {
    static let exponentMax = 38
    private static let values: [Int128] = (0..<exponentMax).reduce(into: [1]) { powers, _ in powers.append(powers[powers.count - 1] * 10) }
    static func wide(_ exponent: Int) -> Int128 { values[min(max(0, exponent), exponentMax)] }
    static func double(_ exponent: Int) -> Double { Double(wide(exponent)) }
}
