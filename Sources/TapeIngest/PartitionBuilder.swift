import TapeColumns

/// Gathers the rows of one partition, in whatever order they come, and makes a segment of them.
///
/// Rows are staged; each time enough are there, they are sorted (usually they are already), freed of exact duplicates and
/// encoded, so that memory holds at most a few blocks of plain rows. Rows that belong before ones already encoded
/// begin a new run; runs are merged at the end. The segment's bytes depend on the set of rows alone.
struct PartitionBuilder: Sendable {
    /// Staged rows are looked at when there are this many.
    static let stagedRowCount = SegmentLayout.rowsPerBlock
    /// After so many runs the input is taken for shuffled, and rows are staged until `seal` or `finish`.
    static let eagerRunCountMax = 4

    private let schema: TableSchema
    private let order: RowOrder
    private var staged: RowBuffer
    private var strings: [StringPool]
    private var run: Run?
    private var runs: [ClosedRun] = []
    /// Rows given to `append`.
    private(set) var rowCount = 0
    private(set) var duplicateCount = 0

    init(_ schema: TableSchema) {
        self.schema = schema
        order = RowOrder(schema)
        staged = RowBuffer(columnCount: schema.columns.count)
        strings = schema.columns.map { _ in StringPool() }
    }

    /// The bytes of plain rows held.
    var stagedSizeInBytes: Int { staged.sizeInBytes }

    /// Appends the given rows of a batch; `dictionaries` hold what the words of the batch's string columns index.
    mutating func append(_ batch: [ColumnVector], _ dictionaries: [[String]], _ rows: [Int32], _ range: Range<Int>) throws {
        let first = staged.count
        for column in schema.columns.indices {
            staged.append(batch[column], rows, range, column: column)
        }
        staged.finishAppending(range.count)
        for column in schema.columns.indices where schema.columns[column].type == .string {
            var codes = [Int64](repeating: -1, count: dictionaries[column].count)
            staged.map(column, from: first) { word in
                let local = Int(word)
                if codes[local] < 0 { codes[local] = strings[column].code(of: dictionaries[column][local]) }
                return codes[local]
            }
        }
        rowCount += range.count
        if staged.count >= PartitionBuilder.stagedRowCount, runs.count < PartitionBuilder.eagerRunCountMax {
            try encodeStaged(all: false)
        }
    }

    /// Adds the rows of a segment that the store has already; they do not count as read.
    mutating func add(_ reader: SegmentReader) { runs.append(.stored(reader)) }

    /// Encodes all staged rows, to give their memory back.
    mutating func seal() throws {
        try encodeStaged(all: true)
        try closeRun()
        staged = RowBuffer(columnCount: schema.columns.count)
    }

    /// The partition's segment; nil if it has no rows.
    mutating func finish() throws -> FinishedPartition? {
        try encodeStaged(all: true)
        if runs.isEmpty {
            guard let run else { return nil }
            self.run = nil
            return run.finish(schema)
        }
        // One run and nothing after it is the partition already.
        if run == nil, runs.count == 1, case .sealed(let finished) = runs[0] {
            runs = []
            return finished
        }
        try closeRun()
        for run in runs { try stage(run.reader) }
        runs = []
        try encodeStaged(all: true)
        guard let run else { return nil }
        self.run = nil
        return run.finish(schema)
    }

    private mutating func encodeStaged(all: Bool) throws {
        guard staged.count > 0 else { return }
        let ranks = strings.map(\.ranks)
        order.sort(&staged, ranks)
        if let last = run?.lastRow, last.count > 0, order.compare(last, 0, staged, 0, ranks) > 0 { try closeRun() }
        // Taken out, so that its buffers grow in place and are not copied.
        var current = run.take() ?? Run(schema)
        duplicateCount += order.removeDuplicates(&staged, after: current.lastRow, ranks)
        let block = SegmentLayout.rowsPerBlock
        let encodable = all ? staged.count : staged.count / block * block
        var first = 0
        while first < encodable {
            let range = first..<min(first + block, encodable)
            current.append(staged, range, schema, strings)
            first = range.upperBound
        }
        run = current
        if encodable == staged.count {
            staged = RowBuffer(columnCount: schema.columns.count)
        } else {
            staged.removeFirst(encodable)
        }
    }

    private mutating func closeRun() throws {
        guard let run else { return }
        self.run = nil
        guard let finished = run.finish(schema) else { return }
        runs.append(.sealed(finished))
    }

