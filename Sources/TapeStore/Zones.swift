import TapeBytes
import TapeColumns

/// Where many segments' blocks lie, and the smallest and largest values in them, gathered: `zones/42/orders.seg` has a row for each block of the segments of the
/// table `orders` that generation 42 brought, in the order of its catalog.
///
/// A question reads a few columns here instead of the footer of every segment. Zones that are missing or damaged say nothing: then the footers do.
package struct Zones: Sendable {
    /// Of fewer segments it is as fast to open them.
    package static let segmentsMin = 16
    /// Of wider tables the first so many columns have zones.
    static let columnsMax = 256
    /// Of the zones themselves.
    static let rowsPerBlock = 2048

    static let checksum = "checksum"

    /// What zones say of a block of a column `c`, each in a column of its own: `min.c`, `max.c`, ….
    enum Field: String, CaseIterable {
        /// The smallest and largest word that is not null; of the column's type.
        case min, max
        /// How many are null.
        case nulls
        /// Where the column lies among its segment's; −1 where nothing is known.
        case ordinal
        /// The tag of the block's stream.
        case tag
        /// In bytes from the start of the segment.
        case offset
        /// Bytes.
        case stored
        /// Bytes before LZ4; −1 where the block is not compressed.
        case encoded
        /// CRC-32C of the stored bytes; 0 without any.
        case crc

        func name(_ column: String) -> String { rawValue + "." + column }

        /// What it is of a block of the column that is the `ordinal`-th of its segment; of one of which nothing is known, where there is no block.
        func word(_ block: BlockDescriptor?, ordinal: Int) -> Int64 {
            guard let block else { return self == .ordinal ? -1 : 0 }
            return switch self {
            case .min: block.min
            case .max: block.max
            case .nulls: Int64(block.nullCount)
            case .ordinal: Int64(ordinal)
            case .tag: Int64(block.tag.rawValue)
            case .offset: Int64(block.offset)
            case .stored: Int64(block.storedSize)
            case .encoded: block.isCompressed ? Int64(block.encodedSize) : -1
            case .crc: Int64(block.checksum)
            }
        }
    }

    let reader: SegmentReader

    init(_ reader: SegmentReader) { self.reader = reader }

    /// Relative to the store.
    static func path(_ table: String, _ generation: Int) -> String { "\(StorePath.zones)/\(generation)/\(PathComponent.encode(table)).seg" }

    /// nil where the zones have no such column, or it cannot be read.
    package func column(_ name: String) -> Column? {
        guard let first = reader.columnIndex(Field.min.name(name)), let type = try? reader.descriptor(first).type else { return nil }
        return Column(name: name, type: type) { field in
            let place = Field.allCases.firstIndex(of: field) ?? 0
            return reader.columnIndex(field.name(name), hint: first + place).flatMap { try? reader.vector($0).words }
        }
    }

    /// The checksum of each row's segment: zones of another segment say nothing.
    package var checksums: [Int64]? { reader.columnIndex(Zones.checksum).flatMap { try? reader.vector($0).words } }
}

