import TapeColumns
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeAnalysis

/// Goal: what is stored of cells and jobs comes back, and totals are the same whatever path leads to them.
@Suite struct RollupTests {
    /// The rows of a level over some random partitions of one security, a date each.
    static func rows(_ level: RollupCell.Level, seeds: Range<UInt64>) throws -> RollupRows {
        var rows = RollupRows()
        for seed in seeds {
            for cell in try PartitionResult(try RandomMarket(seed: seed).input(), AnalysisSettings()).cells where cell.level == level {
                rows.append(date: Int64(20_000 + seed), cell)
            }
        }
        return rows
    }

    static func expectEqual(_ left: RollupRows, _ right: RollupRows, _ level: RollupCell.Level) {
        #expect(left.count == right.count)
        for row in 0..<min(left.count, right.count) {
            #expect(left.cell(row, level) == right.cell(row, level) && left.dates(row) == right.dates(row), "\(level), row \(row)")
        }
    }

    @Test(arguments: RollupCell.Level.allCases) func rowsComeBack(level: RollupCell.Level) throws {
        let rows = try RollupTests.rows(level, seeds: 0..<20).sorted
        let totals = try rows.totals()
        #expect(rows.count > 20 && totals.count < rows.count)
        RollupTests.expectEqual(try RollupRows(SegmentReader(rows.image(isTotal: false).bytes), isTotal: false), rows, level)
        RollupTests.expectEqual(try RollupRows(SegmentReader(totals.image(isTotal: true).bytes), isTotal: true), totals, level)
    }

    @Test(arguments: RollupCell.Level.allCases) func totalsDoNotDependOnTheOrderOfRows(level: RollupCell.Level) throws {
        var mixed = RollupRows()
        mixed.append(try RollupTests.rows(level, seeds: 10..<20)) { _ in true }
        mixed.append(try RollupTests.rows(level, seeds: 0..<10)) { _ in true }
        RollupTests.expectEqual(
            try mixed.sorted.totals(), try RollupTests.rows(level, seeds: 0..<20).sorted.totals(), level)
    }

    @Test func totalsSumTheRows() throws {
        let rows = try RollupTests.rows(.participant, seeds: 0..<20).sorted
        let totals = try rows.totals()
        var (left, right) = (MeasureSums(), MeasureSums())
        for row in 0..<rows.count { rows.add(row, to: &left) }
        for row in 0..<totals.count { totals.add(row, to: &right) }
        for count in MeasureSums.Count.allCases { #expect(left[count] == right[count]) }
        #expect(Set((0..<totals.count).flatMap { totals.dates($0) }) == Set((0..<rows.count).flatMap { rows.dates($0) }))
    }

    @Test func jobRecordsComeBack() throws {
        let job = AnalysisJob(key: PartitionKey([.word(19_971), .word(110_621)]), date: 19_971, security: 110_621)
        var done = JobRecord(job)
        (done.attempts, done.ended, done.nanoseconds, done.orders, done.filled) = (2, 1_725_000_000_000_000_000, 12_345_678, 9, 4)
        done.anomalies = [JobRecord.Anomaly(name: "crossed_rows", count: 3), JobRecord.Anomaly(name: "locked_rows", count: 0)]
        done.inputHash = .max
        (done.settings, done.program, done.directory) = ("sweeps=exchange", "0.1.0", "results")
        done.files = [JobRecord.TreeFile(name: "metrics.csv", size: 17)]
        (done.quoteCoverage, done.areQuotesRefused) = (41.5, true)
        var failed = JobRecord(job)
        failed.date += 1
        (failed.status, failed.reason) = (.failed, "a checksum, \"quoted\"")
        let records = [done, failed]
        #expect(try JobRecord.records(SegmentReader(JobRecord.image(records).bytes)) == records)
        #expect(try JobRecord.records(SegmentReader(JobRecord.image([]).bytes)).isEmpty)
    }
}
