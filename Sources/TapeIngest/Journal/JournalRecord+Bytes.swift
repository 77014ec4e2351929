import TapeBytes
import TapeStore

/// Records as bytes. All numbers are varints, zigzag where they may be negative; texts are their size and their UTF-8.
extension JournalRecord {
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .staged(let id, let moment, let result):
            bytes.append(0)
            bytes.append([id.file, id.index, moment, result.recordCount, result.lineCount, result.leftOutCount, result.rejects.count])
            for reject in result.rejects { bytes.append(reject) }
        case .flushed(let rows):
            bytes.append(1)
            bytes.append(rows)
        case .done(let id):
            bytes.append(2)
            bytes.append([id.file, id.index])
        case .ended(let file):
            bytes.append(3)
            bytes.append([file.index, file.schemaIndex, file.headerLineCount, file.chunkCount, file.bytesRead])
            bytes.appendInteger(file.hash)
            bytes.appendVarint(file.ignoredColumns.count)
            for name in file.ignoredColumns { bytes.appendString(name) }
        }
    }

    /// - Throws: where the bytes are no record.
    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = RecordReader(bytes)
        switch try reader.number() {
        case 0:
            let (id, moment) = (try reader.chunk(), try reader.number())
            var result = ChunkResult(recordCount: try reader.number(), lineCount: try reader.number(), rejects: [], leftOutCount: try reader.number())
            result.rejects = try reader.list { reader throws(MalformedBytes) in try reader.reject() }
            self = .staged(id, moment: moment, result)
        case 1: self = .flushed(try reader.flushedRows())
        case 2: self = .done(try reader.chunk())
        case 3:
            self = .ended(EndedFile(
                index: try reader.number(), schemaIndex: try reader.number(), headerLineCount: try reader.number(),
                chunkCount: try reader.number(), bytesRead: try reader.number(), hash: try reader.fixed(),
                ignoredColumns: try reader.list { reader throws(MalformedBytes) in try reader.text() }))
        default: throw MalformedBytes(expected: "a kind of record", offset: 0)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ numbers: [Int]) { for number in numbers { appendVarint(number) } }

    fileprivate mutating func append(_ key: PartitionKey) {
        appendVarint(key.parts.count)
        for part in key.parts {
            switch part {
            case .word(let word):
                append(0)
                appendZigzag(word)
            case .text(let text):
                append(1)
                appendString(text)
            }
        }
    }

    fileprivate mutating func append(_ reject: RowError) {
        append([reject.line, reject.byte, reject.field ?? 0, reject.lineCount])
        for text in [reject.kind.rawValue, reject.column ?? "", reject.expected, reject.value, reject.row] { appendString(text) }
    }

    fileprivate mutating func append(_ rows: FlushedRows) {
        append([rows.table, rows.moments.lowerBound, rows.moments.upperBound, rows.rowCount, rows.isMerged ? 1 : 0])
        append(rows.key)
        append([rows.sources.count] + rows.sources.sorted())
        append([rows.flushed.duplicateCount, rows.flushed.runs.count])
        for run in rows.flushed.runs {
            append([run.number, run.offset, run.rowCount, run.sizeInBytes, Int(run.checksum)])
            appendZigzag(run.clusterMin)
            appendZigzag(run.clusterMax)
        }
        appendVarint(rows.flushed.spilled.count)
        for spilled in rows.flushed.spilled {
            append([spilled.file, spilled.offset, spilled.sizeInBytes, spilled.rowCount])
            appendZigzag(spilled.keys.lowerBound)
            appendZigzag(spilled.keys.upperBound)
        }
    }
}

/// Reads a record's parts one after the other.
private struct RecordReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() throws(MalformedBytes) -> Int { try read { span, place throws(MalformedBytes) in try span.readCount(&place, in: 0...(1 << 53)) } }
    mutating func word() throws(MalformedBytes) -> Int64 { try read { span, place throws(MalformedBytes) in try span.readZigzag(&place) } }
    mutating func fixed() throws(MalformedBytes) -> UInt64 {
        try read { span, place throws(MalformedBytes) in try span.readInteger(&place, as: UInt64.self) }
    }
    mutating func text() throws(MalformedBytes) -> String { try read { span, place throws(MalformedBytes) in try span.readString(&place) } }

    private mutating func read<Part>(_ part: (Span<UInt8>, inout Int) throws(MalformedBytes) -> Part) throws(MalformedBytes) -> Part {
        var place = offset
        defer { offset = place }
        return try part(bytes.span, &place)
    }

    mutating func chunk() throws(MalformedBytes) -> ChunkID { ChunkID(file: try number(), index: try number()) }

    mutating func list<Item>(_ item: (inout RecordReader) throws(MalformedBytes) -> Item) throws(MalformedBytes) -> [Item] {
        var items: [Item] = []
        let count = try number()
        guard count <= bytes.count else { throw MalformedBytes(expected: "a list", offset: offset) }
        for _ in 0..<count { items.append(try item(&self)) }
        return items
    }

    mutating func key() throws(MalformedBytes) -> PartitionKey {
        PartitionKey(try list { reader throws(MalformedBytes) in
            try reader.number() == 0 ? .word(try reader.word()) : .text(try reader.text())
        })
    }

    mutating func reject() throws(MalformedBytes) -> RowError {
        let (line, byte, field, lineCount) = (try number(), try number(), try number(), try number())
        guard let kind = RowError.Kind(rawValue: try text()) else { throw MalformedBytes(expected: "a kind of error", offset: offset) }
        let column = try text()
        return RowError(
            kind: kind, line: line, byte: byte, field: field == 0 ? nil : field, column: column.isEmpty ? nil : column,
            expected: try text(), value: try text(), row: try text(), lineCount: lineCount)
    }

    mutating func flushedRows() throws(MalformedBytes) -> FlushedRows {
        let (table, first, last, rowCount, isMerged) = (try number(), try number(), try number(), try number(), try number())
        guard first <= last else { throw MalformedBytes(expected: "moments", offset: offset) }
        let key = try key()
        let sources = Set(try list { reader throws(MalformedBytes) in try reader.number() })
        var flushed = IntakeWorker.Flushed()
        flushed.duplicateCount = try number()
        flushed.runs = try list { reader throws(MalformedBytes) in
            RunSegment(
                number: try reader.number(), offset: try reader.number(), rowCount: try reader.number(), sizeInBytes: try reader.number(),
                checksum: UInt32(truncatingIfNeeded: try reader.number()), clusterMin: try reader.word(), clusterMax: try reader.word())
        }
        flushed.spilled = try list { reader throws(MalformedBytes) in
            let (file, offset, size, rowCount) = (try reader.number(), try reader.number(), try reader.number(), try reader.number())
            let (low, high) = (try reader.word(), try reader.word())
            guard low <= high else { throw MalformedBytes(expected: "keys", offset: reader.offset) }
            return SpilledRows(file: file, offset: offset, sizeInBytes: size, rowCount: rowCount, keys: low...high)
        }
        return FlushedRows(
            table: table, key: key, moments: first...last, rowCount: rowCount, sources: sources, flushed: flushed, isMerged: isMerged != 0)
    }
}
