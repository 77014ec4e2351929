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
}
