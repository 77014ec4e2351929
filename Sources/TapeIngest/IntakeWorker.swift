import TapeBytes
import TapeColumns
import TapeStore

/// What one thread of a convert needs to write rows: builders and a spill file of its own. Turns rows of partitions into runs and spilled rows.
final class IntakeWorker {
    private let converter: Converter
    private let folder: IntakeFolder
    /// Rows that are sorted or merged in memory at once.
    private let rowsPerPass: Int
    /// Rows that are set aside as one. A pass reads about one of them of each group that was sorted at once.
    private let rowsPerSpill: Int
    private let orders: [ClusterOrder]
    private var builders: [Int: SegmentBuilder] = [:]
    private var spillFile: Exclusive<SpillFile>?

    init(_ converter: Converter, _ folder: IntakeFolder, rowsPerPass: Int) {
        self.converter = converter
        self.folder = folder
        self.rowsPerPass = rowsPerPass
        rowsPerSpill = max(1024, min(SegmentLayout.rowsPerBlock, rowsPerPass / 16))
        orders = converter.schemas.map { ClusterOrder($0.schema) }
    }

    /// What became of some rows.
    struct Flushed: Hashable, Sendable {
        var runs: [RunSegment] = []
        var spilled: [SpilledRows] = []
        var duplicateCount = 0
    }

    /// Encodes all rows that a partition has so far, which are probably all that it will have.
    func encode(_ parts: [StagedRows], of partition: PartitionName) throws -> Flushed {
        var flushed = Flushed()
        let arrangement = orders[partition.table].arrangement(of: parts)
        if case .rows = arrangement, parts.rowCount > rowsPerPass { return try spill(parts, table: partition.table) }
        try append(parts, partition, arrangement, &flushed)
        try finish(partition, &flushed)
        return flushed
    }

    /// Sets rows aside on disk, sorted by groups.
    func spill(_ parts: [StagedRows], table: Int) throws -> Flushed {
        var flushed = Flushed()
        var group: [StagedRows] = []
        var count = 0
        for part in parts.flatMap({ $0.split(rowsPerPass) }) {
            if count + part.range.count > rowsPerPass {
                try checkCancelled()
                try spillGroup(group, table, &flushed)
                (group, count) = ([], 0)
            }
            group.append(part)
            count += part.range.count
        }
        try spillGroup(group, table, &flushed)
        return flushed
    }

    private func spillGroup(_ parts: [StagedRows], _ table: Int, _ flushed: inout Flushed) throws {
        guard !parts.isEmpty else { return }
        var rows: [Int32]?
        // A single block is sorted when it is read: most are only read to be sorted again with others.
        if parts.rowCount > rowsPerSpill, case .rows(let kept) = orders[table].arrangement(of: parts) {
            rows = kept
            flushed.duplicateCount += parts.rowCount - kept.count
        }
        let all = StagedRows(StagedChunk.gathering(parts, rows))
        let isOne = all.range.count <= rowsPerSpill
        for part in all.split(rowsPerSpill) {
            let block = isOne ? part : StagedRows(StagedChunk.gathering([part], nil))
            let keys = orders[table].keys(of: [block])
            let file = try spillFile ?? Exclusive(SpillFile(folder.spillPath, number: folder.nextNumber(), folder.fileSystem))
            spillFile = file
            let result = file.withLock { file in Result { try file.append(block, keys: (keys.min() ?? 0)...(keys.max() ?? 0)) } }
            flushed.spilled.append(try result.get())
        }
    }

    /// Appends parts to the partition's builder, in order and without duplicates.
    private func append(
        _ parts: [StagedRows], _ partition: PartitionName, _ arrangement: ClusterOrder.Arrangement, _ flushed: inout Flushed
    ) throws {
        var builder = builders.removeValue(forKey: partition.table) ?? SegmentBuilder(converter.schemas[partition.table].schema)
        defer { builders[partition.table] = builder }
        switch arrangement {
        case .asTheyAre:
            try builder.append(parts) { flushed.runs.append(try folder.write($0, of: partition)) }
        case .rows(let rows):
            flushed.duplicateCount += parts.rowCount - rows.count
            try builder.append([StagedRows(StagedChunk.gathering(parts, rows))]) { flushed.runs.append(try folder.write($0, of: partition)) }
        }
    }

