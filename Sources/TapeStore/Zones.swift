import TapeBytes
import TapeColumns

/// The smallest and largest values of many segments' columns, gathered: `zones/42/orders.seg` has a row for each segment of the table `orders` that
/// generation 42 brought, in the order of its catalog.
///
/// A question about one value reads two columns here instead of the footer of every segment. What a segment says of itself decides in the end: zones that are
/// missing or damaged rule nothing out.
package struct Zones: Sendable {
    /// Of fewer segments it is as fast to open them.
    static let segmentsMin = 16
    /// Of wider tables the first so many columns have zones.
    static let columnsMax = 256

    private let reader: SegmentReader

    /// Per segment: the smallest and largest word that is not null, and how many are; −1 where nothing is known. Words where all are null have no meaning.
    package struct Column: Sendable {
        package let type: ColumnType
        package let low: [Int64]
        package let high: [Int64]
        package let nullCounts: [Int64]
    }

    fileprivate init(_ reader: SegmentReader) { self.reader = reader }

    /// Relative to the store.
    static func path(_ table: String, _ generation: Int) -> String { "\(StorePath.zones)/\(generation)/\(PathComponent.encode(table)).seg" }

    /// nil where the segments have no such column, or its zones cannot be read.
    package func column(_ name: String) -> Column? {
        guard let ordinal = reader.columnIndex(Zones.low + name), let type = try? reader.descriptor(ordinal).type,
            let low = words(Zones.low + name), let high = words(Zones.high + name), let nullCounts = words(Zones.nulls + name)
        else { return nil }
        return Column(type: type, low: low, high: high, nullCounts: nullCounts)
    }

    /// The checksum of each row's segment: zones of another segment say nothing.
    package var checksums: [Int64]? { words(Zones.checksum) }

    private func words(_ name: String) -> [Int64]? { reader.columnIndex(name).flatMap { try? reader.vector($0).words } }

    fileprivate static let checksum = "checksum"
    fileprivate static let low = "min."
    fileprivate static let high = "max."
    fileprivate static let nulls = "nulls."
}

extension Store {
    /// What is known of a generation's segments of a table; nil where nothing is.
    package func zones(_ table: String, generation: Int) -> Zones? {
        (try? SegmentReader(file: path + "/" + Zones.path(table, generation), fileSystem)).map(Zones.init)
    }
}

extension StoreWriter {
    /// Gathers the zones of the segments that have files of their own; returns the entries with their rows.
    ///
    /// - Throws: `SegmentError`, `FileError`.
    mutating func gatherZones(_ entries: [SegmentEntry], _ settings: [String: String]) throws -> [SegmentEntry] {
        let keyColumns = Catalog.keyColumns(settings)
        var placed = entries.sorted(by: Catalog.precedes)
        var first = 0
        while first < placed.count {
            let table = placed[first].table
            let end = placed[first...].firstIndex { $0.table != table } ?? placed.count
            let alone = (first..<end).filter { placed[$0].pack == 0 }
            if alone.count >= Zones.segmentsMin {
                let files = alone.map { path + "/" + placed[$0].path(keyColumns[table] ?? []) }
                let schema = try settings["schema." + table].map { try TableSchema.parse(Array($0.utf8)) }
                try writeZones(table, ZoneGathering(fileSystem, files, schema?.columns).image())
                for (row, index) in alone.enumerated() { placed[index].zoneRow = row + 1 }
            }
            first = end
        }
        return placed
    }

    private mutating func writeZones(_ table: String, _ image: SegmentImage) throws(FileError) {
        let file = path + "/" + Zones.path(table, nextGeneration)
        let directory = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        if directories.insert(directory).inserted { try fileSystem.createDirectories(directory) }
        written.append(file)
        var output = try fileSystem.create(file)
        try output.write(image.bytes)
        try output.close()
    }
}

/// Makes the zones of some segments.
private struct ZoneGathering: Sendable {
    private let fileSystem: FileSystem
    private let files: [String]
    /// Those of texts left out, whose words mean something in their own segment only.
    private let columns: [(name: String, type: ColumnType)]

    /// - Parameter columns: the table's; nil for those of the first segment.
    init(_ fileSystem: FileSystem, _ files: [String], _ columns: [ColumnSchema]?) throws {
        self.fileSystem = fileSystem
        self.files = files
        let first = try SegmentReader(file: files[0], fileSystem)
        let all = try columns?.map { ($0.name, $0.type) } ?? (0..<first.columnCount).map { (try first.descriptor($0).name, try first.descriptor($0).type) }
        self.columns = all.filter { $0.1 != .string }.prefix(Zones.columnsMax).map { (name: $0.0, type: $0.1) }
    }

