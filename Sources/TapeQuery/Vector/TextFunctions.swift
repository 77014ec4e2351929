import TapeColumns

/// Functions of texts.
enum TextFunctions {
    /// A function of one text, computed once per text of the dictionary where that is less work than once per value.
    static func map(_ vector: Vector, _ type: ValueType, _ body: (String) -> Constant) -> Vector {
        guard vector.type == .string else { return Vector(.null, type, count: vector.count) }
        let words = vector.values.words
        var results: [Constant] = []
        if vector.dictionary.count <= words.count {
            let table = vector.dictionary.map(body)
            results = words.map { table.indices.contains(Int($0)) ? table[Int($0)] : .null }
        } else {
            results = words.map { body(vector.text($0)) }
        }
        return vector.with(type, .bits(results.map { $0 == .word(1) ? 1 : 0 }))
    }

    static func concatenated(_ left: Vector, _ right: Vector) -> Vector {
        if left.isNullConstant || right.isNullConstant { return Vector(.null, .string, count: left.count) }
        let (leftValues, rightValues, count, layout) = Operands.aligned(left, right)
        let texts = Operands.zip(leftValues.words, rightValues.words, count, "") { left.text($0) + right.text($1) }
        return layout.with(.string, .words(texts.indices.map { Int64($0) }), dictionary: texts)
    }
}

/// `IN (…)` over constants.
enum Membership {
    static func of(_ vector: Vector, in set: Set<Constant>) -> Vector {
        if vector.isNullConstant { return Vector(.null, .boolean, count: vector.count) }
        switch vector.values {
        case .words(let words) where vector.type == .string:
            let texts = Set(set.compactMap { if case .text(let text) = $0 { TextOrder(text) } else { nil } })
            return vector.with(.boolean, .bits(words.map { texts.contains(TextOrder(vector.text($0))) ? 1 : 0 }))
        case .words(let words):
            let members = set.compactMap { if case .word(let word) = $0 { word } else { nil } }
            guard members.count > 8 else {
                return vector.with(.boolean, .bits(Operands.map(words, 0) { word in
                    var found: UInt8 = 0
                    for member in members { found |= word == member ? 1 : 0 }
                    return found
                }))
            }
            let lookup = Set(members)
            return vector.with(.boolean, .bits(words.map { lookup.contains($0) ? 1 : 0 }))
        case .reals(let reals):
            let members = Set(set.compactMap { if case .real(let real) = $0 { RealOrder(real) } else { nil } })
            return vector.with(.boolean, .bits(reals.map { members.contains(RealOrder($0)) ? 1 : 0 }))
        case .wide(let wide):
            let members = Set(set.compactMap { constant -> Int128? in
                switch constant {
                case .word(let word): Int128(word)
                case .wide(let wide): wide
                default: nil
                }
            })
            return vector.with(.boolean, .bits(wide.map { members.contains($0) ? 1 : 0 }))
        case .bits(let bits): return vector.with(.boolean, .bits(bits.map { set.contains(.word(Int64($0))) ? 1 : 0 }))
        }
    }
}
