import TapeMarket

/// The mergeable sums of one partition's orders that share a participant, a half hour of local arrival, a size bucket and a group.
package struct RollupCell: Hashable, Sendable {
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
    static func cells(_ orders: [OrderMetrics], _ simulated: [SimulatedOrder]) -> [RollupCell] {
        var sums: [Key: MeasureSums] = [:]
        var next = 0
        for order in orders {
            let key = Key(
                participantID: order.participantID, halfHour: Int64(ExchangeTime.localHalfHour(at: order.arrival)),
                sizeBucket: Int64(OrderSize.bucket(order.committed)), group: Int64(order.group))
            sums[key, default: MeasureSums()].add(order)
            while next < simulated.count, simulated[next].orderID == order.orderID {
                sums[key, default: MeasureSums()].add(simulated[next])
                next += 1
            }
        }
        return sums.map { RollupCell(key: $0.key, sums: $0.value) }.sorted { $0.key < $1.key }
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
