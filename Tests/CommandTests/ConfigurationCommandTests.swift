import TapeTestSupport
import Testing

/// Goal: the command line goes over the file, the file over the defaults; each command heeds the file; a wrong file ends with 64.
@Suite struct ConfigurationCommandTests {
    @Test func theCommandLineGoesOverTheFile() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("c.yaml", """
            processing: { mode: sequential, max_workers: 5 }
            data_selection: { security_codes: [101], participant_ids: [69], date_range: { start: 2024-01-01 } }
            analysis: { sweeps: traded }
            simulation: { dark_pool_scenarios: [A] }
            output: { directory: from_file }
            """)
        let plain = try Command.run("analyze", "--config", file, "--print-config")
        #expect(plain.code == 0, "\(plain.errors)")
        let expected = [
            "mode: sequential", "max_workers: 5", "security_codes: [101]", "date_range: { start: 2024-01-01 }", "sweeps: traded",
            "dark_pool_scenarios: [A]", "directory: \"from_file\"",
        ]
        for line in expected { #expect(plain.output.contains("  \(line)\n"), "\(line)") }
        let over = try Command.run(
            "analyze", "--config", file, "--print-config", "--workers", "3", "--securities", "7,5", "--to", "2024-02-29", "--sweeps", "completed",
            "--scenarios", "C,B", "--out", "there", "--trading-hours", "9-11", "--verbose")
        let replaced = [
            "mode: parallel", "max_workers: 3", "security_codes: [5, 7]", "date_range: { start: 2024-01-01, end: 2024-02-29 }",
            "participant_ids: [69]", "trading_hours: { start: \"09:00\", end: \"12:00\" }", "sweeps: completed", "dark_pool_scenarios: [B, C]",
            "directory: \"there\"", "detailed_logs: true",
        ]
        for line in replaced { #expect(over.output.contains("  \(line)\n"), "\(line)") }
    }

    @Test func aWrongFileIsAWrongCommandLine() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("c.yaml", "analysis:\n  sweps: traded\n")
        for arguments in [["analyze"], ["query", "summary"], ["verify"], ["convert", "x.csv"]] {
            let outcome = try Command.run(arguments + ["--config", file, "--store", directory.path + "/store"])
            #expect(outcome.code == 64 && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("tapedeck: \(file):2: unknown key 'sweps' in 'analysis'; did you mean 'sweeps'?\n  help: "))
        }
        #expect(try Command.run("analyze", "--config", directory.path + "/none.yaml").code == 66)
        let many = try directory.write("many.yaml", (1...12).map { "key\($0): 1\n" }.joined())
        #expect(try Command.run("analyze", "--config", many).errors.contains("\n  and 2 more\n"))
    }

    @Test func theWholeJobHeedsTheFile() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let results = directory.path + "/results"
        let file = try directory.write("c.yaml", """
            processing: { max_workers: 2, memory: 64MiB, chunk_size_mb: 1 }
            data_selection: { security_codes: [102], date_range: { start: 2024-09-02, end: 2024-09-02 }, trading_day: calendar }
            output: { directory: \(results), aggregate_by: [date] }
            """)
        let market = directory.path + "/market"
        #expect(try Command.run("generate", "--out", market, "--securities", "3", "--dates", "2", "--orders", "300").code == 0)
        let converted = try Command.run("convert", market, "--store", store, "--config", file)
        #expect(converted.code == 0 && converted.errors.contains("left out"), "\(converted.errors)")
        let stored = try Command.run("query", "SELECT DISTINCT date, security_code FROM orders", "--store", store, "--format", "csv")
        #expect(stored.output == "date,security_code\n2024-09-02,102\n")
        // The calendar rule came from the file, so another is refused.
        #expect(try Command.run("convert", market, "--store", store, "--trading-day", "session").code == 64)
        let analyzed = try Command.run("analyze", "--store", store, "--config", file)
        #expect(analyzed.code == 0 && analyzed.errors.contains("1 job: 1 done"), "\(analyzed.errors)")
        let files = try treeContents(results).keys.sorted()
        #expect(files.filter { $0.hasPrefix("aggregated/") } == [
            "aggregated/by_date.csv", "aggregated/global_summary.csv", "aggregated/statistics.csv", "aggregated/time_series_analysis.csv",
        ])
        #expect(files.filter { $0.hasPrefix("by_security/") }.allSatisfy { $0.hasPrefix("by_security/SEC_102/2024-09-02/") })
        #expect(try Command.run("convert", market, "--store", store, "--quiet").code == 0)
        #expect(try Command.run("analyze", "--store", store, "--quiet").code == 0)
        let selected = try Command.run("query", "by-security", "--store", store, "--config", file)
        #expect(selected.output.split(separator: "\n").count == 2 && selected.row(0).values.contains("102"), "\(selected.output)")
        let all = try Command.run("query", "by-security", "--store", store)
        #expect(all.output.split(separator: "\n").count == 4, "\(all.output)")
        #expect(try Command.run("verify", "--store", store, "--config", file).code == 0)
    }
}
