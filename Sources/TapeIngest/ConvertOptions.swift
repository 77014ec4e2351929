import TapeBytes
import TapeColumns
import TapeStore

/// How a convert treats its input; `docs/cli.md` describes each option.
package struct ConvertOptions: Sendable {
    package enum OnError: Sendable { case fail, skip }

    /// How many rejects are too many.
    package enum RejectLimit: Sendable, Hashable {
        case rows(Int)
        /// In parts per million of the rows read.
        case partsPerMillion(Int)

        func allows(_ rejected: Int, of read: Int) -> Bool {
            switch self {
            case .rows(let limit): rejected <= limit
            case .partsPerMillion(let share): rejected * 1_000_000 <= share * read
            }
        }
    }

    package var onError: OnError = .fail
    package var rejectLimit: RejectLimit = .partsPerMillion(10_000)
    package var isDryRun = false
    /// Files whose path is known with other contents replace what they gave before.
    package var replaces = false
    package var workers = 1
    /// What the process may take, in bytes.
    package var memory = 1 << 30
    /// Where rows are set aside that memory has no room for; nil for the store's folder.
    package var temporaryPath: String?
    package var chunkSize = 4 << 20
    /// What a chunk takes while it is parsed, several times its size, must fit into the memory besides.
    var chunkSizeInMemory: Int { min(chunkSize, ConvertError.recordSizeMax, max(1 << 20, memory / 32)) }
    /// From so many small segments of a table on, those of one commit lie in packs.
    var packedSegmentsMin = 256
    /// Whether what an interrupted convert left is dropped instead of gone on with.
    package var restarts = false
    /// The program's version: another one may encode otherwise, so it does not go on with this one's work.
    package var programVersion = ""
    /// The table of all files, where headers shall not decide.
    package var table: String?
    /// The partitions that are stored.
    package var selection = PartitionSelection.all
    /// Told each rejected row with its file, in input order.
    package var rejectSink: (@Sendable (_ path: String, RowError) -> Void)?
    /// Asked before anything is published, to write what the sink was told; the error with which that failed, if it did.
    package var finishRejects: (@Sendable () -> FileError?)?

    /// Told how far the convert is, often, by any thread.
    package var progress: (@Sendable (ConvertProgress) -> Void)?
    /// Asked often, by any thread, whether to stop.
    package var isCancelled: @Sendable () -> Bool = { false }

    package init() {}
}

/// What went wrong with a convert. The store is as it was.
package struct ConvertError: Error, Sendable {
    /// A record of more bytes is an error; `Kind.recordTooLong`.
    package static let recordSizeMax = 16 << 20
    /// Of many bad rows so many are shown.
    package static let rowsShown = 10

    package enum Kind: Sendable {
        case missingInput
        /// A folder without CSV files.
        case noFiles
        case emptyFile
        case header(HeaderError)
        /// Bad rows under `--on-error fail`: the first few, and how many there were up to where reading stopped.
        case badRows([RowError], count: Int)
        /// The first of them by file, too.
        case tooManyRejects(rejected: Int, read: Int, first: [(path: String, rows: [RowError])])
        /// The path is in the store with other contents.
        case changedFile
        /// A file to be replaced shares partitions with others, which must be converted again with it.
        case sharedPartition(others: [String])
        case unreadable(FileError)
        case gzip(GzipError)
        case recordTooLong(line: Int?)
        /// The distinct texts of a block of rows are larger than a segment may have.
        case textsTooLarge(table: String, column: String)
        case store(StoreError)
        /// The store was made with another rule or schema.
        case settingConflict(setting: String, stored: String, asked: String)
        case unknownTable(String)
        case cancelled
        /// The rejected rows could not be written.
        case rejectsUnwritten(FileError)
        /// The selection leaves all rows out; the partitions that there are.
        case emptySelection([PartitionKey])
        /// The disk has not the room that the convert needs, or probably needs, in bytes.
        case diskFull(FileError?, free: Int, needed: Int)
        /// Rows read are not rows stored plus rejected plus duplicates plus left out: a defect of the program.
        case notConserved(String)
    }

    package var kind: Kind
    /// The file concerned.
    package var path: String?

    package init(_ kind: Kind, path: String? = nil) {
        self.kind = kind
        self.path = path
    }

    /// Whether the same convert, run again, goes on from where this one stopped.
    var isResumable: Bool {
        switch kind {
        case .cancelled, .rejectsUnwritten: true
        default: false
        }
    }
}

/// What a convert did.
package struct ConvertSummary: Sendable {
    package struct Table: Sendable {
        package var name: String
        package var partitionCount = 0
        package var rowsRead = 0
        /// Rows of this run that are in the store now and were not before.
        package var newRows = 0
        package var rowsRejected = 0
        package var duplicates = 0
        /// Rows of partitions that are not selected, or that have the file's rows from an earlier convert.
        package var rowsLeftOut = 0
        /// Of the partitions written, whose rows `rowsOut` counts.
        package var bytesOut = 0
        package var rowsOut = 0
        package var partitionSizes = PartitionSizes()
    }

    package var tables: [Table] = []
    package var files: [FileRecord] = []
    /// Files left out because the store has their contents already.
    package var skippedFiles: [String] = []
    /// Columns of the input that no schema column takes, by file.
    package var ignoredColumns: [(path: String, names: [String])] = []
    package var bytesIn = 0
    package var rejectCount = 0
    /// Whether it went on with what an interrupted convert had done.
    package var isResumed = false

    /// All tables as one, without a name.
    package var total: Table {
        tables.reduce(into: Table(name: "")) { sum, table in
            sum.partitionCount += table.partitionCount
            sum.rowsRead += table.rowsRead
            sum.newRows += table.newRows
            sum.rowsRejected += table.rowsRejected
            sum.duplicates += table.duplicates
            sum.rowsLeftOut += table.rowsLeftOut
            sum.bytesOut += table.bytesOut
            sum.rowsOut += table.rowsOut
        }
    }
}
