import Synchronization

/// Counts what a question holds on to, over all workers, and fails where that passes the bound.
final class MemoryMeter: Sendable {
    private let limit: Int
    private let total = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Says that somebody who held `before` bytes now holds `after`.
    func change(from before: Int, to after: Int) throws(QueryError) {
        guard after != before else { return }
        let now = total.add(after - before, ordering: .relaxed).newValue
        guard now > limit, after > before else { return }
        throw QueryError(.memory, "the question needs more than the \(limit) bytes that it may take", help: "allow more, or ask for fewer groups or rows")
    }
}
