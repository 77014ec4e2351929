import TapeColumns
import TapeStore

/// Finds each row's partition in a batch, and the order that brings rows of one partition together.
struct Partitioner: Sendable {
    private struct KeyPart {
        var column: Int
        var isDay: Bool
        var isString: Bool
    }

    private let parts: [KeyPart]
    private let dayRule: DayRule

    init(_ schema: TableSchema, _ dayRule: DayRule) {
        parts = schema.partitionKey.compactMap { key in
            guard let column = schema.columns.firstIndex(where: { $0.name == key.source }) else { return nil }
            return KeyPart(column: column, isDay: key.isDayOfSource, isString: schema.columns[column].type == .string)
        }
        self.dayRule = dayRule
    }

    /// Rows of a chunk by partition: those of `keys[i]` are `ranges[i]`, in their old order, once rows are taken in the order of `rows`.
    struct Partitioned: Sendable {
        var keys: [PartitionKey]
        var ranges: [Range<Int>]
        /// nil where rows stay where they are.
        var rows: [Int32]?

        var rowCount: Int { ranges.last?.upperBound ?? 0 }

        /// Leaves out the rows of partitions for which `isKept` is false; returns how many.
        mutating func keep(_ isKept: (PartitionKey) -> Bool) -> Int {
            let kept = keys.indices.filter { isKept(keys[$0]) }
            guard kept.count < keys.count else { return 0 }
            let rowsBefore = rowCount
            var rowsAfter: [Int32] = []
            var rangesAfter: [Range<Int>] = []
            for index in kept {
                let first = rowsAfter.count
                // Without an order there is one partition, which then is not kept.
                rowsAfter += rows?[ranges[index]] ?? []
                rangesAfter.append(first..<rowsAfter.count)
            }
            (keys, ranges, rows) = (kept.map { keys[$0] }, rangesAfter, rowsAfter)
            return rowsBefore - rowsAfter.count
        }
    }

    /// Key columns hold no nulls.
    func partition(_ chunk: ParsedChunk) -> Partitioned {
        guard chunk.rowCount > 0 else { return Partitioned(keys: [], ranges: [], rows: nil) }
        var codes = [Int32](repeating: 0, count: chunk.rowCount)
        var keys: [[PartitionKey.Part]] = [[]]
        for part in parts {
            let column = chunk.columns[part.column]
            if part.isDay {
                combineDays(&codes, &keys, column)
            } else {
                combine(&codes, &keys, column.words, column.low, column.high) { word in
                    part.isString ? .text(String(decoding: column.texts[Int(word)], as: UTF8.self)) : .word(word)
                }
            }
        }
        return group(codes, keys.map { PartitionKey($0) })
    }

    private func combineDays(_ codes: inout [Int32], _ keys: inout [[PartitionKey.Part]], _ column: ParsedChunk.Column) {
        var interval = dayRule.interval(column.words[0])
        if column.low >= interval.start, column.high < interval.end {
            for index in keys.indices { keys[index].append(.word(interval.day)) }
            return
        }
        if let table = DayTable(dayRule, from: column.low, to: column.high) {
            let days = codes.indices.map { table.day(of: column.words[$0]) }
            return combine(&codes, &keys, days, table.days.min() ?? 0, table.days.max() ?? 0) { .word($0) }
        }
        var days = [Int64](repeating: 0, count: codes.count)
        // Rows out of order come back to the same days again and again.
        var known = [interval]
        for index in codes.indices {
            let instant = column.words[index]
            if instant < interval.start || instant >= interval.end { interval = findInterval(instant, &known) }
            days[index] = interval.day
        }
        combine(&codes, &keys, days, days.min() ?? 0, days.max() ?? 0) { .word($0) }
    }

    /// - Parameter known: intervals in order of time; a new one is added.
    private func findInterval(_ instant: Int64, _ known: inout [DayRule.Interval]) -> DayRule.Interval {
        let next = known.partitionPoint { $0.end > instant }
        if next < known.count, known[next].start <= instant { return known[next] }
        let found = dayRule.interval(instant)
        known.insert(found, at: next)
        return found
    }

