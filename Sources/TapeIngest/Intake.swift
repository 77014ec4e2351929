import TapeBytes
import TapeColumns
import TapeStore

/// The state of one convert, shared by its workers: what was read so far, and the partitions being built.
///
/// A worker that is free takes the first of these that there is to do: flush rows of some partition to disk, or read, parse and stage one more
/// chunk. So there are no phases, and nobody waits, until the input ends.
final class Intake: Sendable {
    let converter: Converter
    let folder: IntakeFolder
    private let state: Monitor<IntakeState>
    private let partitioners: [Partitioner]
    private let filter: PartitionFilter
    private let budget: MemoryBudget

    init(_ converter: Converter, _ inputs: [InputFiles.Found], _ catalog: Catalog, known: [FileRecord], _ folder: IntakeFolder) {
        self.converter = converter
        self.folder = folder
        budget = MemoryBudget(converter.options)
        partitioners = converter.schemas.map { Partitioner($0.schema, converter.dayRule) }
        let stored = converter.schemas.map { Dictionary(grouping: catalog.entries(of: $0.schema.name), by: \.key) }
        filter = PartitionFilter(converter, stored: stored)
        state = Monitor(IntakeState(converter, inputs, stored: stored, known: known, budget, folder.unfinished))
    }

    /// Reads all inputs, and writes every partition's rows to the folder.
    func run(_ inputs: [InputFiles.Found], known: [FileRecord]) throws(ConvertError) -> IntakeState {
        let queue = InputQueue(converter, inputs, known: known, folder.unfinished) { event throws(ConvertError) in
            if case .ended(let file) = event { try self.record(.ended(file)) }
            try self.state.withLock { state throws(ConvertError) in try state.take(event) }
        }
        perform { worker, scratch in
            while let task = self.nextTask(isHolding: !scratch.scattered.isEmpty) {
                switch task {
                case .flush(let job): try self.flush(job, worker)
                case .read: try self.readChunk(queue, &scratch)
                case .stageHeld: try self.stageHeld(&scratch)
                }
            }
        }
        try state.withLock { state throws(ConvertError) in
            try state.check()
            // Of what an earlier run passed over nothing is known here.
            if self.folder.unfinished.isEmpty, let keys = self.filter.unselected(whereNoneOf: Set(state.partitions.map(\.table))) {
                throw ConvertError(.emptySelection(keys))
            }
        }
        let next = Counter()
        let order = state.withLock { $0.mergeOrder() }
        let store = order.isEmpty || known.isEmpty ? nil : try openStore()
        perform { worker, _ in
            while let place = next.next(below: order.count) {
                try self.state.withLock { state throws(ConvertError) in try state.check() }
                try self.merge(order[place], store, worker)
            }
        }
        return try state.withLock { state throws(ConvertError) in
            try state.check()
            return state
        }
    }

    private func openStore() throws(ConvertError) -> Store {
        do {
            return try Store(path: converter.storePath, fileSystem: converter.fileSystem)
        } catch {
            throw ConvertError(.store(error))
        }
    }

    /// Buffers of a worker for the text and the words of a chunk.
    private struct Scratch {
        /// The worker's number.
        let number: Int
        var text: [UInt8] = []
        var parsed = ParsedChunk()
        var parser: (file: OpenInput, parser: CSVChunkParser)?
        /// Parsed chunks that wait to be staged together, all of one file.
        var scattered: ScatteredChunks
        var scatteredFile: OpenInput?

        init(number: Int, _ budget: MemoryBudget) {
            self.number = number
            scattered = ScatteredChunks(sizeMax: budget.scattered)
        }
    }

    /// Runs a body on all workers; the first error ends them.
    private func perform(_ body: @Sendable (IntakeWorker, inout Scratch) throws -> Void) {
        concurrently(workers: max(1, converter.options.workers)) { number in
            let worker = IntakeWorker(self.converter, self.folder, rowsPerPass: self.budget.rowsPerPass)
            var scratch = Scratch(number: number, self.budget)
            do {
                try body(worker, &scratch)
            } catch {
                let failure = self.converter.options.isCancelled() ? ConvertError(.cancelled) : error as? ConvertError
                    ?? ConvertError(.store(StoreError.wrap(error, path: self.converter.storePath)))
                self.state.withLock { $0.fail(failure) }
            }
        }
    }

    private enum Task { case flush(FlushJob), read, stageHeld }

    /// - Parameter isHolding: whether the worker has chunks that it must stage before the input is through.
    private func nextTask(isHolding: Bool) -> Task? {
        state.wait { state -> Task?? in
            if state.isEnding { return .some(nil) }
            if let job = state.takeJob() { return .flush(job) }
            if state.isInputOpen, state.hasRoom {
                state.readingCount += 1
                return .read
            }
            if isHolding { return .stageHeld }
            // Others may still bring rows to flush.
            return state.isInputThrough && state.flushingCount == 0 ? .some(nil) : nil
        }
    }

