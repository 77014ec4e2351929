import TapeBytes

/// Builds a segment, block by block, in memory: the chunks of one partition, at most a few tens of megabytes.
///
/// The bytes depend on the schema, the rows and the metadata alone.
package struct SegmentWriter: Sendable {
    private let schema: [ColumnSchema]
    private let effort: EncodingEffort
    private let rowsPerBlock: Int
    private let derivations: [ResolvedDerivation?]
    /// Per column, whether another is derived from it.
    private let isReferenced: [Bool]
    private var chunks: [[UInt8]]
    private var blocks: [[BlockDescriptor]]
    package private(set) var rowCount = 0

    /// - Parameter columns: what the segment stores. A derivation that names a column that is not among them, or one that is
    ///   itself derived, is ignored.
    package init(columns: [ColumnSchema], effort: EncodingEffort = .smallest, rowsPerBlock: Int = SegmentLayout.rowsPerBlock) {
        schema = columns
        self.rowsPerBlock = rowsPerBlock
        self.effort = effort
        let derivations = columns.indices.map { ResolvedDerivation(columns[$0].derivation, in: columns) }
        self.derivations = derivations
        isReferenced = columns.indices.map { column in derivations.contains { $0?.ordinals.ordinals.contains(column) ?? false } }
        chunks = columns.map { _ in [] }
        blocks = columns.map { _ in [] }
    }

    /// The encoded bytes so far.
    package var sizeInBytes: Int { chunks.reduce(0) { $0 + $1.count } }

    /// Appends one block of rows, a vector per column. Every block but the last must have `rowsPerBlock` rows.
    package mutating func append(_ vectors: [ColumnVector]) {
        precondition(vectors.count == schema.count, "a vector per column")
        append(rowCount: vectors.first?.count ?? 0) { vectors[$0] }
    }

    /// Appends one block of rows, column by column, so that a column's words are still in the processor's cache when they are encoded.
    ///
    /// - Parameter vector: makes the vector of a column; called once for each.
    package mutating func append(rowCount count: Int, _ vector: (_ column: Int) -> ColumnVector) {
        precondition(count <= rowsPerBlock && rowCount % rowsPerBlock == 0, "only the last block is short")
        guard count > 0 else { return }
        // Those that others are derived from.
        var kept = [ColumnVector?](repeating: nil, count: schema.count)
        func filled(_ column: Int) -> ColumnVector {
            if let vector = kept[column] { return vector }
            let filled = BlockEncoder.filled(vector(column))
            precondition(filled.count == count)
            if isReferenced[column] { kept[column] = filled }
            return filled
        }
        for column in schema.indices {
            let encoded = BlockEncoder.encode(
                filled(column), derivations[column]?.words(filled), offset: 0, effort, isReal: schema[column].type == .float64)
            blocks[column].append(encoded.descriptor)
            chunks[column].append(contentsOf: encoded.bytes)
        }
        rowCount += count
    }

    /// Appends rows in any number, cut into blocks.
    package mutating func appendAll(_ vectors: [ColumnVector]) {
        let count = vectors.first?.count ?? 0
        var first = 0
        while first < count {
            let range = first..<min(first + rowsPerBlock, count)
            append(vectors.map { $0.slice(range) })
            first = range.upperBound
        }
    }

    /// The whole file.
    ///
    /// - Parameter dictionaries: per column the strings that its words index; empty for columns that are not strings.
    package consuming func finish(dictionaries: [[String]] = [], metadata: [String: String] = [:]) -> SegmentImage {
        var bytes = SegmentLayout.header()
        let header = bytes
        var footer: [UInt8] = []
        let head = FooterHead(rowCount: rowCount, rowsPerBlock: rowsPerBlock, metadata: metadata)
        head.append(to: &footer)
        footer.appendVarint(schema.count)
        for column in schema.indices {
            var descriptor = ColumnDescriptor(
                name: schema[column].name, type: schema[column].type, isNullable: schema[column].isNullable,
                role: schema[column].role, unit: schema[column].unit, chunkOffset: bytes.count, blocks: blocks[column])
            if schema[column].type == .string {
                let strings = dictionaries.indices.contains(column) ? dictionaries[column] : []
                descriptor.dictionary = StringDictionary.append(strings, to: &bytes)
            }
            bytes.append(contentsOf: chunks[column])
            chunks[column] = []
            var encoded: [UInt8] = []
            descriptor.append(to: &encoded)
            footer.appendVarint(encoded.count)
            footer.append(contentsOf: encoded)
        }
        let trailer = SegmentLayout.trailer(header: header, footer: footer)
        bytes.append(contentsOf: footer)
        bytes.append(contentsOf: trailer.bytes)
        return SegmentImage(bytes: bytes, rowCount: rowCount, checksum: trailer.checksum)
    }
}

/// The bytes of a whole segment and what a catalog says of it.
package struct SegmentImage: Sendable {
    package var bytes: [UInt8]
    package var rowCount: Int
    /// The trailer's checksum. It covers the footer, which holds the checksum of every block: it stands for the contents.
    package var checksum: UInt32

    package init(bytes: [UInt8], rowCount: Int, checksum: UInt32) {
        self.bytes = bytes
        self.rowCount = rowCount
        self.checksum = checksum
    }
}

extension ColumnVector {
    package func slice(_ range: Range<Int>) -> ColumnVector {
        guard range != 0..<count else { return self }
        var mask: NullMask?
        if let nulls {
            var slice = NullMask(count: range.count)
            var hasNulls = false
            nulls.forEachNull(in: range) { index in
                slice.setNull(index - range.lowerBound)
                hasNulls = true
            }
            if hasNulls { mask = slice }
        }
        return ColumnVector(words: Array(words[range]), nulls: mask)
    }
}

/// A derivation whose names were found among a segment's columns.
private struct ResolvedDerivation: Sendable {
    let ordinals: DerivedEncoding.References
    let isFunction: Bool

    init?(_ derivation: Derivation?, in columns: [ColumnSchema]) {
        func resolve(_ names: [String]) -> [Int]? {
            let found = names.compactMap { name in
                columns.firstIndex { $0.name == name && $0.derivation == nil }
            }
            return found.count == names.count ? found : nil
        }
        switch derivation {
        case .sum(let plus, let minus):
            guard let plus = resolve(plus), let minus = resolve(minus),
                max(plus.count, minus.count) <= DerivedEncoding.termCountMax
            else { return nil }
            ordinals = DerivedEncoding.References(plus: plus, minus: minus)
            isFunction = false
        case .function(let argument):
            guard let argument = resolve([argument]) else { return nil }
            ordinals = DerivedEncoding.References(plus: argument)
            isFunction = true
        case nil:
            return nil
        }
    }

    func words(_ vector: (Int) -> ColumnVector) -> ReferencedWords {
        ReferencedWords(
            ordinals: ordinals, plus: ordinals.plus.map { vector($0).words }, minus: ordinals.minus.map { vector($0).words },
            isFunction: isFunction)
    }
}
