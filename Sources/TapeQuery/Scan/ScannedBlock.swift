import TapeColumns

/// The rows of one block that the conditions leave, as a scan hands them on.
struct ScannedBlock {
    /// Rows.
    let count: Int
    let batch: Batch
    /// Whether these are all rows of the block, so that zone maps speak of them.
    let isWhole: Bool
    /// Where its zone maps are; nil where they are not to be used.
    let zones: (segment: SegmentScan, block: Int)?

    /// The zone map of a slot's column; nil where nothing is known.
    func zone(_ slot: Int) -> BlockZone? { zones.flatMap { try? $0.segment.zone(slot, $0.block) } }
}

/// What a zone map says of a column of a block, in words.
struct BlockZone {
    var type: ValueType
    var rowCount: Int
    var nullCount: Int
    /// The smallest and largest word; without meaning where all rows are null.
    var low: Int64
    var high: Int64

    /// As conditions are tested; nil for texts, whose words are codes.
    var zone: Zone? {
        var zone = Zone(low: .exact(0), high: .exact(0), hasNulls: nullCount > 0, hasValues: nullCount < rowCount)
        guard zone.hasValues else { return zone }
        switch type {
        case .string, .null: return nil
        case .real:
            // Words order NaN with a sign below −∞ and one without above +∞; in questions every NaN is above all.
            let (first, last) = (ColumnWord.double(of: low), ColumnWord.double(of: high))
            zone.low = .real(first.isNaN && low < 0 ? -.infinity : first)
            zone.high = .real(first.isNaN || last.isNaN ? .nan : last)
        case .wide: (zone.low, zone.high) = (.exact(Int128(ColumnWord.unsigned(of: low))), .exact(Int128(ColumnWord.unsigned(of: high))))
        case .boolean, .integer, .decimal, .date, .timestamp: (zone.low, zone.high) = (.exact(Int128(low)), .exact(Int128(high)))
        }
        return zone
    }
}