    /// Between steps that take a second or so at most.
    private func checkCancelled() throws(ConvertError) {
        if converter.options.isCancelled() { throw ConvertError(.cancelled) }
    }

    private func finish(_ partition: PartitionName, _ flushed: inout Flushed) throws {
        guard var builder = builders.removeValue(forKey: partition.table) else { return }
        defer { builders[partition.table] = builder }
        try builder.finish { flushed.runs.append(try folder.write($0, of: partition)) }
    }
}

extension IntakeWorker {
    /// Merges everything that there is of a partition into its final segments.
    func merge(_ partition: PartitionIntake, store: Store?) throws -> Flushed {
        var sources = partition.spilled.map(MergeSource.spilled) + partition.runs.map(MergeSource.run)
        if let store { sources += partition.stored.map { MergeSource.stored($0, store) } }
        var flushed = Flushed()
        if sources.reduce(partition.staged.rowCount, { $0 + $1.rowCount }) <= rowsPerPass {
            let parts = try partition.staged + sources.map { StagedRows(try load($0, partition.table)) }
            try append(parts, partition.name, orders[partition.table].arrangement(of: parts), &flushed)
        } else {
            let spilled = try spill(partition.staged, table: partition.table)
            flushed.duplicateCount = spilled.duplicateCount
            sources += spilled.spilled.map(MergeSource.spilled)
            let ranges = MergeRanges(sources, isOpenEnded: isOpenEnded(partition.table), rowsPerRange: rowsPerPass / 2)
            for range in ranges.ranges { try merge(range, of: sources, partition.name, &flushed) }
        }
        try finish(partition.name, &flushed)
        return flushed
    }

    /// Merges the rows whose keys lie in a range, cut in two as long as they are too many to be sorted at once.
    private func merge(_ range: ClosedRange<Int64>, of sources: [MergeSource], _ partition: PartitionName, _ flushed: inout Flushed) throws {
        try checkCancelled()
        let order = orders[partition.table]
        let parts = try sources.compactMap { try load($0, partition.table, range) }
        let arrangement = order.arrangement(of: parts)
        if case .rows(let rows) = arrangement, parts.rowCount > rowsPerPass {
            let middle = order.keys(of: parts)[Int(rows[rows.count / 2])]
            if middle > range.lowerBound {
                try merge(range.lowerBound...(middle - 1), of: sources, partition, &flushed)
                return try merge(middle...range.upperBound, of: sources, partition, &flushed)
            }
        }
        try append(parts, partition, arrangement, &flushed)
        builders[partition.table]?.detach()
    }

    /// Whether the catalog's extremes say nothing of a table's keys: there are nulls among them, or texts, or no cluster column.
    private func isOpenEnded(_ table: Int) -> Bool {
        let schema = converter.schemas[table].schema
        guard let name = schema.clusterKey.first, let column = schema.columns.first(where: { $0.name == name }) else { return true }
        return column.isNullable || column.type == .string
    }

    /// The rows of a source whose keys lie in a range; nil if there are none.
    private func load(_ source: MergeSource, _ table: Int, _ range: ClosedRange<Int64>) throws -> StagedRows? {
        let bounds = source.keyRange(isOpenEnded: isOpenEnded(table))
        guard bounds.overlaps(range) else { return nil }
        let chunk = try load(source, table)
        let keys = orders[table].keys(of: [StagedRows(chunk)])
        guard source.isSorted else {
            let rows = keys.indices.filter { range.contains(keys[$0]) }.map { Int32($0) }
            return rows.isEmpty ? nil : StagedRows(StagedChunk.gathering([StagedRows(chunk)], rows))
        }
        let first = keys.partitionPoint { $0 >= range.lowerBound }
        let end = keys.partitionPoint { $0 > range.upperBound }
        return first < end ? StagedRows(chunk: chunk, range: first..<end) : nil
    }

    private func load(_ source: MergeSource, _ table: Int) throws -> StagedChunk {
        let schema = converter.schemas[table].schema
        switch source {
        case .spilled(let rows): return try rows.read(folder.spillPath, folder.fileSystem, columnCount: schema.columns.count)
        case .run(let run): return try StagedChunk(folder.open(run), schema)
        case .stored(let entry, let store): return try StagedChunk(store.open(entry), schema)
        }
    }
}
