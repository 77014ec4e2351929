import TapeBytes
import TapeColumns
import TapeStore

/// Reads the columns of one segment that a question needs, block by block. Owned by one thread.
final class SegmentScan {
    let source: TableSource
    let segment: Int
    private let zones: SegmentZones?
    private var cache: BlockCache
    /// By slot: the column's number in the cache, −1 where the segment does not store it; −2 before it has been looked for.
    private var numbers: [Int32]
    let blockCount: Int
    private let rowCount: Int
    private let rowsPerBlock: Int
    private(set) var bytesRead = 0
    /// Blocks up to this one may be wanted, so that they are read together.
    var lastBlock: Int

    /// - Throws: `StoreError`.
    init(_ source: TableSource, _ segment: Int, _ zones: SegmentZones?) throws {
        self.source = source
        self.segment = segment
        self.zones = zones
        cache = switch source.origin {
        case .stored(let firstRow): try source.store.blocks(row: firstRow + segment, isKnown: zones?.isKnown(segment) ?? false)
        case .memory(let reader): BlockCache(reader)
        }
        numbers = Array(repeating: -2, count: source.shape.columns.count)
        (rowCount, rowsPerBlock, blockCount) = (cache.rowCount, cache.rowsPerBlock, cache.blockCount)
        lastBlock = blockCount - 1
    }

    /// Ends the scan; what it read may serve the next question.
    func finish() {
        if case .stored(let firstRow) = source.origin, source.store.keepsAny { source.store.keep(cache, row: firstRow + segment) }
    }

    func rowCount(_ block: Int) -> Int { min(rowsPerBlock, rowCount - block * rowsPerBlock) }

    /// The zone map of a slot's column in a block; nil where nothing is known.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    func zone(_ slot: Int, _ block: Int) throws -> BlockZone? {
        let wanted = source.shape.columns[slot].type
        let type = ValueType(wanted)
        let rowCount = rowCount(block)
        if let part = source.shape.columns[slot].keyPart { return source.keyZone(part, segment, rowCount: rowCount) }
        guard let number = try number(slot) else { return BlockZone(type: type, rowCount: rowCount, nullCount: rowCount, low: 0, high: 0) }
        let storedType = cache.type(number)
        guard storedType == wanted || (ValueType(storedType) == .integer && type == .integer) else { return nil }
        let found = cache.descriptor(number, block: block)
        return BlockZone(type: type, rowCount: rowCount, nullCount: found.nullCount, low: found.min, high: found.max)
    }

    /// In bytes.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    func storedSize(_ slot: Int, _ block: Int) throws -> Int {
        guard let number = try number(slot) else { return 0 }
        return cache.descriptor(number, block: block).storedSize
    }

    private func number(_ slot: Int) throws -> Int? {
        if numbers[slot] >= -1 { return numbers[slot] < 0 ? nil : Int(numbers[slot]) }
        let number = try zones?.blocks(slot, segment).map { cache.number($0) } ?? cache.number(source.shape.columns[slot].name, hint: slot)
        numbers[slot] = Int32(truncatingIfNeeded: number ?? -1)
        return number
    }

    /// The values that occur in a slot's column in a block, in no order; nil where they are not to be had for less than the column.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    func occurringValues(_ slot: Int, _ block: Int) throws -> Vector? {
        let type = source.shape.columns[slot].type
        guard source.shape.columns[slot].keyPart == nil, let number = try number(slot), cache.type(number) == type else { return nil }
        bytesRead += try cache.fetch(number, blocks: block..<max(block, lastBlock) + 1)
        guard let words = try cache.occurringWords(number, block) else { return nil }
        let dictionary = type == .string ? try cache.strings(number) : []
        return Vector(ValueType(type), flat: StoredValues.values(words, type), dictionary: dictionary)
    }

    /// A slot's column in a block; errors name the partition.
    func column(_ slot: Int, _ block: Int) throws(QueryError) -> Vector {
        do { return try vector(slot, block) } catch { throw source.placed(error, segment) }
    }

    private func vector(_ slot: Int, _ block: Int) throws -> Vector {
        let wanted = source.shape.columns[slot].type
        let count = rowCount(block)
        if let part = source.shape.columns[slot].keyPart, let key = source.keyVector(part, segment, count: count) { return key }
        guard let number = try number(slot) else { return Vector(.null, ValueType(wanted), count: count) }
        bytesRead += try cache.fetch(number, blocks: block..<max(block, lastBlock) + 1)
        let stored = try cache.block(number, block)
        let type = cache.type(number)
        let vector = Vector(
            ValueType(type), StoredValues.values(stored.words, type), count: count, isConstant: stored.isConstant, codes: stored.codes,
            nulls: stored.nulls, dictionary: type == .string ? try cache.strings(number) : [])
        guard type != wanted else { return vector }
        guard TypeWidening.wider(wanted, type) == wanted else {
            throw SegmentError(.malformed(expected: "a column of type \(wanted.name), not \(type.name)"), column: source.shape.columns[slot].name)
        }
        return try Cast.apply(vector, to: ValueType(wanted), .utc, 0..<0)
    }
}

extension TableSource {
    /// An error of a lower module, with the partition that it is about.
    func placed(_ error: any Error, _ segment: Int) -> QueryError {
        if let error = error as? QueryError { return error }
        guard case .stored(let firstRow) = origin else { return .damaged(error) }
        let entry = store.catalog.entry(firstRow + segment)
        var error = error
        // Reading a file that was cut short fails where it ends; opened anew it says what it lacks.
        if error is FileError { do throws(StoreError) { _ = try store.open(entry) } catch let found { error = found } }
        return .damaged(store.placed(error, in: entry))
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
