import TapeColumns
import TapeMarket

/// The mergeable sums of one partition's orders that share one thing: a participant, a local hour, or a size bucket.
///
/// Three short lists a partition instead of one of every combination: combinations are nearly as many as orders, and no preset asks for one.
/// Questions that do (a participant's hours) read `order_metrics`.
package struct RollupCell: Equatable, Sendable {
    package enum Level: String, CaseIterable, Sendable { case participant, hour, size }

    package var level: Level
    /// The participant's id, the hour 0…23, or the number of the size bucket.
    package var value: Int64
    /// The participants of the cell's orders, ascending; of a participant's cell itself alone.
    package var participants: [Int64]
    package var sums: MeasureSums
}

/// Sums up the orders of one partition, order by order.
package struct RollupBuilder {
    private var participants: [MeasureSums] = []
    private var hours = [MeasureSums](repeating: MeasureSums(), count: 24)
    private var sizes = [MeasureSums](repeating: MeasureSums(), count: OrderSize.names.count)
    private var ids: WordTable
    /// Per participant, whether it has orders in each hour, then in each size bucket.
    private var presence: [Bool] = []
    private var offset = ExchangeTime.offsetSpan(at: 0)
    private let timeKey: AnalysisSettings.TimeKey

    private static let bucketCount = 24 + OrderSize.names.count

    package init(orderCountMax: Int, _ timeKey: AnalysisSettings.TimeKey) {
        ids = WordTable(countMax: max(1, orderCountMax))
        self.timeKey = timeKey
    }

    /// The cells of a partition's orders and their simulated rows, both by order id. Rows of other orders are passed over.
    package static func cells(
        _ orders: some Collection<OrderMeasures>, _ simulated: [SimulatedMeasures], _ timeKey: AnalysisSettings.TimeKey
    ) -> [RollupCell] {
        var builder = RollupBuilder(orderCountMax: orders.count, timeKey)
        var next = 0
        for order in orders {
            while next < simulated.count, simulated[next].orderID < order.orderID { next += 1 }
            let first = next
            while next < simulated.count, simulated[next].orderID == order.orderID { next += 1 }
            builder.add(order, simulated[first..<next])
        }
        return builder.cells
    }

    package mutating func add(_ order: OrderMeasures, _ simulated: ArraySlice<SimulatedMeasures>) {
        guard let participant = ids.code(of: order.participantID) else { return }
        if participant == participants.count {
            participants.append(MeasureSums())
            presence += [Bool](repeating: false, count: RollupBuilder.bucketCount)
        }
        let time = timeKey == .arrival ? order.arrival : order.end
        if !offset.contains(time) { offset = ExchangeTime.offsetSpan(at: time) }
        let hour = Int(offset.nanosecondOfDay(time) / (3600 * ExchangeTime.nanosecondsPerSecond))
        let size = OrderSize.bucket(order.committed)
        presence[participant * RollupBuilder.bucketCount + hour] = true
        presence[participant * RollupBuilder.bucketCount + 24 + size] = true
        participants[participant].add(order, simulated)
        hours[hour].add(order, simulated)
        sizes[size].add(order, simulated)
    }

    /// The cells that have orders, by level and value.
    package var cells: [RollupCell] {
        let known = ids.words
        let order = known.indices.sorted { known[$0] < known[$1] }
        func participants(of bucket: Int) -> [Int64] {
            order.filter { presence[$0 * RollupBuilder.bucketCount + bucket] }.map { known[$0] }
        }
        var cells = order.map { code in
            RollupCell(level: .participant, value: known[code], participants: [known[code]], sums: self.participants[code])
        }
        for (level, first, sums) in [(RollupCell.Level.hour, 0, hours), (.size, 24, sizes)] {
            for (value, sum) in sums.enumerated() where sum[.orderCount] > 0 {
                cells.append(RollupCell(level: level, value: Int64(value), participants: participants(of: first + value), sums: sum))
            }
        }
        return cells
    }
}

/// The size buckets of docs/domain.md, Aggregates, by committed quantity.
package enum OrderSize {
    package static let names = ["Tiny (1-100)", "Small (101-1K)", "Medium (1K-10K)", "Large (10K+)"]

    package static func bucket(_ quantity: Int64) -> Int {
        quantity <= 100 ? 0 : quantity <= 1000 ? 1 : quantity <= 10_000 ? 2 : 3
    }
}

/// The times of day of docs/domain.md, Aggregates, by local hour.
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
