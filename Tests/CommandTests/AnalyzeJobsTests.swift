import Foundation
import TapeBytes
import TapeTestSupport
import Testing

/// Goal: a run can be stopped, killed, split or damaged at any place, and what it leaves in the end is what an undisturbed run leaves.
@Suite struct AnalyzeJobsTests {
    /// A converted market of six partitions, not analysed yet.
    static func market() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for arguments in [
            ["generate", "--out", directory.path + "/market", "--securities", "3", "--dates", "2", "--orders", "400"],
            ["convert", directory.path + "/market", "--store", directory.path + "/store"],
        ] { try #require(try Command.run(arguments).code == 0) }
        return directory
    }

    static func copy(_ directory: TemporaryDirectory, _ name: String) throws -> String {
        let path = directory.path + "/" + name
        try FileManager.default.copyItem(atPath: directory.path + "/store", toPath: path)
        return path
    }

    /// All that questions and the tree say, but for times.
    static func results(_ store: String) throws -> [String: String] {
        var results: [String: String] = [:]
        for preset in ["by-participant", "by-security", "by-date", "by-time-of-day", "by-order-size", "time-series", "summary"] {
            results[preset] = try Command.run("query", preset, "--store", store).output
        }
        for table in ["order_metrics", "simulation"] {
            results[table] = try Command.run("query", "SELECT * FROM \(table) ORDER BY order_id", "--store", store).output
        }
        return results
    }

    static func summary(_ outcome: Command.Outcome) -> String {
        outcome.errors.split(separator: "\n").first { $0.contains(" jobs: ") }.map(String.init) ?? outcome.errors
    }

    @Test func unchangedJobsAreSkippedAndChangedSettingsRunAgain() throws {
        let directory = try AnalyzeJobsTests.market()
        let store = directory.path + "/store"
        func run(_ options: String...) throws -> String {
            let outcome = try Command.run(["analyze", "--store", store] + options)
            #expect(outcome.code == 0, "\(outcome.errors)")
            return AnalyzeJobsTests.summary(outcome)
        }
        #expect(try run().contains("6 jobs: 6 done, 0 unchanged"))
        #expect(try run().contains("6 jobs: 0 done, 6 unchanged"))
        #expect(try run("--force").contains("6 done, 0 unchanged"))
        #expect(try run("--sweeps", "traded").contains("6 done, 0 unchanged"))
        #expect(try run("--sweeps", "traded", "--scenarios", "A").contains("6 done, 0 unchanged"))
        #expect(try run("--sweeps", "traded", "--scenarios", "A", "--from", "2024-09-03").contains("3 jobs: 0 done, 3 unchanged"))
        let jobs = try Command.run("query", "SELECT status, count(*) AS n, sum(attempts) AS a FROM jobs GROUP BY status", "--store", store)
        #expect(jobs.output == "status,n,a\ndone,6,6\n", "\(jobs.output) \(jobs.errors)")
    }

