import TapeBytes
import TapeStore

/// One thing that came true during a convert; see `JournalWriter`.
enum JournalRecord: Hashable, Sendable {
    /// A chunk was parsed, and its rows wait in memory. `moment` counts such events: rows that a flush covers are told by it.
    case staged(ChunkID, moment: Int, ChunkResult)
    /// Rows of one partition came to disk.
    case flushed(FlushedRows)
    /// All rows of a chunk are on disk.
    case done(ChunkID)
    case ended(EndedFile)
}

/// Rows of one partition that a flush wrote: all those that were staged at the moments that it covers.
struct FlushedRows: Hashable, Sendable {
    var table: Int
    var key: PartitionKey
    var moments: ClosedRange<Int>
    var rowCount: Int
    /// Numbers of the files that the rows came from.
    var sources: Set<Int>
    var flushed: IntakeWorker.Flushed
    /// Whether this is all that there is of the partition, and stands for what was flushed before.
    var isMerged: Bool
}

/// An input that was read to its end.
struct EndedFile: Hashable, Sendable {
    /// Its place among the inputs.
    var index: Int
    var schemaIndex: Int
    var headerLineCount: Int
    var chunkCount: Int
    var bytesRead: Int
    var hash: UInt64
    var ignoredColumns: [String]
}
