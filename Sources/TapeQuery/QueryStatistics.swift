/// What answering a question took: how much was looked at, and how much was ruled out unread.
package struct QueryStatistics: Hashable, Sendable {
    /// Partitions (segments) of the table.
    package var partitions = 0
    /// Those ruled out by their key.
    package var partitionsPruned = 0
    /// Those whose blocks were all ruled out, or that were answered from the catalog alone.
    package var partitionsUnread = 0
    /// Blocks of rows in the partitions that were opened.
    package var blocks = 0
    /// Those ruled out by zone maps.
    package var blocksPruned = 0
    /// Rows of the blocks that were not ruled out, decoded or answered by their zone maps.
    package var rowsScanned = 0
    /// Bytes of columns read.
    package var bytesRead = 0
    /// Bytes of all partitions of the table.
    package var bytesStored = 0
    /// What could not be read and was left out, a line each (`--skip-damaged`).
    package var damaged: [String] = []

    package init() {}

    mutating func add(_ other: QueryStatistics) {
        partitions += other.partitions
        partitionsPruned += other.partitionsPruned
        partitionsUnread += other.partitionsUnread
        blocks += other.blocks
        blocksPruned += other.blocksPruned
        rowsScanned += other.rowsScanned
        bytesRead += other.bytesRead
        bytesStored += other.bytesStored
        damaged += other.damaged
    }
}
