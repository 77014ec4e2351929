import TapeColumns
import TapeStore

/// Scans segments of a table: rules blocks out by zone maps, filters the others, and hands on what is left.
final class TableScan: Sendable {
    let source: TableSource
    let options: QueryOptions
    /// The conditions that the partition key alone does not decide.
    private let conditions: [Condition]
    /// The columns that are read of rows that meet the conditions.
    private let slots: [Int]
    private let evaluator: Evaluator
    /// What is known of segments without opening them.
    private let zones: SegmentZones?

    /// A class, as it is handed on for each block.
    private final class Condition: Sendable {
        let bound: Bound
        let prepared: PreparedExpression
        let slots: [Int]

        init(_ bound: Bound) {
            self.bound = bound
            prepared = PreparedExpression(bound)
            slots = bound.slots
        }
    }

    /// A block that zone maps do not rule out, and the conditions that they do not decide.
    private struct Survivor {
        let block: Int
        let conditions: [Condition]
    }

    /// - Parameter segments: those that may be scanned.
    init(_ source: TableSource, _ segments: [Int], _ options: QueryOptions, conditions: [Bound], slots: [Int]) {
        self.source = source
        self.options = options
        self.conditions = conditions.map(Condition.init)
        self.slots = slots
        evaluator = Evaluator(clock: options.clock)
        let read = (self.conditions.flatMap(\.slots) + slots).ascendingOnce
        zones = read.isEmpty ? nil : SegmentZones(source, segments, slots: read)
    }

    private var columns: [TableShape.Column] { source.shape.columns }

    /// Whether segments must be opened: not where their rows are only counted, by nothing but the key.
    var needsSegments: Bool { !conditions.isEmpty || slots.contains { columns[$0].keyPart == nil } }

    /// The stored columns that the scan may read.
    var readSlots: [Int] { (conditions.flatMap(\.slots) + slots).ascendingOnce.filter { columns[$0].keyPart == nil } }

    /// Hands on the blocks of a segment in order, until `body` returns false.
    func scan(_ segment: Int, _ statistics: inout QueryStatistics, _ body: (ScannedBlock) throws(QueryError) -> Bool) throws(QueryError) {
        let rowCount = source.rowCounts[segment]
        guard rowCount > 0 else { return }
        if options.isCancelled() { throw QueryError(.cancelled, "stopped") }
        guard needsSegments else {
            statistics.partitionsUnread += 1
            let batch = Batch(count: rowCount, .key(source, segment))
            _ = try body(ScannedBlock(count: rowCount, batch: batch, isWhole: false, zones: nil))
            return
        }
        if isRuledOut(segment) {
            let blockCount = TableScan.blockCount(rowCount)
            statistics.blocks += blockCount
            statistics.blocksPruned += blockCount
            statistics.partitionsUnread += 1
            return
        }
        let opened: SegmentScan
        do {
            opened = try SegmentScan(source, segment, zones)
        } catch {
            return try leaveOut(error, segment, &statistics)
        }
        try scan(opened, segment, &statistics, body)
        statistics.bytesRead += opened.bytesRead
        opened.finish()
    }

    /// The blocks of a segment, those that zone maps rule out, and the rows and bytes of the others.
    func estimate(_ segment: Int) throws(QueryError) -> (blocks: Int, pruned: Int, rows: Int, bytes: Int) {
        let blockCount = TableScan.blockCount(source.rowCounts[segment])
        if isRuledOut(segment) { return (blockCount, blockCount, 0, 0) }
        do {
            let opened = try SegmentScan(source, segment, zones)
            var result = (blocks: opened.blockCount, pruned: 0, rows: 0, bytes: 0)
            for block in 0..<opened.blockCount {
                guard try undecided(opened, block) != nil else {
                    result.pruned += 1
                    continue
                }
                result.rows += opened.rowCount(block)
                for slot in readSlots { result.bytes += try opened.storedSize(slot, block) }
            }
            return result
        } catch {
            throw source.placed(error, segment)
        }
    }

    /// Fails, or notes what is left out where the question allows it.
    private func leaveOut(_ error: any Error, _ segment: Int, _ statistics: inout QueryStatistics) throws(QueryError) {
        let error = source.placed(error, segment)
        guard options.skipsDamaged, error.kind == .damaged else { throw error }
        // A file that is missing or cut short fails the same way for each of its blocks.
        if statistics.damaged.last != error.message { statistics.damaged.append(error.message) }
    }

