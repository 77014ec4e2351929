/// Vectors put one after the other.
struct ColumnBuffer: Sendable {
    let type: ValueType
    private var arrays: ValueArrays
    private var nulls: [UInt8]?
    private var texts = TextPool()

    init(_ type: ValueType) {
        self.type = type
        arrays = ValueArrays(type)
    }

    var count: Int { arrays.count }

    mutating func append(_ vector: Vector) {
        if vector.nulls != nil, nulls == nil { nulls = [UInt8](repeating: 0, count: count) }
        if nulls != nil { nulls?.append(contentsOf: vector.nullBytes) }
        guard vector.type != .null || type == .null else { return arrays.appendZeros(vector.count) }
        let flat = vector.flattened
        guard type == .string else { return arrays.append(flat.values) }
        arrays.append(.words(texts.codes(flat, flat.values.words)))
    }

    var vector: Vector { Vector(type, flat: arrays.values, nulls: nulls, dictionary: texts.dictionary) }

    var sizeInBytes: Int { count * (type.isWide ? 17 : 9) + texts.sizeInBytes }
}