    @Test func theTreeIsCompletedWhereFilesAreMissing() throws {
        let directory = try AnalyzeJobsTests.market()
        let (store, tree) = (directory.path + "/store", directory.path + "/results")
        func run() throws -> String { AnalyzeJobsTests.summary(try Command.run("analyze", "--store", store, "--out", tree)) }
        func files() throws -> [String: [UInt8]] { try treeContents(tree).filter { $0.key != "run_report.json" } }
        #expect(try run().contains("6 done"))
        let whole = try files()
        #expect(whole.count == 6 * 4 + 8)
        #expect(try run().contains("0 done, 6 unchanged"))
        try FileSystem().remove(tree + "/" + (try #require(whole.keys.filter { $0.hasSuffix("metrics.csv") }.sorted().first)))
        #expect(try run().contains("1 done, 5 unchanged"))
        #expect(try files() == whole)
    }

    @Test func aDamagedPartitionFailsAloneAndAloneIsRunAgain() throws {
        let directory = try AnalyzeJobsTests.market()
        let (store, tree) = (directory.path + "/store", directory.path + "/results")
        let victim = try #require(try treeContents(store).keys.filter { $0.hasPrefix("orders/2024-09-02/") }.sorted().first)
        let sound = try FileSystem().readAll(store + "/" + victim)
        var bytes = sound
        bytes[40] ^= 1
        try overwrite(store + "/" + victim, bytes)
        let outcome = try Command.run("analyze", "--store", store, "--out", tree)
        #expect(outcome.code == 2 && outcome.errors.contains("2024-09-02, 101: job failed"), "\(outcome.errors)")
        #expect(AnalyzeJobsTests.summary(outcome).contains("5 done, 0 unchanged and skipped, 0 without orders, 1 failed"))
        let jobs = try Command.run(
            "query", "SELECT security_code, attempts, error FROM jobs WHERE status = 'failed'", "--store", store, "--format", "csv")
        #expect(jobs.output.contains("101,2,") && jobs.output.contains("checksum mismatch"), "\(jobs.output) \(jobs.errors)")
        #expect(String(decoding: try FileSystem().readAll(tree + "/run_report.json"), as: UTF8.self).contains("\"status\": \"failed\""))
        #expect(try FileSystem().status(tree + "/by_security/SEC_101/2024-09-02") == nil, "a failed partition leaves no files")
        try overwrite(store + "/" + victim, sound)
        #expect(AnalyzeJobsTests.summary(try Command.run("analyze", "--store", store, "--out", tree)).contains("1 done, 5 unchanged"))
    }

    @Test func resultsOfAFailedPartitionGoWhereverTheyWere() throws {
        let directory = try AnalyzeJobsTests.market()
        let (store, tree) = (directory.path + "/store", directory.path + "/results")
        func count(_ table: String) throws -> String {
            try Command.run("query", "SELECT count(*) FROM \(table) WHERE date = '2024-09-02' AND security_code = 101", "--store", store, "--format", "csv").output
        }
        func orders() throws -> Int {
            let answer = try Command.run("query", "summary", "--store", store, "--format", "csv").output.split(separator: "\n").map { $0.split(separator: ",") }
            return Int(try #require(answer.first { $0[0] == "order_count" })[1])!
        }
        #expect(try Command.run("analyze", "--store", store, "--out", tree, "--scenarios", "A,D").code == 0)
        let folder = tree + "/by_security/SEC_101/2024-09-02"
        #expect(try FileSystem().status(folder + "/simulation_d_fills.csv.gz") != nil)
        let all = try orders()
        let victim = try #require(try treeContents(store).keys.filter { $0.hasPrefix("orders/2024-09-02/101.") }.first)
        let sound = try FileSystem().readAll(store + "/" + victim)
        try overwrite(store + "/" + victim, Array(sound.dropLast(9)))
        #expect(try Command.run("analyze", "--store", store, "--out", tree, "--sweeps", "traded").code == 2)
        #expect(try ["order_metrics", "simulation"].allSatisfy { try count($0) == "count(*)\n0\n" })
        #expect(try orders() < all)
        #expect(try FileSystem().status(folder) == nil)
        let other = tree + "/by_security/SEC_102/2024-09-02"
        #expect(try FileSystem().list(other).map(\.name).sorted() == ["classified.csv.gz", "metrics.csv", "orders.csv.gz", "simulation.csv.gz"], "none of scenario D")
    }

    @Test func whatMatchesNoOrderIsSaid() throws {
        let directory = try AnalyzeJobsTests.market()
        let store = directory.path + "/store"
        #expect(try Command.run("analyze", "--store", store).code == 0)
        let before = try Command.run("query", "by-participant", "--store", store).output
        for selection in [["--participants", "99999"], ["--trading-hours", "3-4"]] {
            let outcome = try Command.run(["analyze", "--store", store] + selection)
            #expect(outcome.code == 66 && outcome.errors.contains("matches no order") && outcome.errors.contains("of the participants"), "\(outcome.errors)")
            let preset = try Command.run(["query", "summary", "--store", store] + selection)
            #expect(preset.code == 66 && preset.output.isEmpty && preset.errors.contains("matches no order"), "\(preset.errors)")
        }
        #expect(try Command.run("query", "by-participant", "--store", store).output == before)
        let settings = directory.path + "/settings.yaml"
        try overwrite(settings, Array("data_selection: {trading_day: calendar}\n".utf8))
        let other = try Command.run("analyze", "--store", store, "--config", settings)
        #expect(other.code == 64 && other.errors.contains("trading days are by session"), "\(other.errors)")
    }

    @Test func shardsMergedAreTheWhole() throws {
        let directory = try AnalyzeJobsTests.market()
        let one = try AnalyzeJobsTests.copy(directory, "one"), three = try AnalyzeJobsTests.copy(directory, "three")
        #expect(try Command.run("analyze", "--store", one, "--out", directory.path + "/tree1", "--shard", "1/1").code == 0)
        #expect(try Command.run("analyze", "--store", one, "--out", directory.path + "/tree1", "--merge").code == 0)
        for number in [2, 1, 3] {
            let outcome = try Command.run("analyze", "--store", three, "--out", directory.path + "/tree3", "--shard", "\(number)/3", "--workers", "2")
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        #expect(try Command.run("query", "by-date", "--store", three).code == 66, "nothing before the merge")
        let merged = try Command.run("analyze", "--store", three, "--out", directory.path + "/tree3", "--merge")
        #expect(merged.code == 0 && AnalyzeJobsTests.summary(merged).contains("6 done"), "\(merged.errors)")
        #expect(try AnalyzeJobsTests.results(one) == AnalyzeJobsTests.results(three))
        func tree(_ name: String) throws -> [String: [UInt8]] {
            try treeContents(directory.path + "/" + name).filter { $0.key != "run_report.json" }
        }
        #expect(try tree("tree1") == tree("tree3"))
        #expect(try Command.run("verify", "--store", three).code == 0)
        #expect(AnalyzeJobsTests.summary(try Command.run("analyze", "--store", three)).contains("6 unchanged"), "merged jobs need not run")
        let again = try Command.run("analyze", "--store", three, "--merge")
        #expect(again.code == 66 && again.errors.contains("no shards"))
    }

    @Test func aShardThatComesLateIsMergedWithTheOthers() throws {
        let directory = try AnalyzeJobsTests.market()
        let (store, tree) = (directory.path + "/store", directory.path + "/tree")
        for shard in ["1/2", "2/2"] {
            #expect(try Command.run("analyze", "--store", store, "--shard", shard, "--out", tree).code == 0)
            let merged = try Command.run("analyze", "--store", store, "--merge", "--out", tree)
            #expect(merged.code == 0 && merged.errors.contains("left nothing: 2") == (shard == "1/2") && !merged.errors.contains("left nothing: 1"), "\(merged.errors)")
        }
        let report = String(decoding: try FileSystem().readAll(tree + "/run_report.json"), as: UTF8.self)
        #expect(report.split(separator: "\n").count { $0.contains("\"security_code\"") } == 6, "\(report)")
    }

    @Test func aMissingShardIsSaid() throws {
        let directory = try AnalyzeJobsTests.market()
        #expect(try Command.run("analyze", "--store", directory.path + "/store", "--shard", "2/3").code == 0)
        let outcome = try Command.run("analyze", "--store", directory.path + "/store", "--merge")
        #expect(outcome.code == 0 && outcome.errors.contains("left nothing: 1, 3"), "\(outcome.errors)")
    }

    @Test func shardsOfDifferentSettingsAreNotMerged() throws {
        let directory = try AnalyzeJobsTests.market()
        let store = directory.path + "/store"
        #expect(try Command.run("analyze", "--store", store, "--shard", "1/2").code == 0)
        #expect(try Command.run("analyze", "--store", store, "--shard", "2/2", "--scenarios", "A").code == 0)
        let refused = try Command.run("analyze", "--store", store, "--merge")
        #expect(refused.code != 0 && refused.errors.contains("shards 1-of-2 and 2-of-2"), "\(refused.errors)")
        #expect(try Command.run("query", "by-date", "--store", store).code == 66, "nothing was merged")
        #expect(try Command.run("analyze", "--store", store, "--shard", "2/2").code == 0)
        #expect(try Command.run("analyze", "--store", store, "--merge").code == 0)
    }

    @Test func aMergeKeepsWhatSucceededSinceAShardFailed() throws {
        let directory = try AnalyzeJobsTests.market()
        let store = directory.path + "/store"
        #expect(try Command.run("analyze", "--store", store, "--shard", "1/1", "--job-timeout", "0.000001", "--retries", "0").code == 2)
        #expect(try Command.run("analyze", "--store", store).code == 0)
        let before = try AnalyzeJobsTests.results(store)
        // Whatever is selected, a merge takes what all shards did.
        let merged = try Command.run("analyze", "--store", store, "--merge", "--securities", "101", "--progress", "json")
        #expect(merged.code == 0, "\(merged.errors)")
        #expect(try AnalyzeJobsTests.results(store) == before)
    }

    @Test func aResultsFolderThatCannotBeIsSaidBeforeAnyJob() throws {
        let directory = try AnalyzeJobsTests.market()
        let store = directory.path + "/store"
        #expect(try Command.run("analyze", "--store", store).code == 0)
        let before = try AnalyzeJobsTests.results(store)
        let outcome = try Command.run("analyze", "--store", store, "--force", "--out", try directory.write("file", ""))
        #expect(outcome.code == 73 && outcome.errors.contains("nothing was analysed"), "\(outcome.errors)")
        #expect(try AnalyzeJobsTests.results(store) == before)
    }

    @Test func resultsOfSeveralSettingsAreSaid() throws {
        let directory = try AnalyzeJobsTests.market()
        let store = directory.path + "/store"
        #expect(!(try Command.run("analyze", "--store", store).errors.contains("other settings")))
        let mixed = try Command.run("analyze", "--store", store, "--securities", "101", "--trading-hours", "10-12")
        #expect(mixed.code == 0 && mixed.errors.contains("2 partitions of 6 were analysed with other settings"), "\(mixed.errors)")
        #expect(!(try Command.run("analyze", "--store", store).errors.contains("other settings")))
        let jobs = try Command.run("query", "SELECT sum(matched_quantity) AS n FROM jobs", "--store", store, "--format", "csv")
        let orders = try Command.run("query", "SELECT sum(matched) AS n FROM order_metrics", "--store", store, "--format", "csv")
        #expect(jobs.output == orders.output && jobs.code == 0, "\(jobs.output) \(orders.output) \(jobs.errors)")
    }

    @Test func resultsOfPartitionsThatAreGoneGo() throws {
        let directory = try AnalyzeJobsTests.market()
        let (market, store) = (directory.path + "/market", directory.path + "/store")
        #expect(try Command.run("analyze", "--store", store, "--out", directory.path + "/tree").code == 0)
        let before = try AnalyzeJobsTests.results(store)
        for (table, column) in [("orders", 3), ("trades", 4)] {
            let path = "\(market)/\(table)/\(table)_2024-09-02.csv"
            let lines = String(decoding: try FileSystem().readAll(path), as: UTF8.self).split(separator: "\n")
            let kept = lines.enumerated().filter { $0.offset == 0 || $0.element.split(separator: ",", omittingEmptySubsequences: false)[column] != "102" }
            #expect(kept.count < lines.count)
            _ = try directory.write("market/\(table)/\(table)_2024-09-02.csv", kept.map { $0.element + "\n" }.joined())
        }
        let replaced = try Command.run("convert", market, "--store", store, "--replace")
        #expect(replaced.code == 0, "\(replaced.errors)")
        let outcome = try Command.run("analyze", "--store", store, "--out", directory.path + "/tree")
        #expect(outcome.code == 0 && AnalyzeJobsTests.summary(outcome).contains("1 without orders"), "\(outcome.errors)")
        let after = try AnalyzeJobsTests.results(store)
        #expect(after != before)
        for arguments in [["convert", market, "--store", store + "2"], ["analyze", "--store", store + "2"]] { #expect(try Command.run(arguments).code == 0) }
        #expect(try AnalyzeJobsTests.results(store + "2") == after)
        #expect(try treeContents(directory.path + "/tree").keys.allSatisfy { !$0.contains("SEC_102/2024-09-02") })
        #expect(AnalyzeJobsTests.summary(try Command.run("analyze", "--store", store, "--out", directory.path + "/tree")).contains("5 unchanged"))
    }

    @Test func timeLimitsAreSaid() throws {
        let directory = try AnalyzeJobsTests.market()
        let outcome = try Command.run("analyze", "--store", directory.path + "/store", "--job-timeout", "0.000001", "--retries", "0")
        #expect(outcome.code == 2 && outcome.errors.contains("job failed: it took longer than"), "\(outcome.errors)")
        #expect(AnalyzeJobsTests.summary(outcome).contains("6 failed"))
    }

    @Test func wrongOptionsAreSaid() throws {
        let directory = try AnalyzeJobsTests.market()
        for options in [["--shard", "4/3"], ["--shard", "1/3", "--merge"], ["--retries", "101"], ["--job-timeout", "0"], ["--commit-every", "100000"]] {
            let outcome = try Command.run(["analyze", "--store", directory.path + "/store"] + options)
            #expect(outcome.code == 64 && outcome.errors.hasPrefix("tapedeck: --"), "\(options): \(outcome.errors)")
        }
    }

    /// Starts an analysis that commits after each job, and sends it a signal after a while.
    static func run(_ store: String, _ signal: Int32, afterMicroseconds time: UInt32) throws -> Int32 {
        let process = Process()
        process.executableURL = Command.program
        process.arguments = ["analyze", "--store", store, "--commit-every", "0", "--workers", "2", "--quiet"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(time)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func killedAnywhereItEndsTheSame() throws {
        let directory = try AnalyzeJobsTests.market()
        let whole = try AnalyzeJobsTests.copy(directory, "whole")
        let start = Machine.monotonicNanoseconds
        #expect(try Command.run("analyze", "--store", whole, "--commit-every", "0", "--workers", "2").code == 0)
        let span = UInt32((Machine.monotonicNanoseconds - start) / 1000)
        let expected = try AnalyzeJobsTests.results(whole)
        var random = SeededGenerator(seed: 11)
        var kills = 0
        for round in 0..<10 {
            let store = try AnalyzeJobsTests.copy(directory, "killed\(round)")
            for _ in 0..<5 {
                _ = try AnalyzeJobsTests.run(store, SIGKILL, afterMicroseconds: UInt32(random.next() % UInt64(span)))
                kills += 1
            }
            let outcome = try Command.run("analyze", "--store", store)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try AnalyzeJobsTests.results(store) == expected, "round \(round)")
            #expect(try Command.run("verify", "--store", store).code == 0)
            try FileSystem().removeTree(store)
        }
        #expect(kills == 50)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsItInAnOrderlyWay(signal: Int32) throws {
        let directory = try AnalyzeJobsTests.market()
        var random = SeededGenerator(seed: 12)
        var seen: Set<Int32> = []
        for _ in 0..<8 {
            let store = try AnalyzeJobsTests.copy(directory, "stopped")
            seen.insert(try AnalyzeJobsTests.run(store, signal, afterMicroseconds: 40_000 + UInt32(random.next() % 200_000)))
            #expect(AnalyzeJobsTests.summary(try Command.run("analyze", "--store", store)).contains("0 failed"))
            try FileSystem().removeTree(store)
        }
        // It may have ended before the signal, or not yet have begun to watch for it.
        #expect(seen.isSubset(of: [0, 128 + signal, signal]), "\(seen)")
    }
}
