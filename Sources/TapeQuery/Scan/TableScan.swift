import TapeColumns
import TapeStore

/// Scans segments of a table: rules blocks out by zone maps, filters the others, and hands on what is left.
struct TableScan: Sendable {
    let shape: TableShape
    let store: Store
    let options: QueryOptions
    /// The conditions that the partition key alone does not decide.
    let conditions: [Bound]
    /// The columns that are read of rows that meet the conditions.
    let slots: [Int]
    private let evaluator: Evaluator

    init(_ shape: TableShape, _ store: Store, _ options: QueryOptions, conditions: [Bound], slots: [Int]) {
        self.shape = shape
        self.store = store
        self.options = options
        self.conditions = conditions
        self.slots = slots
        evaluator = Evaluator(clock: options.clock)
    }

    /// Whether rows can be counted without opening their segment.
    var needsSegments: Bool { !conditions.isEmpty || slots.contains { shape.columns[$0].keyPart == nil } }

    /// Hands on the blocks of a segment in order, until `body` returns false.
    func scan(_ unit: ScanUnit, _ statistics: inout QueryStatistics, _ body: (ScannedBlock) throws(QueryError) -> Bool) throws(QueryError) {
        guard unit.rowCount > 0 else { return }
        guard needsSegments else {
            statistics.partitionsUnread += 1
            let batch = Batch(count: unit.rowCount, slotCount: shape.columns.count) { slot throws(QueryError) in
                keyVector(slot, unit)
            }
            _ = try body(ScannedBlock(count: unit.rowCount, batch: batch, isWhole: false) { _ in nil })
            return
        }
        let segment: SegmentScan
        do {
            segment = try SegmentScan(unit, shape, store)
        } catch {
            return try leaveOut(error, unit, &statistics)
        }
        try scan(segment, unit, &statistics, body)
        statistics.bytesRead += segment.bytesRead
    }

    private func keyVector(_ slot: Int, _ unit: ScanUnit) -> Vector {
        let column = shape.columns[slot]
        guard let part = column.keyPart, unit.key.indices.contains(part) else { return Vector(.null, ValueType(column.type), count: unit.rowCount) }
        return SegmentScan.vector(unit.key[part], column.type, unit.rowCount)
    }

    /// The stored columns that the scan may read.
    var readSlots: [Int] {
        Set(conditions.flatMap(\.slots) + slots).filter { shape.columns[$0].keyPart == nil }.sorted()
    }

    /// The blocks of a segment, those that zone maps rule out, and the rows and bytes of the others.
    func estimate(_ unit: ScanUnit) throws(QueryError) -> (blocks: Int, pruned: Int, rows: Int, bytes: Int) {
        do {
            let segment = try SegmentScan(unit, shape, store)
            var result = (blocks: segment.blockCount, pruned: 0, rows: 0, bytes: 0)
            for block in 0..<segment.blockCount {
                guard try undecided(segment, block) != nil else {
                    result.pruned += 1
                    continue
                }
                result.rows += segment.rowCount(block)
                for slot in readSlots { result.bytes += try segment.storedSize(slot, block) }
            }
            return result
        } catch {
            throw placed(error, unit)
        }
    }

    /// Fails, or notes what is left out where the question allows it.
    private func leaveOut(_ error: any Error, _ unit: ScanUnit, _ statistics: inout QueryStatistics) throws(QueryError) {
        let error = placed(error, unit)
        guard options.skipsDamaged, error.kind == .damaged else { throw error }
        statistics.damaged.append(error.message)
    }

    /// An error of a lower module, with the partition that it is about.
    private func placed(_ error: any Error, _ unit: ScanUnit) -> QueryError {
        if let error = error as? QueryError { return error }
        guard case .stored(let entry) = unit.origin else { return .damaged(error) }
        return .damaged(StoreError.wrap(error, path: store.path, table: entry.table, partition: store.describe(entry.key, of: entry.table)))
    }

    private func scan(
        _ segment: SegmentScan, _ unit: ScanUnit, _ statistics: inout QueryStatistics, _ body: (ScannedBlock) throws(QueryError) -> Bool
    ) throws(QueryError) {
        statistics.blocks += segment.blockCount
        var survivors: [(block: Int, conditions: [Bound])] = []
        for block in 0..<segment.blockCount {
            do {
                if let rest = try undecided(segment, block) { survivors.append((block, rest)) } else { statistics.blocksPruned += 1 }
            } catch {
                return try leaveOut(error, unit, &statistics)
            }
        }
        guard let last = survivors.last else {
            statistics.partitionsUnread += 1
            return
        }
        segment.lastBlock = last.block
        for (block, rest) in survivors {
            if options.isCancelled() { throw QueryError(.cancelled, "stopped") }
            let outcome: ScannedBlock?
            do {
                outcome = try scanned(segment, unit, block, rest)
            } catch {
                try leaveOut(error, unit, &statistics)
                continue
            }
            statistics.rowsScanned += segment.rowCount(block)
            guard let outcome else { continue }
            if try !body(outcome) { return }
        }
    }

    /// The conditions that the zone maps of a block do not decide; nil where no row can meet them all.
    private func undecided(_ segment: SegmentScan, _ block: Int) throws -> [Bound]? {
        guard options.prunes, !conditions.isEmpty else { return conditions }
        var zones: [Int: Zone?] = [:]
        for condition in conditions { for slot in condition.slots where zones[slot] == nil { zones[slot] = try segment.zone(slot, block)?.zone } }
        let test = ZoneTest { zones[$0] ?? nil }
        var rest: [Bound] = []
        for condition in conditions {
            let outcomes = test.outcomes(condition)
            guard outcomes.contains(.isTrue) else { return nil }
            if outcomes != .isTrue { rest.append(condition) }
        }
        return rest
    }

    /// The rows of a block that meet the conditions; nil where none does.
    private func scanned(_ segment: SegmentScan, _ unit: ScanUnit, _ block: Int, _ conditions: [Bound]) throws -> ScannedBlock? {
        let count = segment.rowCount(block)
        let whole = Batch(count: count, slotCount: shape.columns.count) { slot throws(QueryError) in
            do { return try segment.vector(slot, block) } catch { throw placed(error, unit) }
        }
        var batch = whole
        var marks: [UInt8]?
        for condition in conditions {
            let truths = Logic.truths(try evaluator.evaluate(condition, batch))
            let joined = marks.map { Operands.zip($0, truths, batch.count, 0) { $0 & $1 } } ?? truths
            let found = joined.reduce(0) { $0 + Int($1) }
            if found == 0 { return nil }
            marks = found == batch.count ? nil : joined
            // What is left is little: look at nothing else from here on.
            if let rows = marks.map(Logic.rows), rows.count * 4 < batch.count {
                batch = batch.selecting(rows)
                marks = nil
            }
        }
        if let marks { batch = batch.selecting(Logic.rows(marks)) }
        if options.skipsDamaged { for slot in slots { _ = try batch.column(slot) } }
        let zone: (Int) -> BlockZone? = { slot in try? segment.zone(slot, block) }
        return ScannedBlock(count: batch.count, batch: batch, isWhole: batch === whole, zone: zone)
    }
}
