/// The group of each row of a batch.
enum GroupIDs {
    /// All rows are of one group.
    case one(UInt32)
    case many([UInt32])

    func gathered(_ rows: [Int32]) -> GroupIDs {
        switch self {
        case .one: self
        case .many(let ids): .many(rows.map { ids[Int($0)] })
        }
    }

    @inline(__always)
    func forEach(_ count: Int, _ body: (_ row: Int, _ group: Int) -> Void) {
        switch self {
        case .one(let group): for row in 0..<count { body(row, Int(group)) }
        case .many(let ids): for row in 0..<count { body(row, Int(ids[row])) }
        }
    }
}
