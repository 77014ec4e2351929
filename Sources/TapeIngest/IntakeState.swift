import TapeBytes
import TapeColumns
import TapeStore

/// What the parse of a chunk says besides its rows.
struct ChunkResult: Hashable, Sendable {
    var recordCount: Int
    var lineCount: Int
    /// Their lines count from the chunk's first line as 1.
    var rejects: [RowError]
    /// See `ConvertSummary.Table.rowsLeftOut`.
    var leftOutCount = 0
}

/// Rows of one partition to be written to disk.
struct FlushJob: Sendable {
    var partition: Int
    var table: Int
    var key: PartitionKey
    var parts: [StagedRows]
    var size: Int
    /// Of all rows of the partition so far.
    var sources: Set<Int>
    /// Those at which the rows were staged.
    var moments: ClosedRange<Int>
    /// Whether the partition seems to get no more rows.
    var isFinished: Bool

    var name: PartitionName { PartitionName(table: table, key: key) }
}

/// What the workers of a convert share.
struct IntakeState: Sendable {
    private let converter: Converter
    private let budget: MemoryBudget
    private let stored: [[PartitionKey: [SegmentEntry]]]
    private var failure: ConvertError?
    private(set) var partitions: [PartitionIntake] = []
    private var indexOfKey: [[PartitionKey: Int]]
    private(set) var inputs: InputProgress

    /// Workers that read right now, that hold chunks back, and that flush.
    var readingCount = 0
    var holdingCount = 0
    private(set) var flushingCount = 0
    var isInputOpen = true
    private var jobs: [FlushJob] = []
    /// Partitions with staged rows.
    private var waiting: Set<Int> = []
    /// Counts the chunks staged, over all runs of the convert.
    private var nextMoment: Int
    /// By the name of what was staged together: its rows that are not on disk yet, and the chunks that they came from.
    private struct Pending: Sendable {
        var rowCount: Int
        var members: [ChunkID]
    }
    private var pending: [ChunkID: Pending] = [:]
    /// Bytes of rows that wait to be flushed or are being flushed; all bytes ever staged; and at how many to look for finished partitions.
    private var stagedSize = 0
    private var stagedTotal = 0
    private var nextLook: Int

    /// - Parameter stored: by table.
    init(
        _ converter: Converter, _ inputs: [InputFiles.Found], stored: [[PartitionKey: [SegmentEntry]]], known: [FileRecord],
        _ budget: MemoryBudget, _ unfinished: UnfinishedConvert
    ) {
        self.converter = converter
        self.budget = budget
        self.stored = stored
        indexOfKey = converter.schemas.map { _ in [:] }
        nextLook = budget.soft
        nextMoment = unfinished.nextMoment
        self.inputs = InputProgress(converter, inputs, known: known)
        for rows in unfinished.flushes { partitions[partition(of: rows.key, table: rows.table, upTo: nextMoment - 1)].restore(rows) }
    }

    // MARK: Errors

    var isEnding: Bool { failure != nil || converter.options.isCancelled() }

    mutating func fail(_ error: ConvertError) { if failure == nil { failure = error } }

    func check() throws(ConvertError) {
        if let failure { throw failure }
        if converter.options.isCancelled() { throw ConvertError(.cancelled) }
    }

    // MARK: Reading

    /// Whether all rows of the input are staged.
    var isInputThrough: Bool { !isInputOpen && readingCount == 0 && holdingCount == 0 }

    mutating func take(_ event: InputEvent) throws(ConvertError) { try inputs.take(event) }

    /// Takes the rows of some chunks of one file, less those of partitions that earlier runs flushed at one of `moments`.
    ///
    /// - Returns: the moment, and the chunks that have no rows left to be flushed.
    mutating func stage(
        _ chunk: StagedChunk?, _ partitioned: Partitioner.Partitioned, table: Int, _ members: [ChunkID], covered moments: [Int]
    ) -> (moment: Int, done: [ChunkID]) {
        let moment = nextMoment
        nextMoment += 1
        guard let chunk else { return (moment, members) }
        stagedTotal += chunk.sizeInBytes
        let file = inputs.number(of: chunk.id.file)
        var rowCount = 0
        for (key, range) in zip(partitioned.keys, partitioned.ranges) where !range.isEmpty {
            let index = partition(of: key, table: table, upTo: moment - 1)
            guard moments.isEmpty || !partitions[index].covers(moments) else { continue }
            let rows = StagedRows(chunk: chunk, range: range)
            partitions[index].stage(rows, file: file, total: stagedTotal)
            stagedSize += rows.sizeInBytes
            rowCount += range.count
            waiting.insert(index)
        }
        guard rowCount > 0 else { return (moment, members) }
        pending[chunk.id] = Pending(rowCount: rowCount, members: members)
        flushIfFull()
        return (moment, [])
    }

    /// Counts what the parse of a chunk said; returns how far the convert is.
    mutating func collect(_ result: ChunkResult, _ id: ChunkID, bytesRead: Int) throws(ConvertError) -> ConvertProgress {
        try inputs.collect(result, id, bytesRead: bytesRead)
        return inputs.progress
    }

