import TapeColumns
import TapeStore

/// What the store gathered of the blocks of a table's segments, in the columns that a question reads: rules segments out before they are opened, and says where
/// the blocks of the others lie, so that their footers need not be read.
final class SegmentZones: Sendable {
    private let source: TableSource
    /// By slot, then by generation as `places` number them.
    private let columns: [[Zones.Column?]]
    /// By segment: the generation, and the rows of its blocks; none where nothing is known.
    private let places: [(generation: Int, rows: Range<Int>)]

    /// nil where nothing is known.
    init?(_ source: TableSource, _ segments: [Int], slots: [Int]) {
        guard case .stored(let firstRow) = source.origin, segments.count >= Zones.segmentsMin else { return nil }
        let all = firstRow..<(firstRow + source.segmentCount)
        let firstZones = source.store.catalog.firstZones(all)
        let checksums = Array(source.store.catalog.checksums(all))
        var places = [(generation: Int, rows: Range<Int>)](repeating: (0, 0..<0), count: source.segmentCount)
        var columns = [[Zones.Column?]](repeating: [], count: source.shape.columns.count)
        var numberOfGeneration: [Int: Int] = [:]
        var gathered: [(zones: Zones, checksums: [Int64])?] = []
        var number = 0
        var known: [Int64] = []
        var last = -1
        for segment in segments where firstZones[segment].row >= 0 {
            let generation = firstZones[segment].generation
            if generation != last {
                last = generation
                number = numberOfGeneration[generation] ?? gathered.count
                if number == gathered.count {
                    numberOfGeneration[generation] = number
                    let zones = source.store.zones(source.shape.name, generation: generation)
                    gathered.append(zones.flatMap { zones in zones.checksums.map { (zones, $0) } })
                }
                known = gathered[number]?.checksums ?? []
            }
            let first = firstZones[segment].row
            let count = TableScan.blockCount(source.rowCounts[segment])
            guard first <= known.count, count <= known.count - first, known[first..<(first + count)].allSatisfy({ $0 == checksums[segment] }) else { continue }
            places[segment] = (number, first..<(first + count))
        }
        guard places.contains(where: { !$0.rows.isEmpty }) else { return nil }
        for slot in slots where source.shape.columns[slot].keyPart == nil {
            columns[slot] = gathered.map { $0?.zones.column(source.shape.columns[slot].name) }
        }
        self.source = source
        self.columns = columns
        self.places = places
    }

    /// The zone of all rows of a segment in a slot's column; nil where nothing is known.
    func zone(_ slot: Int, _ segment: Int) -> BlockZone? {
        if let part = source.shape.columns[slot].keyPart { return source.keyZone(part, segment, rowCount: source.rowCounts[segment]) }
        let wanted = source.shape.columns[slot].type
        guard let (column, rows) = column(slot, segment), column.type == wanted || (column.type.isInteger && wanted.isInteger),
            let extremes = column.extremes(rows, rowCount: source.rowCounts[segment])
        else { return nil }
        return BlockZone(
            type: ValueType(wanted), rowCount: source.rowCounts[segment], nullCount: extremes.nullCount, low: extremes.low, high: extremes.high)
    }

    /// Where a slot's column lies in a segment, and its blocks; nil where nothing is known.
    func blocks(_ slot: Int, _ segment: Int) -> BlockCache.Column? {
        column(slot, segment).flatMap { $0.column($1, rowCount: source.rowCounts[segment], sizeInBytes: source.sizesInBytes[segment]) }
    }

    /// Whether anything is known of a segment.
    func isKnown(_ segment: Int) -> Bool { !places[segment].rows.isEmpty }

    private func column(_ slot: Int, _ segment: Int) -> (Zones.Column, Range<Int>)? {
        let (generation, rows) = places[segment]
        guard !rows.isEmpty, columns[slot].indices.contains(generation), let column = columns[slot][generation] else { return nil }
        return (column, rows)
    }
}
