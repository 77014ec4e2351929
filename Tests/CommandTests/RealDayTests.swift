import TapeAnalysis
import TapeMarket
import TapeStore
import TapeTestSupport
import Testing

/// Goal: the published facts of the real trading day. Skipped where its files are not beside the project.
@Suite(.enabled(if: RealDay.path != nil, "the real trading day is not beside the project"))
struct RealDayTests {
    static func converted(_ rule: String) throws -> (TemporaryDirectory, store: String, log: String) {
        let directory = try TemporaryDirectory()
        let path = try #require(RealDay.path)
        let store = directory.path + "/store"
        let outcome = try Command.run("convert", path + "/orders.csv", path + "/trades.csv", "--store", store, "--trading-day", rule)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return (directory, store, outcome.errors)
    }

    @Test func rowsAreConserved() throws {
        let (_, _, log) = try RealDayTests.converted("session")
        #expect(log.contains("orders: 28579 rows read = 28578 stored + 0 rejected + 1 exact duplicates"))
        #expect(log.contains("trades: 8302 rows read = 8302 stored + 0 rejected + 0 exact duplicates"))
    }

    @Test(arguments: [("calendar", ["4193", "1650", "37", "2506"]), ("session", ["4207", "1650", "37", "2520"])])
    func sweepsByGroup(rule: String, expected: [String]) throws {
        let (directory, store, _) = try RealDayTests.converted(rule)
        try #require(try Command.run("analyze", "--store", store).code == 0)
        let row = try Command.run("query", "by-date", "--store", store, "--from", "2024-09-05").row(0)
        #expect(["order_count", "full_count", "partial_count", "none_count"].map { row[$0] } == expected)
        _ = directory
    }

    @Test func participant69AsTheSeedSelectedIt() throws {
        let (directory, store, _) = try RealDayTests.converted("calendar")
        try #require(try Command.run(
            "analyze", "--store", store, "--participants", "69", "--sweeps", "traded", "--trading-hours", "10-16").code == 0)
        let row = try Command.run("query", "by-participant", "--store", store).row(0)
        #expect(["participantid", "full_count", "partial_count", "none_count"].map { row[$0] } == ["69", "26", "3", "0"])
        _ = directory
    }

    @Test func scenarios() throws {
        let (directory, store, _) = try RealDayTests.converted("calendar")
        try #require(try Command.run("analyze", "--store", store).code == 0)
        let row = try Command.run("query", "by-date", "--store", store, "--from", "2024-09-05").row(0)
        #expect(["A", "B", "C"].map { row["sim_\($0)_comparable"] } == ["609", "1458", "570"])
        let weighted = ["A", "B", "C"].map { Double(row["sim_\($0)_savings_bps_weighted"] ?? "") ?? .nan }
        for (value, expected) in zip(weighted, [12.91, 4.09, 12.47]) { #expect(abs(value - expected) < 0.005) }
        _ = directory
    }

    /// The job of 2024-09-05 in a store that the command made.
    private func input(_ store: String, _ settings: AnalysisSettings) throws -> PartitionInput {
        let store = try Store(path: store)
        let job = try #require(AnalysisJob.all(store) { date, _ in date == 19_971 }.first)
        return try PartitionLoader(store).input(job, settings)
    }

    @Test func replay() throws {
        let (directory, store, _) = try RealDayTests.converted("calendar")
        var settings = AnalysisSettings()
        settings.scenarios = [.d]
        let input = try input(store, settings)
        let cases: [(ReplaySettings.Horizon, fills: Int, booked: Int?, shares: Int64, sweeps: Int?)] = [
            (.lifetime, 32, nil, 94_698, 34), (.seconds(60), 236, nil, 244_726, nil), (.close, 1496, 203, 727_935, 1041),
        ]
        for expected in cases {
            settings.replay.horizon = expected.0
            let replay = try #require(try PartitionResult(input, settings).replay)
            #expect(replay.fills.count == expected.fills, "\(expected.0)")
            #expect(replay.fills.filter { $0.dealSource != 48 }.reduce(0) { $0 + $1.quantity } == expected.shares, "\(expected.0)")
            if let booked = expected.booked { #expect(replay.fills.count { $0.dealSource == 48 } == booked) }
            if let sweeps = expected.sweeps { #expect(replay.orders.count { $0.filled > 0 } == sweeps) }
        }
        _ = directory
    }

    /// What domain.md says was measured on the day, by the counters.
    @Test func anomalies() throws {
        let (directory, store, _) = try RealDayTests.converted("session")
        let result = try PartitionResult(try input(store, AnalysisSettings()), AnalysisSettings())
        let counts = Dictionary(uniqueKeysWithValues: result.anomalies.items.map { ($0.name, $0.count) })
        let expected = [
            "over_committed_rows": 227, "matched_above_quantity": 45, "locked_rows": 582, "crossed_rows": 466, "foreign_trades": 4052,
            "unreconciled": 0, "changed_identities": 0, "decreasing_matched": 0, "leaves_out_of_range": 0, "fills_without_row": 0,
            "fills_beyond_limit": 0, "odd_matches": 0, "ends_without_reason": 0, "empty_finals": 0, "repeated_sequences": 0, "decreasing_sequences": 0,
        ]
        for (name, count) in expected { #expect(counts[name] == count, "\(name)") }
        _ = directory
    }

    /// The figures that were published before this program, to the cent, by its formulas: 24 orders instead of 26.
    @Test func prototype() throws {
        let directory = try TemporaryDirectory()
        let path = try #require(RealDay.path)
        let store = directory.path + "/store", results = directory.path + "/results"
        try #require(try Command.run(
            "convert", path + "/orders.csv", path + "/trades.csv", path + "/nbbo.csv", "--store", store, "--trading-day", "calendar").code == 0)
        try #require(try Command.run(
            "analyze", "--store", store, "--compat", "prototype", "--participants", "69", "--trading-hours", "10-16", "--out", results).code == 0)
        let row = try Command.run("query", "by-participant", "--store", store).row(0)
        #expect(["full_count", "partial_count", "none_count"].map { row[$0] } == ["24", "0", "5"])
        var settings = AnalysisSettings()
        settings.compatibility = .prototype
        settings.participants = [69]
        settings.hours = try TradingHours(parsing: "10-16")
        let rows = try PartitionResult(try input(store, settings), settings).simulated
        #expect(rows.count == 72 && rows.filter { $0.scenario == .a }.reduce(0) { $0 + $1.actualNotional } == 194_147_230)
        let costs = [AnalysisSettings.Scenario.a, .b, .c].map { scenario in
            rows.filter { $0.scenario == scenario }.reduce(0) { $0 + ($1.notional ?? .nan) }
        }
        #expect(costs == [192_759_665, 193_453_447.5, 192_904_142.5])
    }

    /// A file of quotes that is not of this market is refused, and said so.
    @Test func inventedQuotesAreRefused() throws {
        let directory = try TemporaryDirectory()
        let path = try #require(RealDay.path)
        let store = directory.path + "/store"
        try #require(try Command.run("convert", path + "/orders.csv", path + "/trades.csv", path + "/nbbo.csv", "--store", store).code == 0)
        let outcome = try Command.run("analyze", "--store", store)
        #expect(outcome.code == 0 && outcome.errors.contains("the table nbbo holds only 0.1 % of the trades within its spreads"), "\(outcome.errors)")
    }
}
