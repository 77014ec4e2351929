import TapeStore

/// Rows of a partition on disk, to be merged.
enum MergeSource {
    case spilled(SpilledRows)
    case run(RunSegment)
    case stored(SegmentEntry, Store)

    /// Whether rows lie in order of their keys; a single block that was set aside may not.
    var isSorted: Bool {
        if case .spilled = self { return false }
        return true
    }

    var rowCount: Int {
        switch self {
        case .spilled(let rows): rows.rowCount
        case .run(let run): run.rowCount
        case .stored(let entry, _): entry.rowCount
        }
    }

    /// Between which keys the rows lie.
    func keyRange(isOpenEnded: Bool) -> ClosedRange<Int64> {
        switch self {
        case .spilled(let rows): rows.keys
        case .run(let run): isOpenEnded ? .min ... .max : run.clusterMin...max(run.clusterMin, run.clusterMax)
        case .stored(let entry, _): isOpenEnded ? .min ... .max : entry.clusterMin...max(entry.clusterMin, entry.clusterMax)
        }
    }
}

/// Cuts the keys of a partition that is too large for memory into ranges of about equally many rows.
struct MergeRanges {
    private(set) var ranges: [ClosedRange<Int64>] = []

    init(_ sources: [MergeSource], isOpenEnded: Bool, rowsPerRange: Int) {
        // Half of a source's rows are taken to lie at either end; sources are small beside a range, or sorted against each other.
        var samples: [(key: Int64, rowCount: Int)] = []
        for source in sources {
            let bounds = source.keyRange(isOpenEnded: isOpenEnded)
            samples.append((bounds.lowerBound, source.rowCount / 2))
            samples.append((bounds.upperBound, source.rowCount - source.rowCount / 2))
        }
        samples.sort { $0.key < $1.key }
        var lower = Int64.min
        var count = 0
        for sample in samples {
            if count + sample.rowCount > rowsPerRange, count > 0, sample.key > lower {
                ranges.append(lower...(sample.key - 1))
                lower = sample.key
                count = 0
            }
            count += sample.rowCount
        }
        ranges.append(lower ... .max)
    }
}
