/// Vectors put one after the other.
struct ColumnBuffer: Sendable {
    let type: ValueType
    private var arrays: ValueArrays
    private var nulls: [UInt8]?
    private var texts = TextPool()

    /// - Parameter reserving: so many rows to come.
    init(_ type: ValueType, reserving count: Int = 0) {
        self.type = type
        arrays = ValueArrays(type, reserving: count)
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

    /// Some neighbouring rows of a flat vector.
    mutating func append(_ flat: Vector, _ rows: Range<Int>) {
        if flat.nulls != nil || nulls != nil {
            let more = flat.nulls.map { Array($0[rows]) } ?? [UInt8](repeating: 0, count: rows.count)
            nulls = (nulls ?? [UInt8](repeating: 0, count: count)) + more
        }
        if type == .string, case .words(let words) = flat.values { return arrays.append(.words(texts.codes(flat, Array(words[rows])))) }
        arrays.append(flat.values, rows)
    }

    /// Keeps the room that the rows took, and the texts.
    mutating func removeAll() {
        arrays.removeAll()
        nulls = nil
    }

    var vector: Vector { Vector(type, flat: arrays.values, nulls: nulls, dictionary: texts.dictionary) }

    var sizeInBytes: Int { count * (type.isWide ? 17 : 9) + texts.sizeInBytes }
}
