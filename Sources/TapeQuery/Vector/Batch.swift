/// The rows that an expression is evaluated over: columns by slot, which are fetched when they are first asked for.
///
/// Owned by one thread.
final class Batch {
    enum Source {
        /// All columns, by slot.
        case columns([Vector])
        /// One column, for an expression that reads no other.
        case only(Vector)
        /// A block of a segment.
        case block(SegmentScan, Int)
        /// The rows of a segment, by their partition key alone.
        case key(TableSource, Int)
        /// Some rows of another batch.
        case rows(Batch, [Int32])
        /// The marked rows of another batch; they are numbered when a column is asked for.
        case marked(Batch, [UInt8])
    }

    let count: Int
    private var source: Source
    private var fetched: [Fetched] = []

    private struct Fetched {
        let slot: Int
        let column: Vector
    }

    init(count: Int, _ source: Source) {
        self.count = count
        self.source = source
    }

    /// Most questions ask for no more.
    private static let columnsExpected = 4

    convenience init(count: Int, columns: [Vector]) { self.init(count: count, .columns(columns)) }

    func column(_ slot: Int) throws(QueryError) -> Vector {
        if case .columns(let columns) = source { return columns[slot] }
        for index in fetched.indices where fetched[index].slot == slot { return fetched[index].column }
        let column = try fetch(slot)
        if fetched.isEmpty { fetched.reserveCapacity(Batch.columnsExpected) }
        fetched.append(Fetched(slot: slot, column: column))
        return column
    }

    private func fetch(_ slot: Int) throws(QueryError) -> Vector {
        switch source {
        case .columns(let columns): return columns[slot]
        case .only(let column): return column
        case .block(let segment, let block): return try segment.column(slot, block)
        case .key(let table, let segment):
            let column = table.shape.columns[slot]
            return column.keyPart.flatMap { table.keyVector($0, segment, count: count) } ?? Vector(.null, ValueType(column.type), count: count)
        case .rows(let batch, let rows): return try batch.column(slot).gathered(rows)
        case .marked(let batch, let marks):
            var column = try batch.column(slot)
            if column.isConstant {
                column.count = count
                return column
            }
            let rows = Logic.rows(marks)
            source = .rows(batch, rows)
            return column.gathered(rows)
        }
    }

    /// The batch whose marked rows these are, as long as nobody asked for a column of just these; and the marks.
    var marked: (rows: Batch, marks: [UInt8])? {
        guard case .marked(let rows, let marks) = source else { return nil }
        return (rows, marks)
    }

    /// The given rows of this batch.
    func selecting(_ rows: [Int32]) -> Batch { Batch(count: rows.count, .rows(self, rows)) }

    /// The marked rows, of which there are `count`.
    func selecting(marks: [UInt8], count: Int) -> Batch { Batch(count: count, .marked(self, marks)) }
}
