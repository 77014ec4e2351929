import TapeBytes
import TapeTestSupport
import Testing

/// Goal: the main job, end to end, on a generated market: the same bytes for any number of workers and order of input.
@Suite struct MarketTests {
    /// Generates a market, converts it, analyses it; returns the folder.
    static func make(_ options: [String], workers: Int) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let workers = ["--workers", String(workers), "--quiet"]
        for arguments in [
            ["generate", "--out", directory.path + "/market", "--securities", "3", "--dates", "2", "--orders", "1000"] + workers,
            ["convert", directory.path + "/market", "--store", directory.path + "/store"] + workers + options,
            ["analyze", "--store", directory.path + "/store", "--out", directory.path + "/results"] + workers,
        ] {
            let outcome = try Command.run(arguments)
            try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
        }
        return directory
    }

    /// A store's files but the list of files, which holds their paths.
    static func segments(_ directory: TemporaryDirectory) throws -> [String: [UInt8]] {
        try treeContents(directory.path + "/store").filter { $0.key.hasSuffix(".seg") && !$0.key.hasPrefix("files/") }
    }

    static func results(_ directory: TemporaryDirectory) throws -> [String: [UInt8]] {
        try treeContents(directory.path + "/results").filter { $0.key != "run_report.json" }
    }

    @Test func workersAndChunksDoNotChangeAByte() throws {
        let one = try MarketTests.make([], workers: 1)
        for (options, workers) in [([], 2), (["--chunk-size", "3000"], 3), (["--chunk-size", "64KiB", "--memory", "64MiB"], 7)] {
            let other = try MarketTests.make(options, workers: workers)
            #expect(try MarketTests.segments(one) == MarketTests.segments(other), "\(workers) workers, \(options)")
            #expect(try MarketTests.results(one) == MarketTests.results(other), "\(workers) workers, \(options)")
        }
        #expect(try MarketTests.results(one).count == 2 * 3 * 4 + 8)
    }

    @Test func shuffledRowsGiveTheSameSegments() throws {
        let directory = try MarketTests.make([], workers: 2)
        var random = SeededGenerator(seed: 5)
        for file in ["orders/orders_2024-09-02.csv", "trades/trades_2024-09-03.csv"] {
            let path = directory.path + "/market/" + file
            var lines = String(decoding: try FileSystem().readAll(path), as: UTF8.self).split(separator: "\n")
            let header = lines.removeFirst()
            lines.shuffle(using: &random)
            try overwrite(path, Array(([header] + lines).joined(separator: "\n").utf8))
        }
        let before = try MarketTests.segments(directory)
        #expect(try Command.run("convert", directory.path + "/market", "--store", directory.path + "/store2").code == 0)
        #expect(try Command.run("analyze", "--store", directory.path + "/store2").code == 0)
        let after = try treeContents(directory.path + "/store2").filter { $0.key.hasSuffix(".seg") && !$0.key.hasPrefix("files/") }
        #expect(before == after)
    }

    @Test func aSecondConvertSkipsAndExtends() throws {
        let directory = try MarketTests.make([], workers: 2)
        let orders = directory.path + "/market/orders"
        let store = directory.path + "/parts"
        #expect(try Command.run("convert", orders + "/orders_2024-09-02.csv", "--store", store).code == 0)
        let second = try Command.run("convert", orders, "--store", store)
        #expect(second.code == 0 && second.errors.contains("orders_2024-09-02.csv: already in the store, skipped"), "\(second.errors)")
        let whole = try MarketTests.segments(directory).filter { $0.key.hasPrefix("orders/") }
        let parts = try treeContents(store).filter { $0.key.hasPrefix("orders/") }
        #expect(Set(whole.values) == Set(parts.values), "in parts or at once, the same segments")
        let copy = try directory.write("copy.csv", String(decoding: try FileSystem().readAll(orders + "/orders_2024-09-02.csv"), as: UTF8.self))
        #expect(try Command.run("convert", copy, "--store", store).errors.contains("already in the store"))
    }

    @Test func aQuestionBeyondItsMemoryNamesTheOption() throws {
        let directory = try MarketTests.make([], workers: 1)
        let question = "SELECT order_id, sequence, timestamp, count(*) FROM orders GROUP BY ALL"
        let outcome = try Command.run("query", question, "--store", directory.path + "/store", "--memory", "1MiB")
        #expect(outcome.code == 1 && outcome.errors.contains("more than the 1048576 bytes") && outcome.errors.contains("--memory"), "\(outcome)")
    }

    @Test func aSelectionThatMatchesNothingSaysWhatThereIs() throws {
        let directory = try MarketTests.make([], workers: 1)
        let outcome = try Command.run("query", "by-date", "--store", directory.path + "/store", "--from", "2030-01-01")
        #expect(outcome.code == 66 && outcome.errors.contains("dates 2024-09-02 to 2024-09-03"), "\(outcome.errors)")
    }
}
