import Synchronization
import TapeStore

/// Leaves out rows that a convert shall not store: those of partitions that are not selected, and those that the store has of the same file
/// from a convert with another selection.
final class PartitionFilter: Sendable {
    private let selection: PartitionSelection
    private let keyColumns: [[KeyColumn]]
    private let stored: [[PartitionKey: [SegmentEntry]]]
    private let seen = Mutex(Seen())

    private struct Seen {
        var unselected: Set<PartitionKey> = []
        /// Whether rows were left out that the store has.
        var hasStored = false
    }

    /// - Parameter stored: by table.
    init(_ converter: Converter, stored: [[PartitionKey: [SegmentEntry]]]) {
        selection = converter.options.selection
        keyColumns = converter.schemas.map(\.schema.keyColumns)
        self.stored = stored
    }

    /// Returns how many rows were left out.
    func leaveOut(_ partitioned: inout Partitioner.Partitioned, of file: OpenInput) -> Int {
        let table = file.schemaIndex
        guard selection != .all || !file.earlierNumbers.isEmpty else { return 0 }
        return partitioned.keep { key in
            guard selection.contains(key, keyColumns[table]) else {
                _ = seen.withLock { $0.unselected.insert(key) }
                return false
            }
            let isStored = stored[table][key]?.contains { !file.earlierNumbers.isDisjoint(with: $0.sources) } ?? false
            if isStored { seen.withLock { $0.hasStored = true } }
            return !isStored
        }
    }

    /// The partitions that are not selected, where the selection matches no other; nil else.
    ///
    /// - Parameter tables: those that have rows, by their place among the schemas.
    func unselected(whereNoneOf tables: Set<Int>) -> [PartitionKey]? {
        let seen = seen.withLock { $0 }
        let matches = seen.hasStored || tables.contains { selection.concerns(keyColumns[$0]) }
        return seen.unselected.isEmpty || matches ? nil : seen.unselected.sorted()
    }
}
