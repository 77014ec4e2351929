import TapeColumns

/// Vectors as columns of a result.
enum Answer {
    static func column(_ output: QueryPlan.Output, _ vector: Vector) -> ResultColumn {
        let flat = vector.flattened
        let type = output.expression.type
        return ResultColumn(name: output.name, type: type.columnType, role: output.expression.role, values: values(flat))
    }

    private static func values(_ flat: Vector) -> ResultValues {
        switch flat.values {
        case .wide(let wide):
            guard let nulls = flat.nulls else { return .wide(wide) }
            return .wide(zip(wide, nulls).map { $1 == 0 ? $0 : nil })
        case .words(let words): return .words(ColumnVector(words: words, nulls: mask(flat)), dictionary: flat.type == .string ? flat.dictionary : [])
        case .reals(let reals): return .words(ColumnVector(words: reals.map { ColumnWord.word(of: $0) }, nulls: mask(flat)), dictionary: [])
        case .bits(let bits): return .words(ColumnVector(words: bits.map { Int64($0) }, nulls: mask(flat)), dictionary: [])
        }
    }

    private static func mask(_ flat: Vector) -> NullMask? {
        guard let nulls = flat.nulls, nulls.contains(1) else { return nil }
        var mask = NullMask(count: nulls.count)
        for (row, isNull) in nulls.enumerated() where isNull != 0 { mask.setNull(row) }
        return mask
    }
}
