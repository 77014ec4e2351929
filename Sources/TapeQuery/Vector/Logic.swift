import TapeBytes

/// Three-valued logic over vectors of booleans.
enum Logic {
    /// Per row 1 where the condition is true; null counts as not.
    static func truths(_ vector: Vector) -> [UInt8] {
        let flat = vector.flattened
        guard let nulls = flat.nulls else { return flat.values.bits }
        return Operands.zip(flat.values.bits, nulls, vector.count, 0) { $0 & ($1 ^ 1) }
    }

    static func not(_ vector: Vector) -> Vector {
        guard case .bits(let bits) = vector.values else { return vector }
        return vector.with(.boolean, .bits(Operands.map(bits, 0) { $0 ^ 1 }))
    }

    static func and(_ left: Vector, _ right: Vector) -> Vector {
        let (a, b) = (Sides(left), Sides(right))
        return joined(Operands.zip(a.truths, b.truths, left.count, 0) { $0 & $1 }, Operands.zip(a.lies, b.lies, left.count, 0) { $0 | $1 })
    }

    static func or(_ left: Vector, _ right: Vector) -> Vector {
        let (a, b) = (Sides(left), Sides(right))
        return joined(Operands.zip(a.truths, b.truths, left.count, 0) { $0 | $1 }, Operands.zip(a.lies, b.lies, left.count, 0) { $0 & $1 })
    }

    /// Where a condition is true and where it is false; neither is null.
    private struct Sides {
        let truths: [UInt8]
        let lies: [UInt8]

        init(_ vector: Vector) {
            let flat = vector.flattened
            truths = Logic.truths(flat)
            let lies = Operands.map(flat.values.bits, 0 as UInt8) { $0 ^ 1 }
            self.lies = flat.nulls.map { Operands.zip(lies, $0, flat.count, 0) { $0 & ($1 ^ 1) } } ?? lies
        }
    }

    private static func joined(_ truths: [UInt8], _ lies: [UInt8]) -> Vector {
        let nulls = Operands.zip(truths, lies, truths.count, 0 as UInt8) { ($0 | $1) ^ 1 }
        return Vector(.boolean, flat: .bits(truths), nulls: nulls.contains(1) ? nulls : nil)
    }

    /// How many of the marks, each 0 or 1, are set.
    static func count(_ marks: [UInt8]) -> Int { CodeVectors.count(marks) }

    /// The numbers of the rows that are marked.
    static func rows(_ marks: [UInt8]) -> [Int32] { CodeVectors.markedRows(marks) }
}
