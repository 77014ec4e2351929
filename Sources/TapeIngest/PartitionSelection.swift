import TapeStore

/// Which partitions a convert stores; the rows of others are left out and counted.
package struct PartitionSelection: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        case among(Set<Int64>)
        case within(ClosedRange<Int64>)

        fileprivate func allows(_ word: Int64) -> Bool {
            switch self {
            case .among(let words): words.contains(word)
            case .within(let range): range.contains(word)
            }
        }
    }

    /// By key column; a table that lacks the column heeds the others.
    private let conditions: [String: Condition]
    /// As the user would write it, one text for one selection; empty for all. It tells whether a file was read under the same selection before.
    let text: String

    /// All partitions.
    package static let all = PartitionSelection([:], text: "")

    package init(_ conditions: [String: Condition], text: String) {
        self.conditions = conditions
        self.text = text
    }

    /// Whether the conditions say something about a table.
    func concerns(_ columns: [KeyColumn]) -> Bool { columns.contains { conditions[$0.name] != nil } }

    func contains(_ key: PartitionKey, _ columns: [KeyColumn]) -> Bool {
        conditions.isEmpty || zip(columns, key.parts).allSatisfy { column, part in
            guard let condition = conditions[column.name] else { return true }
            guard case .word(let word) = part else { return false }
            return condition.allows(word)
        }
    }
}
