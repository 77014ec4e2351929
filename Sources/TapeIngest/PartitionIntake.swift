import TapeBytes
import TapeColumns
import TapeStore

/// A segment of a partition that an unfinished convert has written to its folder.
struct RunSegment: Hashable, Sendable {
    /// The number in the name of its file, and where in it the segment begins, in bytes.
    var number: Int
    var offset: Int
    var rowCount: Int
    var sizeInBytes: Int
    var checksum: UInt32
    var clusterMin: Int64
    var clusterMax: Int64
}

/// A partition among those of all tables.
struct PartitionName: Hashable, Sendable {
    /// The table's place among the schemas.
    var table: Int
    var key: PartitionKey
}

/// What a convert knows of one partition.
struct PartitionIntake: Sendable {
    /// The table's place among the schemas.
    let table: Int
    let key: PartitionKey
    /// What the store has of it, to be merged.
    var stored: [SegmentEntry]
    /// Rows that wait in memory.
    var staged: [StagedRows] = []
    var stagedSize = 0
    /// How many bytes had been staged in all when it got rows last.
    var lastStaged = 0
    /// Whether rows of it were flushed before, so that there will be a merge.
    var isFlushed = false
    /// Whether `runs` are all that there is of it.
    var isMerged = false
    /// The last moment that this run's flushes cover, and the moments that those of earlier runs do.
    var flushedUpTo: Int
    private var covered: [ClosedRange<Int>] = []
    /// Rows on disk: sorted and encoded as the partition would be if no others came, or set aside.
    var runs: [RunSegment] = []
    var spilled: [SpilledRows] = []
    /// Rows read, and exact duplicates dropped so far.
    var rowCount = 0
    var duplicateCount = 0
    /// Numbers of the files that it has rows of.
    var sources: Set<Int> = []

    init(table: Int, key: PartitionKey, stored: [SegmentEntry], flushedUpTo: Int) {
        (self.table, self.key, self.stored, self.flushedUpTo) = (table, key, stored, flushedUpTo)
    }

    var name: PartitionName { PartitionName(table: table, key: key) }

    /// Takes over what an earlier run flushed.
    mutating func restore(_ rows: FlushedRows) {
        if rows.isMerged { (runs, spilled) = ([], []) }
        runs += rows.flushed.runs
        spilled += rows.flushed.spilled
        duplicateCount += rows.flushed.duplicateCount
        rowCount += rows.rowCount
        sources.formUnion(rows.sources)
        covered.append(rows.moments)
        isFlushed = true
        isMerged = rows.isMerged
    }

    /// Whether the rows that a chunk staged at one of these moments are on disk.
    func covers(_ moments: [Int]) -> Bool { moments.contains { moment in covered.contains { $0.contains(moment) } } }

    mutating func stage(_ rows: StagedRows, file: Int, total: Int) {
        staged.append(rows)
        stagedSize += rows.sizeInBytes
        lastStaged = total
        rowCount += rows.range.count
        sources.insert(file)
    }

    /// Takes the rows that wait, in the order of the input.
    mutating func takeStaged() -> [StagedRows] {
        let parts = staged.sorted { ($0.chunk.id, $0.range.lowerBound) < ($1.chunk.id, $1.range.lowerBound) }
        staged = []
        stagedSize = 0
        return parts
    }
}
