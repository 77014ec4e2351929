import TapeBytes

/// Counts the rows of each code; on the way, where it costs no more, sums up an argument by code.
struct CodeCounter {
    /// Has a word per row or per value, and no nulls.
    let argument: Vector?
    /// By code, of the codes that were counted last; nil where there is no argument, or its words are too large.
    private(set) var sums: [Int64]?

    init(_ argument: Vector? = nil) { self.argument = argument }

    mutating func histogram(_ codes: [UInt16], below limit: Int) -> [UInt32] {
        sums = nil
        guard let argument, let totals = CodeVectors.totals(argument.values.words, values: argument.codes, codes: codes, below: limit) else {
            return CodeVectors.histogram(codes, below: limit)
        }
        sums = totals.sums
        return totals.counts
    }
}

/// The group of each row of a batch.
enum GroupIDs {
    /// All rows are of one group.
    case one(UInt32)
    /// Each row has a code, and each code that occurs a group. `histogram` says how many rows have a code.
    case coded(codes: [UInt16], groups: [UInt32], histogram: [UInt32])
    /// Each row has a group.
    case many([UInt32])

    func gathered(_ rows: [Int32]) -> GroupIDs {
        switch self {
        case .one: return self
        case .coded(let codes, let groups, _):
            let taken = CodeVectors.take(codes, rows)
            return .coded(codes: taken, groups: groups, histogram: CodeVectors.histogram(taken, below: groups.count))
        case .many(let ids): return .many(rows.map { ids[Int($0)] })
        }
    }

    /// A group per row.
    func flat(_ count: Int) -> [UInt32] {
        switch self {
        case .one(let group): [UInt32](repeating: group, count: count)
        case .coded(let codes, let groups, _): CodeVectors.lookUp(groups, codes)
        case .many(let ids): ids
        }
    }

    @inline(__always)
    func forEach(_ count: Int, _ body: (_ row: Int, _ group: Int) -> Void) {
        switch self {
        case .one(let group): for row in 0..<count { body(row, Int(group)) }
        case .coded(let codes, let groups, _): for row in 0..<count { body(row, Int(groups[Int(codes[row])])) }
        case .many(let ids): for row in 0..<count { body(row, Int(ids[row])) }
        }
    }

    /// Adds the number of rows of each group.
    func count(_ count: Int, into counts: inout [Int64]) {
        switch self {
        case .one(let group): counts[Int(group)] += Int64(count)
        case .coded(_, let groups, let histogram): for (code, group) in groups.enumerated() { counts[Int(group)] += Int64(histogram[code]) }
        case .many(let ids): CodeVectors.count(ids, into: &counts)
        }
    }
}
