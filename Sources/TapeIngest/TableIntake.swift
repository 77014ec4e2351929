import TapeBytes
import TapeColumns
import TapeStore

/// The partitions of one table while they are built.
struct TableIntake {
    /// Partitions finished at once before their segments are written; bounds the memory of finished images.
    private static let finishBatch = 32

    private let schema: TableSchema
    private let converter: Converter
    private let partitioner: Partitioner
    private var indexOfKey: [PartitionKey: Int] = [:]
    private var partitions: [Partition] = []

    private struct Partition {
        var key: PartitionKey
        var builder: Protected<PartitionBuilder>
        var sources: Set<Int> = []
        /// The file that last had rows of it.
        var lastFile = 0
    }

    init(_ schema: TableSchema, _ converter: Converter) {
        self.schema = schema
        self.converter = converter
        partitioner = Partitioner(schema, converter.dayRule)
    }

    /// Parses a wave of chunks and appends their rows; returns what was parsed, in order.
    mutating func append(_ chunks: [SourceChunk], _ parser: CSVChunkParser, file: Int) throws(ConvertError) -> [ParsedChunk] {
        let partitioner = partitioner
        let parsed = concurrentMap(chunks.count, workers: converter.options.workers) { index in
            var parser = parser
            let chunk = parser.parse(chunks[index])
            return (chunk, partitioner.partition(chunk.vectors, chunk.dictionaries))
        }
        // Which parts of which chunks each partition gets, in input order.
        var parts: [Int: [(chunk: Int, range: Range<Int>)]] = [:]
        for (chunk, (_, split)) in parsed.enumerated() {
            for (key, range) in zip(split.keys, split.ranges) where !range.isEmpty {
                let index = partition(of: key)
                partitions[index].sources.insert(file)
                partitions[index].lastFile = file
                parts[index, default: []].append((chunk, range))
            }
        }
        let work = parts.sorted { $0.key < $1.key }
        let builders = partitions.map(\.builder)
        try run(work.count) { index in
            try builders[work[index].key].withLock { builder in
                catching {
                    for part in work[index].value {
                        let (chunk, split) = parsed[part.chunk]
                        try builder.append(chunk.vectors, chunk.dictionaries, split.rows, part.range)
                    }
                }
            }.get()
        }
        try sealIfFull()
        return parsed.map(\.0)
    }

    private mutating func partition(of key: PartitionKey) -> Int {
        if let index = indexOfKey[key] { return index }
        partitions.append(Partition(key: key, builder: Protected(PartitionBuilder(schema))))
        indexOfKey[key] = partitions.count - 1
        return partitions.count - 1
    }

    /// Runs jobs on all workers; the first error ends them.
    private func run(_ count: Int, _ job: @Sendable (Int) throws -> Void) throws(ConvertError) {
        let failure = Protected<(any Error)?>(nil)
        let next = Counter()
        concurrently(workers: min(converter.options.workers, max(1, count))) { _ in
            while failure.value == nil, let index = next.next(below: count) {
                do { try job(index) } catch { failure.value = error }
            }
        }
        if let error = failure.value {
            throw ConvertError(.store(StoreError.wrap(error, path: converter.storePath, table: schema.name)))
        }
    }

    /// Encodes what is staged of the partitions that a file had no rows of: where files are days, they are complete, and only the
    /// day being read takes memory for plain rows.
    func sealUntouched(by file: Int) throws(ConvertError) {
        let builders = partitions.filter { $0.lastFile != file }.map(\.builder)
        try run(builders.count) { index in
            try builders[index].withLock { builder in catching { try builder.seal() } }.get()
        }
    }

    /// Encodes what is staged where plain rows take more than half of the memory allowed.
    private func sealIfFull() throws(ConvertError) {
        let sizes = partitions.map { $0.builder.withLock { $0.stagedSizeInBytes } }
        guard sizes.reduce(0, +) > converter.options.memory / 2 else { return }
        let builders = partitions.map(\.builder)
        try run(builders.count) { index in
            try builders[index].withLock { builder in catching { try builder.seal() } }.get()
        }
    }

    struct Published {
        var adding: [SegmentEntry] = []
        var removing: Set<SegmentEntry> = []
        var table: ConvertSummary.Table
    }

    /// Finishes every partition, merging what the store has of it, and writes the segments.
    ///
    /// - Parameter removed: segments that go anyway, and are not merged.
    mutating func publish(_ writer: inout StoreWriter, removed: Set<SegmentEntry>) throws(ConvertError) -> Published {
        var published = Published(table: ConvertSummary.Table(name: schema.name))
        partitions.sort { $0.key < $1.key }
        let existing = Dictionary(grouping: writer.catalog.entries(of: schema.name).filter { !removed.contains($0) }, by: \.key)
        var first = 0
        while first < partitions.count {
            let batch = Array(partitions[first..<min(first + TableIntake.finishBatch, partitions.count)])
            try finish(batch, existing, &writer, &published)
            first += batch.count
        }
        published.table.partitionCount = partitions.count
        partitions = []
        return published
    }

    private func finish(
        _ batch: [Partition], _ existing: [PartitionKey: [SegmentEntry]], _ writer: inout StoreWriter, _ published: inout Published
    ) throws(ConvertError) {
        let store = existing.isEmpty ? nil : try openStore()
        let finished = concurrentMap(batch.count, workers: converter.options.workers) { index in
            batch[index].builder.withLock { builder -> Result<FinishedPartition?, any Error> in
                catching {
                    for entry in existing[batch[index].key] ?? [] { if let store { builder.add(try store.open(entry)) } }
                    return try builder.finish()
                }
            }
        }
        for (partition, result) in zip(batch, finished) {
            do {
                let (rows, duplicates) = partition.builder.withLock { ($0.rowCount, $0.duplicateCount) }
                let old = existing[partition.key] ?? []
                let oldRows = old.reduce(0) { $0 + $1.rowCount }
                guard let segment = try result.get() else { continue }
                guard segment.image.rowCount == rows + oldRows - duplicates else {
                    throw ConvertError(.notConserved(schema.name))
                }
                let entry = SegmentEntry(
                    table: schema.name, key: partition.key, generation: writer.nextGeneration, part: 0,
                    rowCount: segment.image.rowCount, sizeInBytes: segment.image.bytes.count, checksum: segment.image.checksum,
                    clusterMin: segment.clusterMin, clusterMax: segment.clusterMax,
                    sources: partition.sources.union(old.flatMap(\.sources)).sorted())
                if !converter.options.isDryRun { try writer.write(segment.image, as: entry, schema.keyColumns) }
                published.adding.append(entry)
                published.removing.formUnion(old)
                published.table.newRows += rows - duplicates
                published.table.duplicates += duplicates
                published.table.bytesOut += segment.image.bytes.count
                // Nothing of it is needed any more.
                partition.builder.value = PartitionBuilder(schema)
            } catch let error as ConvertError {
                throw error
            } catch {
                throw ConvertError(.store(StoreError.wrap(error, path: converter.storePath, table: schema.name)))
            }
        }
    }

    private func openStore() throws(ConvertError) -> Store {
        do {
            return try Store(path: converter.storePath, fileSystem: converter.fileSystem)
        } catch {
            throw ConvertError(.store(error))
        }
    }
}

/// A result instead of a throw, for closures that hold a lock.
private func catching<Value>(_ body: () throws -> Value) -> Result<Value, any Error> {
    do { return .success(try body()) } catch { return .failure(error) }
}