extension Zones {
    /// The zones of one column. A class, as it is handed on for each segment.
    package final class Column: Sendable {
        package let name: String
        package let type: ColumnType
        /// By row; see `Field`.
        private let min, max, nulls, ordinal, tag, offset, stored, encoded, crc: [Int64]

        /// nil where a field is missing.
        fileprivate init?(name: String, type: ColumnType, _ words: (Field) -> [Int64]?) {
            guard let min = words(.min), let max = words(.max), let nulls = words(.nulls), let ordinal = words(.ordinal), let tag = words(.tag),
                let offset = words(.offset), let stored = words(.stored), let encoded = words(.encoded), let crc = words(.crc)
            else { return nil }
            self.name = name
            self.type = type
            (self.min, self.max, self.nulls, self.ordinal, self.tag) = (min, max, nulls, ordinal, tag)
            (self.offset, self.stored, self.encoded, self.crc) = (offset, stored, encoded, crc)
        }

        /// The smallest and largest word, and how many are null, of the blocks of some rows; nil where nothing is known. Words where all are null have no meaning.
        package func extremes(_ rows: Range<Int>, rowCount: Int) -> (nullCount: Int, low: Int64, high: Int64)? {
            var (nullCount, low, high, rest) = (0, Int64.max, Int64.min, rowCount)
            for row in rows {
                let count = Int64(Swift.min(rest, SegmentLayout.rowsPerBlock))
                guard ordinal[row] >= 0, nulls[row] >= 0, nulls[row] <= count else { return nil }
                if nulls[row] < count { (low, high) = (Swift.min(low, min[row]), Swift.max(high, max[row])) }
                nullCount += Int(nulls[row])
                rest -= SegmentLayout.rowsPerBlock
            }
            return low <= high ? (nullCount, low, high) : (nullCount, 0, 0)
        }

        /// The column of a segment of `rowCount` rows and so many bytes, whose blocks have these rows; nil where nothing is known, or it cannot be so.
        package func column(_ rows: Range<Int>, rowCount: Int, sizeInBytes: Int) -> BlockCache.Column? {
            var blocks: [BlockDescriptor] = []
            blocks.reserveCapacity(rows.count)
            var rest = rowCount
            for row in rows {
                let found = BlockDescriptor(
                    tag: tag[row], rowCount: Swift.min(rest, SegmentLayout.rowsPerBlock), nullCount: nulls[row], min: min[row], max: max[row], offset: offset[row],
                    storedSize: stored[row], encodedSize: encoded[row], checksum: crc[row], segmentSize: sizeInBytes)
                guard let found, ordinal[row] == ordinal[rows.lowerBound] else { return nil }
                if let last = blocks.last, last.offset + last.storedSize != found.offset { return nil }
                blocks.append(found)
                rest -= found.rowCount
            }
            guard let first = rows.first, case let ordinal = ordinal[first], (0..<Int64(SegmentLayout.columnCountMax)).contains(ordinal), rest == 0 else { return nil }
            return BlockCache.Column(ordinal: Int(ordinal), name: name, type: type, blocks: blocks)
        }
    }
}

extension Store {
    /// What is known of a generation's segments of a table; nil where nothing is.
    package func zones(_ table: String, generation: Int) -> Zones? {
        (try? SegmentReader(file: path + "/" + Zones.path(table, generation), fileSystem)).map(Zones.init)
    }
}

extension Store {
    /// Holds all zones that there are against the segments that they are of.
    ///
    /// - Throws: `StoreError` where they are damaged, or not those of the segments.
    package func verifyZones() throws(StoreError) {
        let rows = catalog.firstZones(0..<catalog.segmentCount)
        let entries = rows.indices.filter { rows[$0].row >= 0 }.map { catalog.entry($0) }
        for group in Dictionary(grouping: entries, by: { Zones.path($0.table, $0.generation) }).sorted(by: { $0.key < $1.key }) {
            do {
                guard try fileSystem.status(path + "/" + group.key) != nil else { continue }
                try Zones(SegmentReader(file: path + "/" + group.key, fileSystem)).verify(group.value, self)
            } catch {
                throw StoreError.wrap(error, path: path + "/" + group.key)
            }
        }
    }
}

extension Zones {
    /// Checks every checksum, and the rows of some segments, column by column of zones.
    fileprivate func verify(_ entries: [SegmentEntry], _ store: Store) throws {
        try reader.verify()
        let all = try reader.columnNames.indices.map { try reader.vector($0).words }
        let columns = try reader.columnNames.indices.compactMap { index -> (name: String, type: ColumnType)? in
            let prefix = Field.min.name("")
            guard reader.columnNames[index].hasPrefix(prefix) else { return nil }
            return (String(reader.columnNames[index].dropFirst(prefix.count)), try reader.descriptor(index).type)
        }
        for entry in entries {
            for (place, expected) in try ZoneRows.of(store.open(entry), columns).enumerated() {
                let row = entry.firstZone &- 1 &+ place
                guard expected.count == all.count, expected.indices.allSatisfy({ all[$0].indices.contains(row) && all[$0][row] == expected[$0] }) else {
                    throw SegmentError(.malformed(expected: "the zones of the segments"))
                }
            }
        }
    }
}