    private mutating func partition(of key: PartitionKey, table: Int, upTo moment: Int) -> Int {
        if let index = indexOfKey[table][key] { return index }
        partitions.append(PartitionIntake(table: table, key: key, stored: stored[table][key] ?? [], flushedUpTo: moment))
        indexOfKey[table][key] = partitions.count - 1
        return partitions.count - 1
    }

    // MARK: Flushing

    /// Whether another chunk may be read.
    var hasRoom: Bool { stagedSize < budget.hard }

    mutating func takeJob() -> FlushJob? {
        if jobs.isEmpty, isInputThrough { scheduleAll() }
        guard let job = jobs.popLast() else { return nil }
        flushingCount += 1
        return job
    }

    /// Takes what became of a job's rows; returns the chunks whose rows are all on disk now.
    mutating func finish(_ job: FlushJob, _ flushed: IntakeWorker.Flushed) -> [ChunkID] {
        flushingCount -= 1
        stagedSize -= job.size
        partitions[job.partition].runs += flushed.runs
        partitions[job.partition].spilled += flushed.spilled
        partitions[job.partition].duplicateCount += flushed.duplicateCount
        return settle(job.parts)
    }

    /// Counts rows as on disk; returns the chunks that have no others left.
    private mutating func settle(_ parts: [StagedRows]) -> [ChunkID] {
        parts.flatMap { part -> [ChunkID] in
            let id = part.chunk.id
            pending[id]?.rowCount -= part.range.count
            guard let rest = pending[id], rest.rowCount == 0 else { return [] }
            pending[id] = nil
            return rest.members
        }
    }

    private mutating func flushIfFull() {
        if stagedSize >= budget.hard {
            for index in waiting.sorted() { schedule(index, isFinished: false) }
        } else if stagedSize >= nextLook {
            // What got no rows while half of the soft limit was staged is taken for finished: files are days, or in order of time.
            let limit = stagedTotal - budget.soft / 2
            for index in waiting.sorted() where partitions[index].lastStaged < limit { schedule(index, isFinished: true) }
            nextLook = stagedSize + budget.soft / 4
        }
        if stagedSize < budget.soft { nextLook = budget.soft }
    }

    /// At the end of the input. Partitions that will be merged anyway keep their rows in memory until then.
    private mutating func scheduleAll() {
        for index in waiting.sorted() where !partitions[index].isFlushed && partitions[index].stored.isEmpty {
            schedule(index, isFinished: true)
        }
        // The largest first, so that no worker is left alone with it at the end.
        jobs.sort { ($0.size, $1.partition) < ($1.size, $0.partition) }
    }

    private mutating func schedule(_ index: Int, isFinished: Bool) {
        let partition = partitions[index]
        let willMerge = partition.isFlushed || !partition.stored.isEmpty
        jobs.append(FlushJob(
            partition: index, table: partition.table, key: partition.key, parts: partitions[index].takeStaged(), size: partition.stagedSize,
            sources: partition.sources, moments: (partition.flushedUpTo + 1)...(nextMoment - 1), isFinished: isFinished && !willMerge))
        partitions[index].isFlushed = true
        partitions[index].flushedUpTo = nextMoment - 1
        waiting.remove(index)
    }

    // MARK: Merging

    /// The partitions with rows that are not merged yet, staged, spilled or of the store, the largest first.
    func mergeOrder() -> [Int] {
        let merged = partitions.indices.filter { index in
            let partition = partitions[index]
            guard !partition.isMerged else { return false }
            return !partition.staged.isEmpty || !partition.spilled.isEmpty || !partition.stored.isEmpty
        }
        return merged.sorted { (partitions[$0].rowCount, $1) > (partitions[$1].rowCount, $0) }
    }

    mutating func takePartition(_ index: Int) -> PartitionIntake {
        var partition = partitions[index]
        partitions[index].staged = []
        // An input that replaces a stored one may have been opened after the partition was first met.
        partition.stored.removeAll(where: inputs.isReplaced)
        return partition
    }

    /// Takes what became of a partition that was taken to be merged; returns the chunks whose rows are all on disk now.
    mutating func setMerged(_ index: Int, _ partition: PartitionIntake, _ flushed: IntakeWorker.Flushed) -> [ChunkID] {
        partitions[index].runs = flushed.runs
        partitions[index].spilled = []
        partitions[index].duplicateCount += flushed.duplicateCount
        return settle(partition.staged)
    }

    /// What a journal says of a partition that was merged. No more rows come, so its flushes cover all moments up to now.
    func mergedRows(_ partition: PartitionIntake, _ flushed: IntakeWorker.Flushed) -> FlushedRows {
        let last = nextMoment - 1
        return FlushedRows(
            table: partition.table, key: partition.key, moments: min(partition.flushedUpTo + 1, last)...last,
            rowCount: partition.staged.rowCount, sources: partition.sources, flushed: flushed, isMerged: true)
    }
}
