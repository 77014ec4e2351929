import TapeMarket

/// The mergeable sums of one partition's orders that share a participant, a local half hour, a size bucket and a group.
package struct RollupCell: Equatable, Sendable {
    package struct Key: Hashable, Comparable, Sendable {
        package var participantID: Int64
        /// Half hours since local midnight, 0…47.
        package var halfHour: Int64
        package var sizeBucket: Int64
        package var group: Int64

        package static func < (left: Key, right: Key) -> Bool {
            (left.participantID, left.halfHour, left.sizeBucket, left.group)
                < (right.participantID, right.halfHour, right.sizeBucket, right.group)
        }
    }

    package var key: Key
    package var sums: MeasureSums

    /// The cells of a partition, by key. Orders add to their cell by order id.
    static func cells(
        _ orders: [OrderMetrics], _ simulated: [SimulatedOrder], _ replay: ReplayResult?, _ timeKey: AnalysisSettings.TimeKey
    ) -> [RollupCell] {
        var cells: [RollupCell] = []
        var numbers = CellNumbers()
        var clock = LocalClock()
        var nextSimulated = 0, nextReplayed = 0
        let replayed = replay?.orders ?? []
        for order in orders {
            let key = Key(
                participantID: order.participantID, halfHour: clock.halfHour(timeKey == .arrival ? order.arrival : order.end),
                sizeBucket: Int64(OrderSize.bucket(order.committed)), group: Int64(order.group))
            let cell = numbers.number(of: key)
            if cell == cells.count { cells.append(RollupCell(key: key, sums: MeasureSums())) }
            cells[cell].sums.add(order)
            while nextSimulated < simulated.count, simulated[nextSimulated].orderID == order.orderID {
                cells[cell].sums.add(simulated[nextSimulated])
                nextSimulated += 1
            }
            while nextReplayed < replayed.count, replayed[nextReplayed].orderID <= order.orderID {
                if replayed[nextReplayed].orderID == order.orderID { cells[cell].sums.add(replayed[nextReplayed]) }
                nextReplayed += 1
            }
        }
        return cells.indices.sorted { cells[$0].key < cells[$1].key }.map { cells[$0] }
    }
}

/// Numbers keys from 0 in the order of their first appearance.
private struct CellNumbers {
    private var participants = OrderNumbers(rowCount: 256)
    private var cells = OrderNumbers(rowCount: 2048)

    mutating func number(of key: RollupCell.Key) -> Int {
        let participant = Int64(participants.insert(key.participantID))
        return cells.insert(((participant * 48 + key.halfHour) * 4 + key.sizeBucket) * 4 + key.group)
    }
}

/// The local half hours of instants, with one question to the zone's rule per change of it.
private struct LocalClock {
    private var span = ExchangeTime.offsetSpan(at: 0)

    mutating func halfHour(_ instant: Int64) -> Int64 {
        if !span.contains(instant) { span = ExchangeTime.offsetSpan(at: instant) }
        return span.nanosecondOfDay(instant) / (1800 * ExchangeTime.nanosecondsPerSecond)
    }
}

/// The size buckets of domain.md, section 8.2, by committed quantity.
package enum OrderSize {
    package static let names = ["Tiny (1-100)", "Small (101-1K)", "Medium (1K-10K)", "Large (10K+)"]

    package static func bucket(_ quantity: Int64) -> Int {
        quantity <= 100 ? 0 : quantity <= 1000 ? 1 : quantity <= 10_000 ? 2 : 3
    }
}

/// The times of day of domain.md, section 8.2, by local hour.
package enum TimeOfDay {
    package static let names = ["Morning (10-12)", "Midday (12-15)", "Afternoon (15-18)", "Outside Hours"]

    package static func bucket(hour: Int) -> Int {
        switch hour {
        case 10..<12: 0
        case 12..<15: 1
        case 15..<18: 2
        default: 3
        }
    }
}
