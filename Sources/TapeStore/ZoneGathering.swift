import TapeBytes
import TapeColumns

extension StoreWriter {
    /// Gathers the zones of the segments that have files of their own or lie in adopted packs; returns the entries with their rows.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    mutating func gatherZones(_ entries: [SegmentEntry], _ settings: [String: String]) throws -> [SegmentEntry] {
        let keyColumns = Catalog.keyColumns(settings)
        var placed = entries.sorted(by: Catalog.precedes)
        var first = 0
        while first < placed.count {
            let table = placed[first].table
            let end = placed[first...].firstIndex { $0.table != table } ?? placed.count
            let lasting = (first..<end).filter { placed[$0].pack == 0 || adoptedPacks.contains(placed[$0].pack) }
            if lasting.count >= Zones.segmentsMin {
                let segments = lasting.map { (path: path + "/" + placed[$0].path(keyColumns[table] ?? []), entry: placed[$0]) }
                let schema = try settings["schema." + table].map { try TableSchema.parse(Array($0.utf8)) }
                let (image, rowCounts) = try ZoneGathering(fileSystem, segments, schema?.columns).gathered()
                try writeFile(Zones.path(table, nextGeneration), image.bytes)
                var next = 1
                for (index, rowCount) in zip(lasting, rowCounts) {
                    placed[index].firstZone = rowCount > 0 ? next : 0
                    next += rowCount
                }
            }
            first = end
        }
        return placed
    }
}

/// Makes the zones of some segments.
private struct ZoneGathering: Sendable {
    private let fileSystem: FileSystem
    private let segments: [(path: String, entry: SegmentEntry)]
    /// Those of texts left out, whose words mean something in their own segment only.
    private let columns: [(name: String, type: ColumnType)]

    /// So many segments are read at once.
    private static let segmentsPerWave = 256

    /// - Parameter columns: the table's; nil for those of the first segment.
    init(_ fileSystem: FileSystem, _ segments: [(path: String, entry: SegmentEntry)], _ columns: [ColumnSchema]?) throws {
        self.fileSystem = fileSystem
        self.segments = segments
        let first = try SegmentReader(FileSource(segments[0].path, fileSystem, segments[0].entry))
        let all = try columns?.map { ($0.name, $0.type) } ?? (0..<first.columnCount).map { (try first.descriptor($0).name, try first.descriptor($0).type) }
        self.columns = all.filter { $0.1 != .string }.prefix(Zones.columnsMax).map { (name: $0.0, type: $0.1) }
    }

    /// The zones, and how many rows of them each segment has.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    func gathered() throws -> (image: SegmentImage, rowCounts: [Int]) {
        let checksum = ColumnSchema(name: Zones.checksum, type: .int64, role: .identifier)
        var writer = SegmentWriter(columns: [checksum] + columns.flatMap { name, type in
            Zones.Field.allCases.map { ColumnSchema(name: $0.name(name), type: $0 == .min || $0 == .max ? type : .int64) }
        }, rowsPerBlock: Zones.rowsPerBlock)
        var rowCounts: [Int] = []
        var pending: [[Int64]] = []
        for start in stride(from: 0, to: segments.count, by: ZoneGathering.segmentsPerWave) {
            let wave = start..<min(start + ZoneGathering.segmentsPerWave, segments.count)
            let found = concurrentMap(wave.count, workers: Machine.coreCount) { place in
                let (path, entry) = segments[start + place]
                return Result { try ZoneRows.of(SegmentReader(FileSource(path, fileSystem, entry)), columns) }
            }
            for rows in found {
                let rows = try rows.get()
                rowCounts.append(rows.count)
                pending += rows
                while pending.count >= Zones.rowsPerBlock {
                    ZoneGathering.append(pending[..<Zones.rowsPerBlock], to: &writer)
                    pending.removeFirst(Zones.rowsPerBlock)
                }
            }
        }
        ZoneGathering.append(pending[...], to: &writer)
        return (writer.finish(), rowCounts)
    }

    private static func append(_ rows: ArraySlice<[Int64]>, to writer: inout SegmentWriter) {
        writer.append(rowCount: rows.count) { column in ColumnVector(words: rows.map { $0[column] }) }
    }
}

/// The rows that a segment has in the zones of its table.
enum ZoneRows {
    /// A row per block: the segment's checksum, then the fields of each column. None of a segment that cuts its rows as this program does not.
    ///
    /// - Throws: `SegmentError`.
    static func of(_ segment: SegmentReader, _ columns: [(name: String, type: ColumnType)]) throws -> [[Int64]] {
        guard segment.rowsPerBlock == SegmentLayout.rowsPerBlock else { return [] }
        var rows = [[Int64]](repeating: [Int64(segment.checksum)], count: segment.blockCount)
        for row in rows.indices { rows[row].reserveCapacity(1 + Zones.Field.allCases.count * columns.count) }
        for (place, (name, type)) in columns.enumerated() {
            let ordinal = segment.columnIndex(name, hint: place)
            let descriptor = try ordinal.map { try segment.descriptor($0) }
            for row in rows.indices {
                let block = descriptor.flatMap { $0.type == type ? $0.blocks[row] : nil }
                rows[row] += Zones.Field.allCases.map { $0.word(block, ordinal: ordinal ?? -1) }
            }
        }
        return rows
    }
}
