import TapeBytes
import TapeColumns
import TapeStore

/// The state of one convert: what was read so far, and the partitions being built.
struct Intake {
    private let converter: Converter
    private let total: Int
    private let sizeCounts: [Int: Int]
    private var known: [FileRecord]
    private var tables: [String: TableIntake] = [:]
    private var summary = ConvertSummary()
    /// Files of this run, and the numbers of stored files that they replace.
    private var records: [FileRecord] = []
    private var replaced: Set<Int> = []

    init(_ converter: Converter, _ inputs: [InputFiles.Found], known: [FileRecord]) {
        self.converter = converter
        self.known = known
        total = inputs.reduce(0) { $0 + $1.size }
        sizeCounts = Dictionary((inputs.map(\.size) + known.map(\.sizeInBytes)).map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// Reads one file to its end, unless the store has its contents.
    mutating func read(_ input: InputFiles.Found, _ progress: (Int, Int) -> Void) throws(ConvertError) {
        // Only files of equal size can be equal; only those are read twice.
        if input.path != "-", sizeCounts[input.size, default: 0] > 1 {
            let hash = try SourceFile.contentHash(input.path, converter.fileSystem)
            if (known + records).contains(where: { $0.sizeInBytes == input.size && $0.contentHash == hash }) {
                summary.skippedFiles.append(input.path)
                summary.bytesIn += input.size
                return progress(summary.bytesIn, total)
            }
        }
        try checkReplacement(input.path)
        var source = try SourceFile(input.path, converter)
        let schema = converter.schemas[source.schemaIndex].schema
        if !source.ignoredColumns.isEmpty { summary.ignoredColumns.append((input.path, source.ignoredColumns)) }
        var table = tables.removeValue(forKey: schema.name) ?? TableIntake(schema, converter)
        let number = (known.map(\.number).max() ?? 0) + records.count + 1
        var record = FileRecord(
            number: number, path: input.path, table: schema.name, sizeInBytes: 0, contentHash: 0, rowsRead: 0, rowsRejected: 0)
        while true {
            let chunks = try source.nextWave()
            guard !chunks.isEmpty else { break }
            let parsed = try table.append(chunks, source.parser, file: number)
            try take(parsed, input.path, &record)
            progress(summary.bytesIn + source.bytesRead, total)
        }
        try table.sealUntouched(by: number)
        record.sizeInBytes = source.bytesRead
        record.contentHash = source.hash
        summary.bytesIn += source.bytesRead
        tables[schema.name] = table
        records.append(record)
        try checkRejects(input.path)
    }

    /// Counts a wave's rows and rejects, in input order.
    private mutating func take(_ parsed: [ParsedChunk], _ path: String, _ record: inout FileRecord) throws(ConvertError) {
        var rejects: [RowError] = []
        for chunk in parsed {
            record.rowsRead += chunk.recordCount
            record.rowsRejected += chunk.rejects.count
            rejects += chunk.rejects
        }
        guard !rejects.isEmpty else { return }
        switch converter.options.onError {
        case .fail: throw ConvertError(.badRows(Array(rejects.prefix(10)), count: rejects.count), path: path)
        case .skip:
            summary.rejectCount += rejects.count
            for reject in rejects { converter.options.rejectSink?(path, reject) }
            if case .rows = converter.options.rejectLimit { try checkRejects(path) }
        }
    }

    private func checkRejects(_ path: String) throws(ConvertError) {
        let read = records.reduce(0) { $0 + $1.rowsRead }
        guard !converter.options.rejectLimit.allows(summary.rejectCount, of: read) else { return }
        throw ConvertError(.tooManyRejects(rejected: summary.rejectCount, read: read), path: path)
    }

    /// A path that is in the store with other contents is an error, or is replaced.
    private mutating func checkReplacement(_ path: String) throws(ConvertError) {
        guard path != "-", let old = known.first(where: { $0.path == path }) else { return }
        guard converter.options.replaces else { throw ConvertError(.changedFile, path: path) }
        replaced.insert(old.number)
    }

    /// Merges with what the store has, writes the segments and commits.
    mutating func publish(_ writer: inout StoreWriter) throws(ConvertError) -> ConvertSummary {
        var adding: [SegmentEntry] = []
        var removing = try replacedSegments(writer.catalog)
        for name in tables.keys.sorted() {
            guard var table = tables.removeValue(forKey: name) else { continue }
            var published = try table.publish(&writer, removed: removing)
            adding += published.adding
            removing.formUnion(published.removing)
            published.table.rowsRead = sum(name, \.rowsRead)
            published.table.rowsRejected = sum(name, \.rowsRejected)
            let stored = published.table.newRows
            guard published.table.rowsRead == stored + published.table.rowsRejected + published.table.duplicates else {
                throw ConvertError(.notConserved(name))
            }
            summary.tables.append(published.table)
        }
        summary.files = records
        guard !converter.options.isDryRun, !records.isEmpty else { return summary }
        do {
            let files = try fileTable(&writer, &removing)
            try writer.commit(adding: adding + [files], removing: removing, settings: converter.newSettings(for: records.map(\.table)))
        } catch {
            throw ConvertError(.store(error))
        }
        return summary
    }

    private func sum(_ table: String, _ value: (FileRecord) -> Int) -> Int {
        records.reduce(0) { $0 + ($1.table == table ? value($1) : 0) }
    }

    /// The segments that hold nothing but rows of replaced files.
    private func replacedSegments(_ catalog: Catalog) throws(ConvertError) -> Set<SegmentEntry> {
        var segments: Set<SegmentEntry> = []
        for entry in catalog.allEntries where !replaced.isDisjoint(with: entry.sources) {
            guard replaced.isSuperset(of: entry.sources) else {
                let others = known.filter { entry.sources.contains($0.number) && !replaced.contains($0.number) }
                throw ConvertError(.sharedPartition(others: others.map(\.path)), path: known.first { replaced.contains($0.number) }?.path)
            }
            segments.insert(entry)
        }
        return segments
    }

    /// Writes the table `files` anew.
    private func fileTable(_ writer: inout StoreWriter, _ removing: inout Set<SegmentEntry>) throws(StoreError) -> SegmentEntry {
        let all = known.filter { !replaced.contains($0.number) } + records
        let image = FileRecord.image(all)
        let entry = SegmentEntry(
            table: FileRecord.table, key: PartitionKey([]), generation: writer.nextGeneration, part: 0, rowCount: image.rowCount,
            sizeInBytes: image.bytes.count, checksum: image.checksum, clusterMin: 0, clusterMax: 0, sources: [])
        try writer.write(image, as: entry, [])
        removing.formUnion(writer.catalog.entries(of: FileRecord.table))
        return entry
    }
}
