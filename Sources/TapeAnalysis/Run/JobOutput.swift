import TapeColumns
import TapeStore

/// What a job hands over: its record, its cells for the rollup, and finished segments.
struct JobOutput: Sendable {
    var record: JobRecord
    var cells: [RollupCell] = []
    var images: [(table: String, image: SegmentImage)] = []

    init(_ record: JobRecord) { self.record = record }

    init(_ record: JobRecord, _ result: PartitionResult) {
        self.record = record
        self.record.orders = result.orders.count
        self.record.filled = result.orders.count { $0.matched > 0 }
        self.record.tradedQuantity = result.orders.reduce(0) { $0 &+ $1.traded }
        self.record.committedQuantity = result.orders.reduce(0) { $0 &+ $1.committed }
        self.record.matchedQuantity = result.orders.reduce(0) { $0 &+ $1.matched }
        self.record.anomalies = result.anomalies.items.map { JobRecord.Anomaly(name: $0.name, count: $0.count) }
        self.record.quoteCoverage = result.quoteCoverage
        self.record.areQuotesRefused = result.areQuotesRefused
        cells = result.cells
        images = [
            (ResultTables.orderMetrics, JobOutput.image(ResultTables.orders, result.orders)),
            (ResultTables.simulation, JobOutput.image(ResultTables.simulated, result.simulated)),
        ]
        if let replay = result.replay {
            images.append((ResultTables.replayOrders, JobOutput.image(ResultTables.replayed, replay.orders)))
            images.append((ResultTables.replayFills, JobOutput.image(ResultTables.filled, replay.fills)))
        }
    }

    private static func image<Row>(_ table: ResultTable<Row>, _ rows: [Row]) -> SegmentImage {
        let (vectors, dictionaries) = table.vectors(rows)
        var writer = SegmentWriter(columns: table.schemas, effort: .quick)
        writer.appendAll(vectors)
        return writer.finish(dictionaries: dictionaries)
    }
}
