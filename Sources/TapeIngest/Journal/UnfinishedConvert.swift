import TapeStore

/// What an earlier run of the same convert did, as its journal tells.
///
/// A chunk that is done needs no second look. Every other is read again; of its rows, those are passed over that a flush covered: one of the
/// same partition, at a moment at which the chunk was staged. A chunk has as many such moments as there were runs that read it.
struct UnfinishedConvert: Sendable {
    private struct Chunk: Sendable {
        var moments: [Int] = []
        var result: ChunkResult?
        var isDone = false
    }

    private var chunks: [ChunkID: Chunk] = [:]
    private var ended: [Int: EndedFile] = [:]
    private(set) var flushes: [FlushedRows] = []
    /// Moments before this one are past.
    private(set) var nextMoment = 0

    init() {}

    init(_ reader: inout JournalReader) {
        while let record = reader.next() { apply(record) }
    }

    private mutating func apply(_ record: JournalRecord) {
        switch record {
        case .staged(let id, let moment, let result):
            chunks[id, default: Chunk()].moments.append(moment)
            chunks[id]?.result = result
            nextMoment = max(nextMoment, moment + 1)
        case .flushed(let rows):
            flushes.append(rows)
            nextMoment = max(nextMoment, rows.moments.upperBound + 1)
        case .done(let id): chunks[id, default: Chunk()].isDone = true
        case .ended(let file): ended[file.index] = file
        }
    }

    var isEmpty: Bool { chunks.isEmpty && ended.isEmpty && flushes.isEmpty }

    /// The moments at which a chunk was staged before.
    func moments(of id: ChunkID) -> [Int] { chunks[id]?.moments ?? [] }

    /// What the parse of a chunk said that is done.
    func result(of id: ChunkID) -> ChunkResult? {
        guard let chunk = chunks[id], chunk.isDone else { return nil }
        return chunk.result
    }

    /// An input all of whose rows are on disk, and what the parse of each chunk said.
    func wholeFile(_ index: Int) -> (file: EndedFile, results: [ChunkResult])? {
        guard let file = ended[index] else { return nil }
        var results: [ChunkResult] = []
        for chunk in 0..<file.chunkCount {
            guard let result = result(of: ChunkID(file: index, index: chunk)) else { return nil }
            results.append(result)
        }
        return (file, results)
    }
}

/// The files that a journal names.
extension UnfinishedConvert {
    var runs: [RunSegment] {
        var runs: [PartitionName: [RunSegment]] = [:]
        for rows in flushes {
            let name = PartitionName(table: rows.table, key: rows.key)
            runs[name] = (rows.isMerged ? [] : runs[name] ?? []) + rows.flushed.runs
        }
        return runs.values.flatMap { $0 }
    }

    /// Per spill file, the bytes that it must have.
    var spillSizes: [Int: Int] {
        var sizes: [Int: Int] = [:]
        for rows in flushes.flatMap(\.flushed.spilled) { sizes[rows.file] = max(sizes[rows.file] ?? 0, rows.offset + rows.sizeInBytes) }
        return sizes
    }

    /// The numbers that files have.
    var numbers: [Int] { flushes.flatMap { $0.flushed.runs.map(\.number) + $0.flushed.spilled.map(\.file) } }
}
