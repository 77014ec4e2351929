import TapeMarket

/// The trade rows of each order, in order of time (domain.md, section 6.1).
struct Executions {
    /// Per order a range of `rows`, the executions; booked rows are only summed.
    private(set) var ranges: [Range<Int>]
    private(set) var rows: [Int32]
    private(set) var bookedQuantity: [Int64]
    /// Rows of any class, booked ones too; and how many of them are not continuous lit trades.
    private(set) var rowCount: [Int32]
    private(set) var otherCount: [Int32]

    init(_ legs: TradeLegs, _ orders: Lifecycles, _ settings: AnalysisSettings) {
        var counts = [Int](repeating: 0, count: orders.count)
        var orderOfRow = [Int32](repeating: -1, count: legs.count)
        bookedQuantity = [Int64](repeating: 0, count: orders.count)
        rowCount = [Int32](repeating: 0, count: orders.count)
        otherCount = [Int32](repeating: 0, count: orders.count)
        for row in 0..<legs.count {
            if let hours = settings.hours, !hours.contains(legs.time[row]) { continue }
            guard let order = orders.order(of: legs.orderID[row]) else { continue }
            let source = Int16(truncatingIfNeeded: legs.dealSource[row])
            rowCount[order] += 1
            if source != DealSource.lit { otherCount[order] += 1 }
            if DealSource.isBooked(source) { bookedQuantity[order] &+= legs.quantity[row] }
            guard settings.includeBooked || !DealSource.isBooked(source) else { continue }
            counts[order] += 1
            orderOfRow[row] = Int32(order)
        }
        var next = 0
        ranges = counts.map { count in
            defer { next += count }
            return next..<(next + count)
        }
        rows = [Int32](repeating: 0, count: next)
        var filled = ranges.map(\.lowerBound)
        for row in 0..<legs.count where orderOfRow[row] >= 0 {
            let order = Int(orderOfRow[row])
            rows[filled[order]] = Int32(row)
            filled[order] += 1
        }
    }
}
