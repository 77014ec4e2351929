/// Numbers the distinct values of one key in order of first appearance; null is a value like others.
struct KeyNumbers: Sendable {
    let type: ValueType
    private var map = WordMap()
    private var wideNumbers: [Int128: UInt32] = [:]
    private var textNumbers: [TextOrder: UInt32] = [:]
    /// By number: what is not kept by the map of words.
    private var others: [Constant] = []
    private var nullNumber: UInt32?
    /// By number: the place in the map or in `others`.
    private var places: [UInt32] = []
    private var numberOfPlace: [UInt32] = []
    private var textSize = 0

    init(_ type: ValueType) { self.type = type }

    var count: Int { places.count }

    /// The number of each row's value.
    mutating func numbers(_ vector: Vector) -> GroupIDs {
        if vector.isConstant { return .one(number(vector.constant(0))) }
        let perValue = valueNumbers(vector)
        var ids = vector.codes.map { codes in codes.map { perValue[Int($0)] } } ?? perValue
        // A vector may have nulls in general and none among these rows.
        guard let nulls = vector.nulls, nulls.contains(where: { $0 != 0 }) else { return .many(ids) }
        let null = number(.null)
        for row in ids.indices where nulls[row] != 0 { ids[row] = null }
        return .many(ids)
    }

    /// Per value of the vector its number; of values that no row has, or null rows alone, it means nothing: they must make no group.
    private mutating func valueNumbers(_ vector: Vector) -> [UInt32] {
        if let codes = vector.codes { return coded(vector, codes) }
        if vector.nulls != nil { return (0..<vector.count).map { vector.isNull($0) ? 0 : number(vector.constant($0)) } }
        switch vector.values {
        case .words(let words) where type != .string: return words.map { number(word: $0) }
        case .words, .reals, .wide, .bits: return (0..<vector.values.count).map { number(value(vector, $0)) }
        }
    }

    private mutating func coded(_ vector: Vector, _ codes: [UInt16]) -> [UInt32] {
        var occurs = [Bool](repeating: false, count: vector.values.count)
        if let nulls = vector.nulls {
            for row in codes.indices where nulls[row] == 0 { occurs[Int(codes[row])] = true }
        } else {
            for code in codes { occurs[Int(code)] = true }
        }
        return occurs.indices.map { occurs[$0] ? number(value(vector, $0)) : 0 }
    }

    private func value(_ vector: Vector, _ index: Int) -> Constant {
        switch vector.values {
        case .words(let words): type == .string ? .text(vector.text(words[index])) : .word(words[index])
        case .reals(let reals): .real(reals[index])
        case .wide(let wide): .wide(wide[index])
        case .bits(let bits): .word(Int64(bits[index]))
        }
    }

    mutating func number(_ constant: Constant) -> UInt32 {
        switch constant {
        case .word(let word): return number(word: word)
        // −0 is 0 and every NaN is one.
        case .real(let real): return number(word: Int64(bitPattern: RealOrder(real).value.bitPattern))
        case .null:
            if let nullNumber { return nullNumber }
            nullNumber = append(other: .null)
            return nullNumber ?? 0
        case .wide(let wide):
            if let known = wideNumbers[wide] { return known }
            let number = append(other: constant)
            wideNumbers[wide] = number
            return number
        case .text(let text):
            if let known = textNumbers[TextOrder(text)] { return known }
            let number = append(other: constant)
            textNumbers[TextOrder(text)] = number
            textSize += 64 + text.utf8.count
            return number
        }
    }

    private mutating func number(word: Int64) -> UInt32 {
        let place = map.number(of: word)
        if Int(place) == numberOfPlace.count {
            numberOfPlace.append(UInt32(truncatingIfNeeded: places.count))
            places.append(place)
        }
        return numberOfPlace[Int(place)]
    }

    private static let otherFlag: UInt32 = 1 << 31

    private mutating func append(other: Constant) -> UInt32 {
        places.append(UInt32(truncatingIfNeeded: others.count) | KeyNumbers.otherFlag)
        others.append(other)
        return UInt32(truncatingIfNeeded: places.count - 1)
    }

    subscript(number: UInt32) -> Constant {
        let place = places[Int(number)]
        if place & KeyNumbers.otherFlag != 0 { return others[Int(place & ~KeyNumbers.otherFlag)] }
        let word = map.words[Int(place)]
        return type == .real ? .real(Double(bitPattern: UInt64(bitPattern: word))) : .word(word)
    }

    var sizeInBytes: Int { map.sizeInBytes + places.count * 8 + others.count * 48 + textSize }
}