    /// - Throws: `SegmentError`, `FileError`.
    func image() throws -> SegmentImage {
        let checksum = ColumnSchema(name: Zones.checksum, type: .int64, role: .identifier)
        var writer = SegmentWriter(columns: [checksum] + columns.flatMap { name, type in
            [Zones.low, Zones.high].map { ColumnSchema(name: $0 + name, type: type) } + [ColumnSchema(name: Zones.nulls + name, type: .int64)]
        })
        for start in stride(from: 0, to: files.count, by: SegmentLayout.rowsPerBlock) {
            let wave = start..<min(start + SegmentLayout.rowsPerBlock, files.count)
            let rows = try concurrentMap(wave.count, workers: Machine.coreCount) { place in Result { try row(files[start + place]) } }.map { try $0.get() }
            writer.append(rowCount: rows.count) { column in ColumnVector(words: rows.map { $0[column] }) }
        }
        return writer.finish()
    }

    /// The checksum; then of each column the smallest word, the largest, and how many are null.
    private func row(_ file: String) throws -> [Int64] {
        let reader = try SegmentReader(file: file, fileSystem)
        var row = [Int64(reader.checksum)]
        row.reserveCapacity(1 + 3 * columns.count)
        for (place, column) in columns.enumerated() { row += try ZoneGathering.zone(reader, column, hint: place) }
        return row
    }

    fileprivate static func zone(_ reader: SegmentReader, _ column: (name: String, type: ColumnType), hint: Int) throws -> [Int64] {
        // A column that a segment does not have is null in all of its rows.
        guard let ordinal = reader.columnIndex(column.name, hint: hint) else { return [0, 0, Int64(reader.rowCount)] }
        let descriptor = try reader.descriptor(ordinal)
        guard descriptor.type == column.type || (descriptor.type.isInteger && column.type.isInteger) else { return [0, 0, -1] }
        var (low, high, nullCount) = (Int64.max, Int64.min, 0)
        for block in descriptor.blocks {
            nullCount += block.nullCount
            if block.nullCount < block.rowCount { (low, high) = (min(low, block.min), max(high, block.max)) }
        }
        return low <= high ? [low, high, Int64(nullCount)] : [0, 0, Int64(nullCount)]
    }
}

extension Store {
    /// Holds all zones that there are against the segments that they are of.
    ///
    /// - Throws: `StoreError` where they are damaged, or not those of the segments.
    package func verifyZones() throws(StoreError) {
        let rows = catalog.zoneRows(0..<catalog.segmentCount)
        let entries = rows.indices.filter { rows[$0].row >= 0 }.map { catalog.entry($0) }
        for group in Dictionary(grouping: entries, by: { Zones.path($0.table, $0.generation) }).sorted(by: { $0.key < $1.key }) {
            do {
                guard try fileSystem.status(path + "/" + group.key) != nil else { continue }
                let zones = try Zones(SegmentReader(file: path + "/" + group.key, fileSystem))
                let columns = try zones.verified()
                let checksums = zones.checksums ?? []
                for entry in group.value {
                    let row = entry.zoneRow - 1
                    guard checksums.indices.contains(row), checksums[row] == Int64(entry.checksum) else {
                        throw SegmentError(.malformed(expected: "the zones of the segments"), column: Zones.checksum)
                    }
                    try Zones.verify(columns, row: row, try open(entry))
                }
            } catch {
                throw StoreError.wrap(error, path: path + "/" + group.key)
            }
        }
    }
}

extension Zones {
    /// All columns, once every checksum has been checked.
    fileprivate func verified() throws -> [(name: String, column: Column)] {
        try reader.verify()
        return try reader.columnNames.filter { $0.hasPrefix(Zones.low) }.map { String($0.dropFirst(Zones.low.count)) }.map { name in
            guard let column = column(name) else { throw SegmentError(.malformed(expected: "zones"), column: name) }
            return (name, column)
        }
    }

    /// Holds a row of all columns against its segment.
    fileprivate static func verify(_ columns: [(name: String, column: Column)], row: Int, _ segment: SegmentReader) throws {
        for (place, (name, column)) in columns.enumerated() {
            let zone = try ZoneGathering.zone(segment, (name, column.type), hint: place)
            guard column.low.indices.contains(row), [column.low[row], column.high[row], column.nullCounts[row]] == zone else {
                throw SegmentError(.malformed(expected: "the zones of the segments"), column: name)
            }
        }
    }
}