    /// Refines codes (indices into `keys`) by one more key part.
    private func combine(
        _ codes: inout [Int32], _ keys: inout [[PartitionKey.Part]], _ words: [Int64], _ low: Int64, _ high: Int64,
        _ keyPart: (Int64) -> PartitionKey.Part
    ) {
        var refined: [[PartitionKey.Part]] = []
        let (span, isWide) = high.subtractingReportingOverflow(low)
        if !isWide, span < 1 << 16, keys.count << 16 < 1 << 22 {
            // Words of a small range index a table.
            var codeOfPair = [Int32](repeating: -1, count: keys.count * (Int(span) + 1))
            for index in codes.indices {
                let pair = Int(codes[index]) * (Int(span) + 1) + Int(words[index] - low)
                if codeOfPair[pair] < 0 {
                    codeOfPair[pair] = Int32(refined.count)
                    refined.append(keys[Int(codes[index])] + [keyPart(words[index])])
                }
                codes[index] = codeOfPair[pair]
            }
        } else {
            var distinct = WordTable(countMax: max(1, codes.count))
            var pairs = WordTable(countMax: max(1, codes.count))
            for index in codes.indices {
                guard let code = distinct.code(of: words[index]),
                    let pair = pairs.code(of: Int64(codes[index]) << 32 | Int64(code))
                else { continue }
                if pair == refined.count { refined.append(keys[Int(codes[index])] + [keyPart(words[index])]) }
                codes[index] = Int32(pair)
            }
        }
        keys = refined
    }

    private func group(_ codes: [Int32], _ keys: [PartitionKey]) -> Partitioned {
        guard keys.count > 1 else { return Partitioned(keys: keys, ranges: [0..<codes.count], rows: nil) }
        var starts = [Int](repeating: 0, count: keys.count + 1)
        for code in codes { starts[Int(code) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var next = starts
        var rows = [Int32](repeating: 0, count: codes.count)
        for row in codes.indices {
            let code = Int(codes[row])
            rows[next[code]] = Int32(row)
            next[code] += 1
        }
        return Partitioned(keys: keys, ranges: keys.indices.map { starts[$0]..<starts[$0 + 1] }, rows: rows)
    }
}

/// The days of all instants between two, found by the highest bits of an instant: these name a stretch of time that is shorter than a day, in which at most one
/// other day begins.
private struct DayTable {
    private static let stretchesMax = 1 << 14

    private let low: Int64
    private let shift: Int64
    private(set) var days: [Int64]
    /// Where each day but the first begins.
    private var starts: [Int64] = []
    /// By stretch the day that its first instant is of.
    private var firstDays: [Int32] = []

    /// nil where there are too many days.
    init?(_ rule: DayRule, from low: Int64, to high: Int64) {
        self.low = low
        var interval = rule.interval(low)
        days = [interval.day]
        var shortest = Int64.max
        while interval.end <= high {
            guard days.count < DayTable.stretchesMax, interval.end < .max else { return nil }
            starts.append(interval.end)
            interval = rule.interval(interval.end)
            days.append(interval.day)
            shortest = min(shortest, interval.end &- interval.start)
        }
        let (span, isWide) = high.subtractingReportingOverflow(low)
        guard !isWide, shortest > 0 else { return nil }
        shift = Int64(63 - shortest.leadingZeroBitCount)
        guard span >> shift < Int64(DayTable.stretchesMax) else { return nil }
        var day = 0
        for stretch in 0...(span >> shift) {
            while day < starts.count, starts[day] - low <= stretch << shift { day += 1 }
            firstDays.append(Int32(day))
        }
    }

    /// - Parameter instant: between the two.
    func day(of instant: Int64) -> Int64 {
        let first = Int(firstDays[Int((instant &- low) &>> shift)])
        return days[first < starts.count && instant >= starts[first] ? first + 1 : first]
    }
}
