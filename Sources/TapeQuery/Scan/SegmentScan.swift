import TapeColumns
import TapeStore

/// Reads the columns of one segment that a question needs, block by block.
///
/// The file is opened when the first stored column is asked for. Owned by one thread.
final class SegmentScan {
    private let unit: ScanUnit
    private let shape: TableShape
    private let store: Store
    private var reader: SegmentReader
    private var cache: BlockCache
    /// By slot: where the column lies in the segment; nil where it is not stored there.
    private var ordinals: [Int: Int?] = [:]
    private var dictionaries: [Int: [String]] = [:]
    private(set) var bytesRead = 0
    /// Blocks up to this one may be wanted, so that they are read together.
    var lastBlock: Int

    /// - Throws: `StoreError`.
    init(_ unit: ScanUnit, _ shape: TableShape, _ store: Store) throws {
        self.unit = unit
        self.shape = shape
        self.store = store
        reader = switch unit.origin {
        case .stored(let entry): try store.open(entry)
        case .memory(let reader): reader
        }
        cache = BlockCache(reader)
        lastBlock = reader.blockCount - 1
    }

    var blockCount: Int { reader.blockCount }

    func rowCount(_ block: Int) -> Int { min(reader.rowsPerBlock, reader.rowCount - block * reader.rowsPerBlock) }

    /// The zone map of a slot's column in a block.
    ///
    /// - Throws: `SegmentError`.
    func zone(_ slot: Int, _ block: Int) throws -> BlockZone? {
        let type = ValueType(shape.columns[slot].type)
        let rowCount = rowCount(block)
        if let part = shape.columns[slot].keyPart, unit.key.indices.contains(part) {
            guard case .word(let word) = unit.key[part] else { return nil }
            return BlockZone(type: type, rowCount: rowCount, nullCount: 0, low: word, high: word)
        }
        guard let ordinal = ordinal(slot) else { return BlockZone(type: type, rowCount: rowCount, nullCount: rowCount, low: 0, high: 0) }
        let descriptor = try cache.descriptor(ordinal)
        guard descriptor.type == shape.columns[slot].type || (ValueType(descriptor.type) == .integer && type == .integer) else { return nil }
        let found = descriptor.blocks[block]
        return BlockZone(type: type, rowCount: rowCount, nullCount: found.nullCount, low: found.min, high: found.max)
    }

    /// In bytes.
    ///
    /// - Throws: `SegmentError`.
    func storedSize(_ slot: Int, _ block: Int) throws -> Int {
        guard let ordinal = ordinal(slot) else { return 0 }
        return try cache.descriptor(ordinal).blocks[block].storedSize
    }

    private func ordinal(_ slot: Int) -> Int? {
        if let known = ordinals[slot] { return known }
        let ordinal = reader.columnIndex(shape.columns[slot].name)
        ordinals[slot] = .some(ordinal)
        return ordinal
    }

    /// A slot's column in a block.
    ///
    /// - Throws: `SegmentError`, `FileError`, `QueryError`.
    func vector(_ slot: Int, _ block: Int) throws -> Vector {
        let column = shape.columns[slot]
        let count = rowCount(block)
        if let part = column.keyPart, unit.key.indices.contains(part) { return SegmentScan.vector(unit.key[part], column.type, count) }
        guard let ordinal = ordinal(slot) else { return Vector(.null, ValueType(column.type), count: count) }
        bytesRead += try cache.fetch(ordinal, blocks: block..<max(block, lastBlock) + 1)
        let stored = try cache.block(ordinal, block)
        let type = try cache.descriptor(ordinal).type
        var vector = Vector(ValueType(type), .words(stored.words), count: count, isConstant: stored.isConstant, codes: stored.codes, nulls: stored.nulls)
        if type == .string { vector.dictionary = try dictionary(ordinal) }
        vector.values = StoredValues.values(stored.words, type)
        guard type != column.type else { return vector }
        guard TypeWidening.wider(column.type, type) == column.type else {
            throw SegmentError(.malformed(expected: "a column of type \(column.type.name), not \(type.name)"), column: column.name)
        }
        return try Cast.apply(vector, to: ValueType(column.type), .utc, 0..<0)
    }

    private func dictionary(_ ordinal: Int) throws -> [String] {
        if let known = dictionaries[ordinal] { return known }
        let strings = try reader.strings(ordinal)
        dictionaries[ordinal] = strings.isEmpty ? [""] : strings
        return strings
    }

    /// A part of the partition key as a column.
    static func vector(_ part: PartitionKey.Part, _ type: ColumnType, _ count: Int) -> Vector {
        switch part {
        case .text(let text): return Vector(.text(text), .string, count: count)
        case .word(let word):
            return Vector(ValueType(type), StoredValues.values([word], type), count: count, isConstant: true, codes: nil, nulls: nil)
        }
    }
}

/// Stored words as the values that questions compute with.
enum StoredValues {
    static func values(_ words: [Int64], _ type: ColumnType) -> Vector.Values {
        switch type {
        case .float64: .reals(Operands.map(words, 0) { ColumnWord.double(of: $0) })
        case .uint64: .wide(words.map { Int128(ColumnWord.unsigned(of: $0)) })
        case .bool: .bits(Operands.map(words, 0) { $0 == 0 ? 0 : 1 })
        case .int8, .int16, .int32, .int64, .date, .timestamp, .decimal, .string: .words(words)
        }
    }
}
