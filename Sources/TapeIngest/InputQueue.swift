import Synchronization
import TapeBytes
import TapeStore

/// An input file while it is read.
final class OpenInput: Sendable {
    /// Its place among the inputs.
    let index: Int
    let path: String
    let schemaIndex: Int
    let parser: CSVChunkParser
    let headerLineCount: Int
    let isCompressed: Bool
    /// The numbers of stored files with the same contents, of which other partitions were selected.
    let earlierNumbers: Set<Int>
    private let ignoredColumns: [String]
    private let source: Mutex<SourceFile>

    init(_ index: Int, _ path: String, _ source: sending SourceFile, earlierNumbers: Set<Int>) {
        self.index = index
        self.path = path
        schemaIndex = source.schemaIndex
        parser = source.parser
        headerLineCount = source.headerLineCount
        isCompressed = source.isCompressed
        ignoredColumns = source.ignoredColumns
        self.earlierNumbers = earlierNumbers
        self.source = Mutex(source)
    }

    /// What is known of the file at its end.
    func ended(_ last: SourceStep) -> EndedFile {
        EndedFile(
            index: index, schemaIndex: schemaIndex, headerLineCount: headerLineCount, chunkCount: last.chunkCount, bytesRead: last.bytesRead,
            hash: last.hash, ignoredColumns: ignoredColumns)
    }

    func nextChunk(reusing buffer: inout [UInt8]) throws(ConvertError) -> SourceStep {
        let result = source.withLock { source -> Result<SourceStep, ConvertError> in
            do throws(ConvertError) {
                let chunk = try source.nextChunk(reusing: &buffer)
                return .success(SourceStep(chunk: chunk, bytesRead: source.bytesRead, hash: source.hash, chunkCount: source.chunkCount))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// What one more step into a file gave.
struct SourceStep: Sendable {
    /// nil at the end.
    var chunk: SourceChunk?
    var bytesRead: Int
    /// Of all bytes read so far.
    var hash: UInt64
    /// How many chunks were given out.
    var chunkCount: Int
}

/// What the queue says about the inputs as it comes to them.
enum InputEvent: Sendable {
    case opened(OpenInput, ignoredColumns: [String])
    /// The store, or an earlier input, has the same contents, for this selection or for all.
    case skipped(index: Int)
    /// All its chunks were handed out.
    case ended(EndedFile)
    /// An earlier run of the convert brought all its rows to disk.
    case known(EndedFile, [ChunkResult])
}

/// Hands out the chunks of all inputs to the workers. A plain file is read by whichever worker asks, one file after the other; a compressed
/// one belongs to the worker that opened it, so that several are inflated at once, until no unopened file is left.
final class InputQueue: Sendable {
    private struct State {
        var next = 0
        var open: [(file: OpenInput, owner: Int?)] = []
        var claimed: Set<FileContents> = []
    }

    /// What tells a file's contents from others'.
    private struct FileContents: Hashable {
        var size: Int
        var hash: UInt64
    }

    private let converter: Converter
    private let inputs: [InputFiles.Found]
    private let sizeCounts: [Int: Int]
    /// The stored files, by contents.
    private let numbers: [FileContents: Set<Int>]
    private let unfinished: UnfinishedConvert
    private let state: Mutex<State>
    private let report: @Sendable (InputEvent) throws(ConvertError) -> Void

    init(
        _ converter: Converter, _ inputs: [InputFiles.Found], known: [FileRecord], _ unfinished: UnfinishedConvert,
        report: @escaping @Sendable (InputEvent) throws(ConvertError) -> Void
    ) {
        self.converter = converter
        self.inputs = inputs
        self.unfinished = unfinished
        self.report = report
        sizeCounts = Dictionary((inputs.map(\.size) + known.map(\.sizeInBytes)).map { ($0, 1) }, uniquingKeysWith: +)
        let all = known.map { (contents: FileContents(size: $0.sizeInBytes, hash: $0.contentHash), record: $0) }
        numbers = Dictionary(all.map { ($0.contents, [$0.record.number]) }) { $0.union($1) }
        let claimed = all.filter { $0.record.selection.isEmpty || $0.record.selection == converter.options.selection.text }
        state = Mutex(State(claimed: Set(claimed.map(\.contents))))
    }

    /// The next chunk for a worker, and its file; nil when all is handed out.
    func next(worker: Int, reusing buffer: inout [UInt8]) throws(ConvertError) -> (file: OpenInput, chunk: SourceChunk, bytesRead: Int)? {
        while let file = try file(for: worker) {
            let step = try file.nextChunk(reusing: &buffer)
            if let chunk = step.chunk { return (file, chunk, step.bytesRead) }
            try end(file, step)
        }
        return nil
    }

    private func file(for worker: Int) throws(ConvertError) -> OpenInput? {
        let result = state.withLock { state -> Result<OpenInput?, ConvertError> in
            do throws(ConvertError) {
                if let own = state.open.first(where: { $0.owner == nil || $0.owner == worker }) { return .success(own.file) }
                while state.next < inputs.count {
                    state.next += 1
                    guard let file = try open(state.next - 1, &state.claimed) else { continue }
                    state.open.append((file, file.isCompressed ? worker : nil))
                    return .success(file)
                }
                return .success(state.open.first?.file)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func open(_ index: Int, _ claimed: inout Set<FileContents>) throws(ConvertError) -> OpenInput? {
        let input = inputs[index]
        if let known = unfinished.wholeFile(index) {
            claimed.insert(FileContents(size: input.size, hash: known.file.hash))
            try report(.known(known.file, known.results))
            return nil
        }
        var earlierNumbers: Set<Int> = []
        // Only files of equal size can be equal; only those are read twice.
        if input.path != "-", sizeCounts[input.size, default: 0] > 1 {
            let contents = FileContents(size: input.size, hash: try SourceFile.contentHash(input.path, converter))
            guard claimed.insert(contents).inserted else {
                try report(.skipped(index: index))
                return nil
            }
            earlierNumbers = numbers[contents] ?? []
        }
        let source = try SourceFile(input.path, converter)
        let ignored = source.ignoredColumns
        let file = OpenInput(index, input.path, source, earlierNumbers: earlierNumbers)
        try report(.opened(file, ignoredColumns: ignored))
        return file
    }

    private func end(_ file: OpenInput, _ last: SourceStep) throws(ConvertError) {
        let isFirst = state.withLock { state in
            let place = state.open.firstIndex { $0.file === file }
            if let place { state.open.remove(at: place) }
            return place != nil
        }
        if isFirst { try report(.ended(file.ended(last))) }
    }
}