    private func readChunk(_ queue: InputQueue, _ scratch: inout Scratch) throws {
        var isAtEnd = false
        defer {
            state.withLock { state in
                state.readingCount -= 1
                if isAtEnd { state.isInputOpen = false }
            }
        }
        guard let next = try queue.next(worker: scratch.number, reusing: &scratch.text) else {
            isAtEnd = true
            return
        }
        let (file, chunk) = (next.file, next.chunk)
        let id = ChunkID(file: file.index, index: chunk.index)
        if let result = folder.unfinished.result(of: id) {
            scratch.text = chunk.bytes
            return try collect(result, id, next.bytesRead)
        }
        if scratch.parser?.file !== file { scratch.parser = (file, file.parser) }
        scratch.parser?.parser.parse(chunk, into: &scratch.parsed)
        scratch.text = chunk.bytes
        var partitioned = partitioners[file.schemaIndex].partition(scratch.parsed)
        var result = ChunkResult(
            recordCount: scratch.parsed.recordCount, lineCount: scratch.parsed.lineCount, rejects: scratch.parsed.rejects)
        result.leftOutCount = filter.leaveOut(&partitioned, of: file)
        let moments = folder.unfinished.moments(of: id)
        let isScattered = moments.isEmpty && ScatteredChunks.isWorthwhile(partitioned)
        // Rows held back for longer would come to partitions that seemed finished without them.
        if !isScattered || scratch.scatteredFile !== file { try stageHeld(&scratch) }
        if isScattered {
            if scratch.scattered.isEmpty { state.withLock { $0.holdingCount += 1 } }
            scratch.scattered.hold(StagedChunk(scratch.parsed, nil, id: id), partitioned, result)
            scratch.scatteredFile = file
            if scratch.scattered.isFull { try stageHeld(&scratch) }
        } else {
            let chunk = partitioned.keys.isEmpty ? nil : StagedChunk(scratch.parsed, partitioned.rows, id: id)
            try stage(chunk, partitioned, file.schemaIndex, [(id, result)], covered: moments)
        }
        try collect(result, id, next.bytesRead)
    }

    private func stageHeld(_ scratch: inout Scratch) throws {
        guard !scratch.scattered.isEmpty, let file = scratch.scatteredFile else { return }
        let all = scratch.scattered.take()
        try stage(all.chunk, all.partitioned, file.schemaIndex, all.members, covered: [])
        state.withLock { $0.holdingCount -= 1 }
    }

    /// - Parameter members: the chunks whose rows are in `chunk`.
    private func stage(
        _ chunk: StagedChunk?, _ partitioned: Partitioner.Partitioned, _ table: Int, _ members: [(id: ChunkID, result: ChunkResult)],
        covered moments: [Int]
    ) throws(ConvertError) {
        let done = try state.withLock { state throws(ConvertError) in
            let (moment, done) = state.stage(chunk, partitioned, table: table, members.map(\.id), covered: moments)
            // Under the lock, so that no flush of these rows is recorded before.
            for member in members { try self.record(.staged(member.id, moment: moment, member.result)) }
            return done
        }
        for id in done { try record(.done(id)) }
    }

    private func collect(_ result: ChunkResult, _ id: ChunkID, _ bytesRead: Int) throws(ConvertError) {
        let progress = try state.withLock { state throws(ConvertError) in try state.collect(result, id, bytesRead: bytesRead) }
        converter.options.progress?(progress)
    }

    private func flush(_ job: FlushJob, _ worker: IntakeWorker) throws {
        let flushed = try job.isFinished
            ? worker.encode(job.parts, of: job.name) : worker.spill(job.parts, table: job.table)
        try record(.flushed(FlushedRows(
            table: job.table, key: job.key, moments: job.moments, rowCount: job.parts.rowCount, sources: job.sources, flushed: flushed,
            isMerged: false)))
        for id in state.withLock({ $0.finish(job, flushed) }) { try record(.done(id)) }
    }

    private func merge(_ index: Int, _ store: Store?, _ worker: IntakeWorker) throws {
        let partition = state.withLock { $0.takePartition(index) }
        let flushed = try worker.merge(partition, store: store)
        try record(.flushed(state.withLock { $0.mergedRows(partition, flushed) }))
        for id in state.withLock({ $0.setMerged(index, partition, flushed) }) { try record(.done(id)) }
    }

    private func record(_ record: JournalRecord) throws(ConvertError) {
        do {
            try folder.record(record)
        } catch {
            throw ConvertError(.store(StoreError.wrap(error, path: folder.path)))
        }
    }
}

/// How much memory each part of a convert may take.
struct MemoryBudget: Sendable {
    /// Staged rows of partitions that seem finished are flushed from here on.
    let soft: Int
    /// All staged rows are flushed here.
    let hard: Int
    let rowsPerPass: Int
    /// Chunks of scattered rows that a worker holds back.
    let scattered: Int

    init(_ options: ConvertOptions) {
        let (workers, memory) = (min(1 << 10, max(1, options.workers)), min(1 << 50, max(0, options.memory)))
        // What the program, the chunks being parsed and the segments being encoded take.
        let fixed = (48 << 20) + workers * (4 * options.chunkSizeInMemory + (36 << 20))
        hard = max(8 << 20, (memory - fixed) * 3 / 5)
        soft = min(96 << 20, hard / 2)
        scattered = min(24 << 20, memory / 16 / workers)
        rowsPerPass = max(1 << 14, min(1 << 20, hard / (workers * 256)))
    }
}
