import TapeTestSupport
import Testing

/// Goal: scenario D from the command line: its tables, its files, its part of the aggregates, and its leaving with the next run without it.
@Suite struct ReplayCommandTests {
    @Test func theReplayIsStoredWrittenAndCounted() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store", market = directory.path + "/market", results = directory.path + "/results"
        let file = try directory.write("c.yaml", "simulation: { replay: { horizon: close, inventory: gross, study_pairs: true } }\n")
        try #require(try Command.run("generate", "--out", market, "--securities", "2", "--dates", "1", "--orders", "2000").code == 0)
        try #require(try Command.run("convert", market, "--store", store).code == 0)
        let analyzed = try Command.run("analyze", "--store", store, "--config", file, "--scenarios", "A,B,C,D", "--out", results)
        try #require(analyzed.code == 0, "\(analyzed.errors)")
        let fills = try Command.run("query", "SELECT count(*) AS n, sum(quantity) AS q, min(match_id) AS first FROM replay_fills", "--store", store).row(0)
        #expect(Int(fills["n"] ?? "") ?? 0 > 0 && fills["first"] == "1", "\(fills)")
        // Every fill has a study order on one side or on both.
        let orders = try Command.run("query", "SELECT sum(sim_filled + sim_booked) AS q FROM replay_orders", "--store", store).row(0)
        let (filled, taken) = (Int(fills["q"] ?? "") ?? 0, Int(orders["q"] ?? "") ?? 0)
        #expect(taken >= filled && taken <= 2 * filled, "\(filled), \(taken)")
        let names = Set(try treeContents(results).keys.map { $0.split(separator: "/").last.map(String.init) ?? "" })
        #expect(names.isSuperset(of: ["simulation_d_fills.csv.gz", "simulation_d_orders.csv.gz", "statistics.csv"]))
        #expect(try Command.run("query", "by-date", "--store", store).row(0)["sim_D_comparable"] != nil)
        try #require(try Command.run("analyze", "--store", store).code == 0)
        #expect(try Command.run("query", "by-date", "--store", store).row(0)["sim_D_comparable"] == nil)
    }
}
