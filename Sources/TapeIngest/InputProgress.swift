import TapeBytes
import TapeColumns
import TapeStore

/// How far a convert is.
package struct ConvertProgress: Sendable {
    /// Of the files as they are on disk.
    package var bytesRead = 0
    package var bytesTotal = 0
    package var rowsRead = 0
}

/// What was read of each input. Chunks come in any order from the workers; their counts and rejects are taken in the order of the input.
struct InputProgress: Sendable {
    /// An input that is read, or was.
    private struct Input: Sendable {
        var record: FileRecord
        /// Parsed chunks that wait for one before them.
        var waiting: [Int: ChunkResult] = [:]
        var nextChunk = 0
        /// Known once the file is read.
        var chunkCount: Int?
        var lineCount: Int
        var bytesRead = 0
        /// Rows rejected, in order, while an earlier input is not complete.
        var rejects: [RowError] = []
        /// The first rows rejected, for a message.
        var firstRejects: [RowError] = []

        var isComplete: Bool { chunkCount == nextChunk }
    }

    private let converter: Converter
    private let paths: [String]
    private let sizes: [Int]
    private let known: [FileRecord]
    private let firstNumber: Int
    private var open: [Int: Input] = [:]
    private var replaced: Set<Int> = []
    /// The inputs before this one are complete, or were skipped.
    private var firstIncomplete = 0
    private var skipped: Set<Int> = []
    private var rejectCount = 0
    private(set) var skippedFiles: [String] = []
    private(set) var ignoredColumns: [(path: String, names: [String])] = []
    private(set) var progress = ConvertProgress()

    init(_ converter: Converter, _ inputs: [InputFiles.Found], known: [FileRecord]) {
        self.converter = converter
        self.known = known
        paths = inputs.map(\.path)
        sizes = inputs.map(\.size)
        firstNumber = (known.map(\.number).max() ?? 0) + 1
        progress.bytesTotal = sizes.reduce(0, +)
    }

    /// The number of an input in the table `files`. A skipped input leaves a gap.
    func number(of input: Int) -> Int { firstNumber + input }

    func isReplaced(_ entry: SegmentEntry) -> Bool { !replaced.isDisjoint(with: entry.sources) }

    /// The numbers of stored files that inputs replace.
    var replacedNumbers: Set<Int> { replaced }

    /// The files read, in order.
    var records: [FileRecord] { open.sorted { $0.key < $1.key }.map(\.value.record) }

    var rejectTotal: Int { rejectCount }

    mutating func take(_ event: InputEvent) throws(ConvertError) {
        switch event {
        case .skipped(let index):
            skipped.insert(index)
            skippedFiles.append(paths[index])
            progress.bytesRead += sizes[index]
        case .opened(let file, let ignored):
            try checkReplacement(paths[file.index], besides: file.earlierNumbers)
            open(file.index, schemaIndex: file.schemaIndex, headerLineCount: file.headerLineCount, ignored)
        case .ended(let file):
            open[file.index]?.chunkCount = file.chunkCount
            open[file.index]?.record.sizeInBytes = file.bytesRead
            open[file.index]?.record.contentHash = file.hash
            advanceBytes(file.index, file.bytesRead)
            try completeInputs()
        case .known(let file, let results):
            let same = known.filter { $0.sizeInBytes == file.bytesRead && $0.contentHash == file.hash }
            try checkReplacement(paths[file.index], besides: Set(same.map(\.number)))
            open(file.index, schemaIndex: file.schemaIndex, headerLineCount: file.headerLineCount, file.ignoredColumns)
            for (chunk, result) in results.enumerated() { try collect(result, ChunkID(file: file.index, index: chunk), bytesRead: 0) }
            try take(.ended(file))
        }
    }

    private mutating func open(_ index: Int, schemaIndex: Int, headerLineCount: Int, _ ignored: [String]) {
        if !ignored.isEmpty { ignoredColumns.append((paths[index], ignored)) }
        let record = FileRecord(
            number: number(of: index), path: paths[index], table: converter.schemas[schemaIndex].schema.name,
            sizeInBytes: 0, contentHash: 0, rowsRead: 0, rowsRejected: 0,
            rowsLeftOut: 0, selection: converter.options.selection.text)
        open[index] = Input(record: record, lineCount: headerLineCount)
    }

