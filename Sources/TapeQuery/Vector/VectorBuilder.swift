/// Puts a flat vector together from parts.
struct VectorBuilder {
    private let type: ValueType
    private var arrays: ValueArrays
    private var nulls: [UInt8]
    private var texts = TextPool()

    /// All rows are null until something is stored there.
    init(_ type: ValueType, count: Int) {
        self.type = type
        arrays = ValueArrays(type)
        arrays.appendZeros(count)
        nulls = [UInt8](repeating: 1, count: count)
    }

    /// Stores the rows of `part`, of the builder's type or null, at the given rows.
    mutating func store(_ part: Vector, at rows: [Int32]) {
        let flat = part.flattened
        let values = type == .string ? .words(texts.codes(flat, flat.values.words)) : flat.values
        let isStored = (part.type != .null || type == .null) && arrays.store(values, at: rows)
        for (index, row) in rows.enumerated() { nulls[Int(row)] = isStored ? flat.nulls.map { $0[index] } ?? 0 : 1 }
    }

    var vector: Vector { Vector(type, flat: arrays.values, nulls: nulls.contains(1) ? nulls : nil, dictionary: texts.dictionary) }
}
