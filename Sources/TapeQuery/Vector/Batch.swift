/// The rows that an expression is evaluated over: columns by slot, which are fetched when they are first asked for.
///
/// Owned by one thread.
final class Batch {
    let count: Int
    private var columns: [Vector?]
    private let load: (Int) throws(QueryError) -> Vector

    /// - Parameter load: gives the column of a slot; called once for each.
    init(count: Int, slotCount: Int, load: @escaping (Int) throws(QueryError) -> Vector) {
        self.count = count
        columns = Array(repeating: nil, count: slotCount)
        self.load = load
    }

    init(count: Int, columns: [Vector]) {
        self.count = count
        self.columns = columns
        load = { slot throws(QueryError) in throw QueryError(.unknownName, "there is no column \(slot)") }
    }

    func column(_ slot: Int) throws(QueryError) -> Vector {
        if let known = columns[slot] { return known }
        let column = try load(slot)
        columns[slot] = column
        return column
    }

    /// The given rows of this batch.
    func selecting(_ rows: [Int32]) -> Batch {
        Batch(count: rows.count, slotCount: columns.count) { slot throws(QueryError) in try self.column(slot).gathered(rows) }
    }
}
