import TapeColumns
import TapeStore

/// What the store gathered of the values in a table's segments, of the columns that conditions look at: rules segments out before they are opened.
struct SegmentZones: Sendable {
    /// Of so few segments it is as fast to open them.
    private static let segmentsMin = 16

    /// A column's zones, by segment.
    private struct Column: Sendable {
        let type: ValueType
        var low: [Int64]
        var high: [Int64]
        /// −1 where nothing is known.
        var nullCounts: [Int64]
    }

    private let source: TableSource
    private let columns: [Int: Column]

    /// nil where nothing is known of any of the columns.
    init?(_ source: TableSource, _ segments: [Int], slots: [Int]) {
        guard case .stored(let firstRow) = source.origin, segments.count >= SegmentZones.segmentsMin else { return nil }
        let all = firstRow..<(firstRow + source.segmentCount)
        let rows = source.store.catalog.zoneRows(all)
        let wanted = Array(source.store.catalog.checksums(all))
        let known = Dictionary(grouping: segments.filter { rows[$0].row >= 0 }) { rows[$0].generation }
        var columns: [Int: Column] = [:]
        for (generation, segments) in known {
            guard let zones = source.store.zones(source.shape.name, generation: generation), let checksums = zones.checksums else { continue }
            let segments = segments.filter { checksums.indices.contains(rows[$0].row) && checksums[rows[$0].row] == wanted[$0] }
            for slot in slots where source.shape.columns[slot].keyPart == nil {
                let column = source.shape.columns[slot]
                guard let gathered = zones.column(column.name),
                    gathered.type == column.type || (gathered.type.isInteger && column.type.isInteger)
                else { continue }
                let nothing = [Int64](repeating: -1, count: source.segmentCount)
                var filled = columns.removeValue(forKey: slot) ?? Column(type: ValueType(column.type), low: nothing, high: nothing, nullCounts: nothing)
                for segment in segments {
                    filled.low[segment] = gathered.low[rows[segment].row]
                    filled.high[segment] = gathered.high[rows[segment].row]
                    filled.nullCounts[segment] = gathered.nullCounts[rows[segment].row]
                }
                columns[slot] = filled
            }
        }
        guard !columns.isEmpty else { return nil }
        self.source = source
        self.columns = columns
    }

    /// The zone of all rows of a segment in a slot's column; nil where nothing is known.
    func zone(_ slot: Int, _ segment: Int) -> BlockZone? {
        if let part = source.shape.columns[slot].keyPart { return source.keyZone(part, segment, rowCount: source.rowCounts[segment]) }
        guard let column = columns[slot], column.nullCounts[segment] >= 0 else { return nil }
        return BlockZone(
            type: column.type, rowCount: source.rowCounts[segment], nullCount: Int(column.nullCounts[segment]), low: column.low[segment], high: column.high[segment])
    }
}
