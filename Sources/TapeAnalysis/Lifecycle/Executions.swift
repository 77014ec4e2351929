import TapeMarket

/// The trade rows of each order, in order of time (docs/domain.md, Metrics).
struct Executions {
    /// Per trade row the number of its order; -1 for orders that are not there and rows that the hours filter cuts, which have `isCut`.
    private(set) var orderOfLeg: [Int32]
    private(set) var isCut: [Bool]
    /// The executions of order n are `rows[starts[n]..<starts[n + 1]]`; booked rows are only summed.
    private(set) var starts: [Int32]
    private(set) var rows: [Int32]
    private(set) var bookedQuantity: [Int64]
    /// Rows of any class, booked ones too; and how many of them are not continuous lit trades.
    private(set) var rowCount: [Int32]
    private(set) var otherCount: [Int32]

    init(_ legs: TradeLegs, _ lives: Lifecycles, _ settings: AnalysisSettings) {
        let count = lives.count
        orderOfLeg = [Int32](repeating: -1, count: legs.count)
        isCut = [Bool](repeating: false, count: legs.count)
        starts = [Int32](repeating: 0, count: count + 1)
        bookedQuantity = [Int64](repeating: 0, count: count)
        rowCount = [Int32](repeating: 0, count: count)
        otherCount = [Int32](repeating: 0, count: count)
        var isExecution = [Bool](repeating: false, count: legs.count)
        var window = settings.hours.map { LocalWindow($0) }
        for row in 0..<legs.count {
            if window != nil, window?.contains(legs.time[row]) == false {
                isCut[row] = true
                continue
            }
            guard let order = lives.order(of: legs.orderID[row]) else { continue }
            orderOfLeg[row] = Int32(truncatingIfNeeded: order)
            let source = Int16(truncatingIfNeeded: legs.dealSource[row])
            rowCount[order] += 1
            if source != DealSource.lit { otherCount[order] += 1 }
            let isBooked = DealSource.isBooked(source)
            if isBooked { bookedQuantity[order] &+= legs.quantity[row] }
            guard settings.includeBooked || !isBooked else { continue }
            isExecution[row] = true
            starts[order + 1] += 1
        }
        for order in 0..<count { starts[order + 1] += starts[order] }
        rows = [Int32](repeating: 0, count: Int(starts[count]))
        var next = starts
        for row in 0..<legs.count where isExecution[row] {
            let order = Int(orderOfLeg[row])
            rows[Int(next[order])] = Int32(truncatingIfNeeded: row)
            next[order] += 1
        }
    }

    func rows(of order: Int) -> ArraySlice<Int32> { rows[Int(starts[order])..<Int(starts[order + 1])] }
}
