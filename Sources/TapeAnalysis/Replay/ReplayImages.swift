/// The after-images of the orders that take part in a replay: each order's last row at each time, in the order (time, sequence, order id),
/// which is the order of the replay and, by the image's place in it, the priority that an image gives.
struct ReplayImages {
    /// Per image: its row, the number of its order among those that take part, the least leaves from it on, and whether it is the order's last.
    private(set) var rows: [Int32] = []
    private(set) var orders: [Int32] = []
    private(set) var leastLeaves: [Int64] = []
    private(set) var isLast: [Bool] = []
    /// Per order that takes part: its number in the partition.
    private(set) var numbers: [Int32] = []

    init(_ events: OrderEvents, _ lives: Lifecycles, takesPart: (Int) -> Bool) {
        var replayNumber = [Int32](repeating: -1, count: lives.count)
        for order in 0..<lives.count where takesPart(Int(lives.final[order])) {
            replayNumber[order] = Int32(numbers.count)
            numbers.append(Int32(order))
        }
        // Backwards, so that a row is known to be the last at its time, and what its order comes to.
        var nextTime = [Int64?](repeating: nil, count: numbers.count)
        var least = [Int64](repeating: .max, count: numbers.count)
        for row in (0..<events.count).reversed() {
            let number = lives.orderOfRow[row]
            guard number >= 0, replayNumber[Int(number)] >= 0 else { continue }
            let order = Int(replayNumber[Int(number)])
            let time = events.timestamp[row]
            guard nextTime[order] != time else { continue }
            isLast.append(nextTime[order] == nil)
            nextTime[order] = time
            least[order] = min(least[order], events.leaves[row])
            rows.append(Int32(row))
            orders.append(Int32(order))
            leastLeaves.append(least[order])
        }
        rows.reverse()
        orders.reverse()
        leastLeaves.reverse()
        isLast.reverse()
        orderTies(events)
    }

    var count: Int { rows.count }

    /// Rows come by (time, sequence, row number). Different orders with one sequence, an anomaly, are put in order of their ids.
    private mutating func orderTies(_ events: OrderEvents) {
        for image in rows.indices.dropFirst() {
            var place = image
            while place > 0, isBefore(place, place - 1, events) {
                rows.swapAt(place, place - 1)
                orders.swapAt(place, place - 1)
                leastLeaves.swapAt(place, place - 1)
                isLast.swapAt(place, place - 1)
                place -= 1
            }
        }
    }

    private func isBefore(_ first: Int, _ second: Int, _ events: OrderEvents) -> Bool {
        let one = Int(rows[first]), other = Int(rows[second])
        return events.timestamp[one] == events.timestamp[other] && events.sequence[one] == events.sequence[other]
            && events.orderID[one] < events.orderID[other]
    }
}
