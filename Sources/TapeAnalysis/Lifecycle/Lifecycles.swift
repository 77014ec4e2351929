import TapeMarket

/// The events of a partition reduced to orders: which row is each order's first, and which its last (docs/domain.md, An order's life).
struct Lifecycles {
    /// Per row the number of its order, in order of arrival; -1 where the hours filter cuts the row.
    let orderOfRow: [Int32]
    /// Per order: the rows of its initial and its final image, and whether a new-order row is among them.
    let initial: [Int32]
    let final: [Int32]
    let hasNewRow: [Bool]
    private let numbers: OrderNumbers

    /// One pass over the rows, with one probe of a table per change of order.
    init(_ events: OrderEvents, _ settings: AnalysisSettings, _ anomalies: inout Anomalies) {
        var orderOfRow = [Int32](repeating: -1, count: events.count)
        // Orders have about three rows each.
        var numbers = OrderNumbers(countMax: events.count / 3)
        var initial: [Int32] = [], final: [Int32] = [], hasNewRow: [Bool] = []
        let isFirstOfLast = settings.compatibility == .prototype
        var window = settings.hours.map { LocalWindow($0) }
        var cut: [Int32] = []
        var counter = RowCounter(events)
        var previousOrder = -1
        for row in 0..<events.count {
            let time = events.timestamp[row]
            if window != nil, window?.contains(time) == false {
                cut.append(Int32(truncatingIfNeeded: row))
                continue
            }
            let id = events.orderID[row]
            if previousOrder < 0 || id != events.orderID[Int(final[previousOrder])] { previousOrder = numbers.insert(id) }
            let order = previousOrder
            orderOfRow[row] = Int32(truncatingIfNeeded: order)
            if order == initial.count {
                initial.append(Int32(truncatingIfNeeded: row))
                final.append(Int32(truncatingIfNeeded: row))
                hasNewRow.append(false)
                counter.add(row, after: nil)
            } else {
                counter.add(row, after: Int(final[order]))
                // The prototype took the first row at the last time: the image before matching.
                if !isFirstOfLast || time > events.timestamp[Int(final[order])] { final[order] = Int32(truncatingIfNeeded: row) }
            }
            if events.changeReason[row] == Int64(ChangeReason.entered.rawValue) { hasNewRow[order] = true }
        }
        (self.orderOfRow, self.initial, self.final, self.hasNewRow, self.numbers) = (orderOfRow, initial, final, hasNewRow, numbers)
        counter.finish(&anomalies)
        anomalies.cutByHours = Set(cut.compactMap { numbers.number(of: events.orderID[Int($0)]) }).count
    }

    var count: Int { initial.count }

    /// The order of that id; nil if the orders do not have it.
    func order(of id: Int64) -> Int? { numbers.number(of: id) }
}

/// Counts what is odd about rows, alone and against the order's row before.
private struct RowCounter {
    private let events: OrderEvents
    private var counts = Anomalies()
    private var lastSequence = Int64.min

    init(_ events: OrderEvents) { self.events = events }

    @inline(__always)
    mutating func add(_ row: Int, after previous: Int?) {
        let sequence = events.sequence[row]
        if sequence <= lastSequence {
            if sequence == lastSequence { counts.repeatedSequences += 1 } else { counts.decreasingSequences += 1 }
        }
        lastSequence = sequence
        let leaves = events.leaves[row], matched = events.matched[row], quantity = events.quantity[row]
        if leaves < 0 || leaves > quantity { counts.leavesOutOfRange += 1 }
        if leaves &+ matched > quantity { counts.overCommittedRows += 1 }
        if matched > quantity { counts.matchedAboveQuantity += 1 }
        let bid = events.nationalBid[row], offer = events.nationalOffer[row]
        if bid >= offer, offer != absent {
            if bid == offer { counts.lockedRows += 1 } else { counts.crossedRows += 1 }
        }
        guard let previous else { return }
        if matched < events.matched[previous] { counts.decreasingMatched += 1 }
        if events.side[row] != events.side[previous] || events.participantID[row] != events.participantID[previous]
            || events.exchangeOrderType[row] != events.exchangeOrderType[previous] {
            counts.changedIdentities += 1
        }
    }

    func finish(_ anomalies: inout Anomalies) { anomalies = counts }
}