    /// Decodes a run into staged rows. Columns that the run lacks read as null.
    private mutating func stage(_ reader: SegmentReader) throws {
        var cache = ColumnCache(reader)
        var vectors: [ColumnVector] = []
        for column in schema.columns.indices {
            guard let index = reader.columnIndex(schema.columns[column].name) else {
                vectors.append(ColumnVector([Int64?](repeating: nil, count: reader.rowCount)))
                continue
            }
            var vector = try cache.vector(index)
            if schema.columns[column].type == .string {
                let codes = try reader.strings(index).map { strings[column].code(of: $0) }
                for row in vector.words.indices where vector.nulls?[row] != true {
                    guard codes.indices.contains(Int(vector.words[row])) else {
                        throw SegmentError(.malformed(expected: "codes of the dictionary"), column: schema.columns[column].name)
                    }
                    vector.words[row] = codes[Int(vector.words[row])]
                }
            }
            vectors.append(vector)
        }
        staged.append(vectors)
    }
}

/// Rows that are encoded already and wait to be merged, or to be taken as they are.
private enum ClosedRun: Sendable {
    case sealed(FinishedPartition)
    /// A segment that the store has.
    case stored(SegmentReader)

    var reader: SegmentReader {
        get throws {
            switch self {
            case .sealed(let finished): try SegmentReader(finished.image.bytes)
            case .stored(let reader): reader
            }
        }
    }
}

/// A finished partition, and what the catalog says of it.
struct FinishedPartition: Sendable {
    var image: SegmentImage
    var clusterMin: Int64
    var clusterMax: Int64
}

/// Sorted rows on their way into a segment.
private struct Run: Sendable {
    /// The last row encoded; empty before the first.
    private(set) var lastRow: RowBuffer
    private var writer: SegmentWriter
    /// Per string column: the segment's code of each code of the pool, −1 before its first appearance.
    private var segmentCodes: [[Int64]]
    private var dictionaries: [[String]]
    private let clusterColumn: Int?
    private var clusterMin: Int64 = 0
    private var clusterMax: Int64 = 0

    init(_ schema: TableSchema) {
        lastRow = RowBuffer(columnCount: schema.columns.count)
        writer = SegmentWriter(columns: schema.columns)
        segmentCodes = schema.columns.map { _ in [] }
        dictionaries = schema.columns.map { _ in [] }
        clusterColumn = schema.clusterKey.first.flatMap { name in schema.columns.firstIndex { $0.name == name } }
    }

    mutating func append(_ buffer: RowBuffer, _ range: Range<Int>, _ schema: TableSchema, _ strings: [StringPool]) {
        var vectors: [ColumnVector] = []
        for column in schema.columns.indices {
            var vector = buffer.vector(column, range)
            if schema.columns[column].type == .string { renumber(&vector, column, strings[column]) }
            vectors.append(vector)
        }
        if let clusterColumn, !range.isEmpty {
            if writer.rowCount == 0 { clusterMin = buffer.words[clusterColumn][range.lowerBound] }
            clusterMax = buffer.words[clusterColumn][range.upperBound - 1]
        }
        writer.append(vectors)
        lastRow = RowBuffer(columnCount: schema.columns.count)
        lastRow.append(schema.columns.indices.map { buffer.vector($0, (range.upperBound - 1)..<range.upperBound) })
    }

    /// Numbers strings in the order of their first appearance in the segment.
    private mutating func renumber(_ vector: inout ColumnVector, _ column: Int, _ pool: StringPool) {
        let missing = pool.strings.count - segmentCodes[column].count
        segmentCodes[column].append(contentsOf: repeatElement(-1, count: missing))
        for row in vector.words.indices where vector.nulls?[row] != true {
            let code = Int(vector.words[row])
            if segmentCodes[column][code] < 0 {
                segmentCodes[column][code] = Int64(dictionaries[column].count)
                dictionaries[column].append(pool.strings[code])
            }
            vector.words[row] = segmentCodes[column][code]
        }
    }

    consuming func finish(_ schema: TableSchema) -> FinishedPartition? {
        guard writer.rowCount > 0 else { return nil }
        let image = writer.finish(dictionaries: dictionaries)
        return FinishedPartition(image: image, clusterMin: clusterMin, clusterMax: clusterMax)
    }
}

/// The distinct strings of one column of a partition, numbered as they come.
struct StringPool: Sendable {
    private(set) var strings: [String] = []
    /// By bytes: strings that are equal only canonically are different texts.
    private var codes: [[UInt8]: Int64] = [:]

    mutating func code(of string: String) -> Int64 {
        let bytes = Array(string.utf8)
        if let code = codes[bytes] { return code }
        let code = Int64(strings.count)
        codes[bytes] = code
        strings.append(string)
        return code
    }

    /// The rank of each string among all, by its UTF-8; empty without strings.
    var ranks: [Int64] {
        var ranks = [Int64](repeating: 0, count: strings.count)
        let order = strings.indices.sorted { strings[$0].utf8.lexicographicallyPrecedes(strings[$1].utf8) }
        for (rank, code) in order.enumerated() { ranks[code] = Int64(rank) }
        return ranks
    }
}