    private func scan(
        _ opened: SegmentScan, _ segment: Int, _ statistics: inout QueryStatistics, _ body: (ScannedBlock) throws(QueryError) -> Bool
    ) throws(QueryError) {
        statistics.blocks += opened.blockCount
        var survivors: [Survivor] = []
        for block in 0..<opened.blockCount {
            do {
                if let rest = try undecided(opened, block) { survivors.append(Survivor(block: block, conditions: rest)) } else { statistics.blocksPruned += 1 }
            } catch {
                return try leaveOut(error, segment, &statistics)
            }
        }
        guard let last = survivors.last else {
            statistics.partitionsUnread += 1
            return
        }
        opened.lastBlock = last.block
        for survivor in survivors {
            if options.isCancelled() { throw QueryError(.cancelled, "stopped") }
            let outcome: ScannedBlock?
            do {
                outcome = try scanned(opened, survivor.block, survivor.conditions)
            } catch {
                try leaveOut(error, segment, &statistics)
                continue
            }
            statistics.rowsScanned += opened.rowCount(survivor.block)
            guard let outcome else { continue }
            if try !body(outcome) { return }
        }
    }

    /// Of a segment of so many rows.
    static func blockCount(_ rowCount: Int) -> Int { rowCount > 0 ? 1 + (rowCount - 1) / SegmentLayout.rowsPerBlock : 0 }

    /// Whether no row of a segment can meet the conditions, as far as is known without opening it.
    private func isRuledOut(_ segment: Int) -> Bool {
        guard let zones, options.prunes, !conditions.isEmpty else { return false }
        return !conditions.allSatisfy { ZoneTest { zones.zone($0, segment)?.zone }.outcomes($0.bound).contains(.isTrue) }
    }

    /// The conditions that the zone maps of a block do not decide; nil where no row can meet them all.
    private func undecided(_ opened: SegmentScan, _ block: Int) throws -> [Condition]? {
        guard options.prunes, !conditions.isEmpty else { return conditions }
        var rest: [Condition] = []
        for condition in conditions {
            var zones: [(slot: Int, zone: Zone?)] = []
            for slot in condition.slots { zones.append((slot, try opened.zone(slot, block)?.zone)) }
            let known = zones
            let outcomes = ZoneTest { slot in known.first { $0.slot == slot }?.zone }.outcomes(condition.bound)
            guard outcomes.contains(.isTrue) else { return nil }
            if outcomes != .isTrue { rest.append(condition) }
        }
        return rest
    }

    /// Whether a condition about one column can hold in a block, as far as its values say that are stored apart from their rows.
    private func canHold(_ condition: Condition, _ opened: SegmentScan, _ block: Int) throws -> Bool {
        guard condition.slots.count == 1, let values = try opened.occurringValues(condition.slots[0], block) else { return true }
        // A value that fails may be one that no row has any more: row by row it will show.
        guard let truths = try? Logic.truths(evaluator.evaluate(condition.bound, Batch(count: values.count, .only(values)))) else { return true }
        return Logic.count(truths) > 0
    }

    /// The rows of a block that meet the conditions; nil where none does.
    private func scanned(_ opened: SegmentScan, _ block: Int, _ conditions: [Condition]) throws -> ScannedBlock? {
        let count = opened.rowCount(block)
        let whole = Batch(count: count, .block(opened, block))
        var batch = whole
        var marks: [UInt8]?
        for condition in conditions {
            if marks == nil, batch === whole, try !canHold(condition, opened, block) { return nil }
            let truths = Logic.truths(try evaluator.evaluate(condition.prepared, batch))
            let joined = marks.map { Operands.zip($0, truths, batch.count, 0) { $0 & $1 } } ?? truths
            let found = Logic.count(joined)
            if found == 0 { return nil }
            marks = found == batch.count ? nil : joined
            // What is left is little: look at nothing else from here on.
            if let kept = marks, found * 4 < batch.count {
                batch = batch.selecting(marks: kept, count: found)
                marks = nil
            }
        }
        if let marks { batch = batch.selecting(marks: marks, count: Logic.count(marks)) }
        if options.skipsDamaged { for slot in slots { _ = try batch.column(slot) } }
        return ScannedBlock(count: batch.count, batch: batch, isWhole: batch === whole, zones: options.prunes ? (opened, block) : nil)
    }
}