    /// A path that is in the store with other contents is an error, or is replaced.
    ///
    /// - Parameter same: the numbers of stored files with the same contents.
    private mutating func checkReplacement(_ path: String, besides same: Set<Int>) throws(ConvertError) {
        let changed = known.filter { TextOrder($0.path) == TextOrder(path) && !same.contains($0.number) }
        guard path != "-", !changed.isEmpty else { return }
        guard converter.options.replaces else { throw ConvertError(.changedFile, path: path) }
        replaced.formUnion(changed.map(\.number))
    }

    mutating func collect(_ result: ChunkResult, _ id: ChunkID, bytesRead: Int) throws(ConvertError) {
        advanceBytes(id.file, bytesRead)
        progress.rowsRead += result.recordCount
        open[id.file]?.waiting[id.index] = result
        while let next = open[id.file]?.nextChunk, let result = open[id.file]?.waiting.removeValue(forKey: next) {
            try add(result, id.file)
            open[id.file]?.nextChunk += 1
        }
        try completeInputs()
    }

    private mutating func advanceBytes(_ index: Int, _ bytesRead: Int) {
        guard let before = open[index]?.bytesRead, bytesRead > before else { return }
        open[index]?.bytesRead = bytesRead
        progress.bytesRead += bytesRead - before
    }

    /// Counts the next chunk of an input.
    private mutating func add(_ result: ChunkResult, _ index: Int) throws(ConvertError) {
        guard var input = open.removeValue(forKey: index) else { return }
        defer { open[index] = input }
        let rejected = result.rejects.reduce(0) { $0 + $1.lineCount }
        input.record.rowsRead += result.recordCount - result.rejects.count + rejected
        input.record.rowsRejected += rejected
        input.record.rowsLeftOut += result.leftOutCount
        let linesBefore = input.lineCount
        input.lineCount += result.lineCount
        guard !result.rejects.isEmpty else { return }
        let rejects = result.rejects.map { reject in
            var reject = reject
            reject.line += linesBefore
            return reject
        }
        guard converter.options.onError == .skip else {
            throw ConvertError(.badRows(Array(rejects.prefix(ConvertError.rowsShown)), count: rejects.count), path: paths[index])
        }
        rejectCount += rejected
        input.firstRejects += rejects.prefix(ConvertError.rowsShown - input.firstRejects.count)
        if index == firstIncomplete { give(rejects, index) } else { input.rejects += rejects }
        guard case .rows = converter.options.rejectLimit else { return }
        open[index] = input
        try checkRejects(index)
    }

    private func give(_ rejects: [RowError], _ index: Int) {
        for reject in rejects { converter.options.rejectSink?(paths[index], reject) }
    }

    private func checkRejects(_ index: Int) throws(ConvertError) {
        let records = open.filter { $0.key <= index }.map(\.value.record)
        let (read, rejected) = records.reduce((0, 0)) { ($0.0 + $1.rowsRead, $0.1 + $1.rowsRejected) }
        guard !converter.options.rejectLimit.allows(rejected, of: read) else { return }
        let first = open.filter { $0.key <= index && !$0.value.firstRejects.isEmpty }.sorted { $0.key < $1.key }
            .map { (path: paths[$0.key], rows: $0.value.firstRejects) }
        throw ConvertError(.tooManyRejects(rejected: rejected, read: read, first: first), path: paths[index])
    }

    /// Passes over inputs that are done, in order.
    private mutating func completeInputs() throws(ConvertError) {
        while firstIncomplete < paths.count {
            if !skipped.contains(firstIncomplete) {
                guard let input = open[firstIncomplete] else { return }
                if !input.rejects.isEmpty {
                    give(input.rejects, firstIncomplete)
                    open[firstIncomplete]?.rejects = []
                }
                guard input.isComplete else { return }
                try checkRejects(firstIncomplete)
            }
            firstIncomplete += 1
        }
    }
}
