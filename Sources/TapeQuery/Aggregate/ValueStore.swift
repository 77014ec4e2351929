import TapeColumns

/// Values of one type by number, each settable: a group's key, its smallest value, its first.
struct ValueStore: Sendable {
    let type: ValueType
    private var arrays: ValueArrays
    private var nulls: [UInt8] = []
    private var texts = TextPool()

    init(_ type: ValueType) {
        self.type = type
        arrays = ValueArrays(type)
    }

    var count: Int { nulls.count }

    /// Makes room; new values are null.
    mutating func grow(_ count: Int) {
        let more = count - nulls.count
        guard more > 0 else { return }
        nulls.append(contentsOf: repeatElement(1, count: more))
        arrays.appendZeros(more)
    }

    /// Sets a value; `constant` is of the store's type, or null.
    mutating func set(_ index: Int, _ constant: Constant) {
        nulls[index] = constant == .null ? 1 : 0
        switch constant {
        case .word(let word) where type == .boolean: arrays.bits[index] = UInt8(truncatingIfNeeded: word)
        case .word(let word): arrays.words[index] = word
        case .text(let text): arrays.words[index] = texts.code(of: text)
        case .real(let real): arrays.reals[index] = real
        case .wide(let wide): arrays.wide[index] = wide
        case .null: break
        }
    }

    /// Sets a word where it is smaller, or larger, than the one there is.
    @inline(__always)
    mutating func consider(_ word: Int64, _ index: Int, isMaximum: Bool) {
        guard nulls[index] != 0 || (isMaximum ? word > arrays.words[index] : word < arrays.words[index]) else { return }
        nulls[index] = 0
        arrays.words[index] = word
    }

    subscript(index: Int) -> Constant {
        guard nulls[index] == 0 else { return .null }
        switch type {
        case .string: return .text(texts.texts[Int(arrays.words[index])])
        case .real: return .real(arrays.reals[index])
        case .wide: return .wide(arrays.wide[index])
        case .boolean: return .word(Int64(arrays.bits[index]))
        case .null, .integer, .decimal, .date, .timestamp: return .word(arrays.words[index])
        }
    }

    var vector: Vector { Vector(type, flat: arrays.values, nulls: nulls.contains(1) ? nulls : nil, dictionary: texts.dictionary) }

    var sizeInBytes: Int { nulls.count * (type.isWide ? 17 : 9) + texts.sizeInBytes }
}

/// The order of values: of numbers and times that of their values, of texts that of their UTF-8, NaN last.
enum ConstantOrder {
    /// Whether `left` comes before `right`; neither is null, both are of one type.
    static func precedes(_ left: Constant, _ right: Constant) -> Bool {
        switch (left, right) {
        case (.word(let a), .word(let b)): a < b
        case (.wide(let a), .wide(let b)): a < b
        case (.real(let a), .real(let b)): RealOrder(a) < RealOrder(b)
        case (.text(let a), .text(let b)): TextOrder(a) < TextOrder(b)
        default: false
        }
    }
}
