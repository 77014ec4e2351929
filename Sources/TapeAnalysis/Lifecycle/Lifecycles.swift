import TapeColumns
import TapeMarket

/// Oddities of a partition, counted; none stops a run (domain.md, section 4.4).
package struct Anomalies: Hashable, Sendable {
    /// Orders whose leaves and matched quantity are both 0.
    package var emptyFinals = 0
    /// Orders whose matched quantity is not the sum of their trades, booked ones included.
    package var unreconciled = 0
    /// Orders with a first fill before their arrival.
    package var fillsBeforeArrival = 0
    /// Orders whose first row is neither a new order nor a reload.
    package var withoutEntry = 0
    /// Rows with leaves plus matched above the quantity (amended after a partial fill).
    package var overCommittedRows = 0
    /// Orders of which the trading-hours filter cut rows.
    package var cutByHours = 0
    /// Rows with a bid equal to, and above, the offer.
    package var lockedRows = 0
    package var crossedRows = 0

    package init() {}

    /// Name and count of each, in a fixed order.
    package var items: [(name: String, count: Int)] {
        [("empty_finals", emptyFinals), ("unreconciled", unreconciled), ("fills_before_arrival", fillsBeforeArrival),
         ("without_entry", withoutEntry), ("over_committed_rows", overCommittedRows), ("cut_by_hours", cutByHours),
         ("locked_rows", lockedRows), ("crossed_rows", crossedRows)]
    }
}

/// The events of a partition reduced to orders: which row is each order's first, and which its last (domain.md, section 4.2).
struct Lifecycles {
    /// Per order, numbered in order of arrival: the rows of its initial and its final image, and whether a new-order row is among them.
    private(set) var initial: [Int32] = []
    private(set) var final: [Int32] = []
    private(set) var hasNewRow: [Bool] = []
    private var table: WordTable

    /// One pass over the rows, one probe of a table that fits a cache per change of order.
    init(_ events: OrderEvents, hours: TradingHours?, _ anomalies: inout Anomalies) {
        table = WordTable(countMax: max(1, events.count))
        var previousID: Int64 = 0
        var previousOrder = -1
        var cut = WordTable(countMax: max(1, events.count))
        for row in 0..<events.count {
            if let hours, !hours.contains(events.timestamp[row]) {
                _ = cut.code(of: events.orderID[row])
                continue
            }
            let id = events.orderID[row]
            if previousOrder < 0 || id != previousID {
                guard let order = table.code(of: id) else { continue }
                if order == initial.count {
                    initial.append(Int32(row))
                    final.append(Int32(row))
                    hasNewRow.append(false)
                }
                (previousID, previousOrder) = (id, order)
            }
            final[previousOrder] = Int32(row)
            if events.changeReason[row] == Int64(ChangeReason.entered.rawValue) { hasNewRow[previousOrder] = true }
            Lifecycles.count(events, row, &anomalies)
        }
        anomalies.cutByHours = hours == nil ? 0 : cut.words.count { table.existingCode(of: $0) != nil }
    }

    private static func count(_ events: OrderEvents, _ row: Int, _ anomalies: inout Anomalies) {
        if events.leaves[row] &+ events.matched[row] > events.quantity[row] { anomalies.overCommittedRows += 1 }
        let bid = events.nationalBid[row]
        let offer = events.nationalOffer[row]
        guard bid != absent, offer != absent, bid >= offer else { return }
        if bid == offer { anomalies.lockedRows += 1 } else { anomalies.crossedRows += 1 }
    }

    var count: Int { initial.count }

    /// The order of that id; nil if the orders file does not have it.
    func order(of id: Int64) -> Int? { table.existingCode(of: id) }
}
