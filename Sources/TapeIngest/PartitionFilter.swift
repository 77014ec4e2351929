import Synchronization
import TapeStore

/// Leaves out rows that a convert shall not store: those of partitions that are not selected, and those that the store has of the same file
/// from a convert with another selection.
final class PartitionFilter: Sendable {
    private let selection: PartitionSelection
    private let keyColumns: [[KeyColumn]]
    private let stored: [[PartitionKey: [SegmentEntry]]]
    private let unselected = Mutex<Set<PartitionKey>>([])

    /// - Parameter stored: by table.
    init(_ converter: Converter, stored: [[PartitionKey: [SegmentEntry]]]) {
        selection = converter.options.selection
        keyColumns = converter.schemas.map(\.schema.keyColumns)
        self.stored = stored
    }

    /// Returns how many rows were left out.
    func leaveOut(_ partitioned: inout Partitioner.Partitioned, of file: OpenFile) -> Int {
        let table = file.schemaIndex
        guard selection != .all || !file.earlierNumbers.isEmpty else { return 0 }
        return partitioned.keep { key in
            guard selection.contains(key, keyColumns[table]) else {
                _ = unselected.withLock { $0.insert(key) }
                return false
            }
            return stored[table][key]?.contains { !file.earlierNumbers.isDisjoint(with: $0.sources) } != true
        }
    }

    /// The partitions that are not selected, where no other is; nil else.
    ///
    /// - Parameter tables: those that have rows, by their place among the schemas.
    func unselected(whereNoneOf tables: Set<Int>) -> [PartitionKey]? {
        let keys = unselected.withLock { $0 }
        return keys.isEmpty || tables.contains { selection.concerns(keyColumns[$0]) } ? nil : keys.sorted()
    }
}
