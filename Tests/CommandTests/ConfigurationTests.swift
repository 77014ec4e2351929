import TapeAnalysis
import TapeMarket
import Testing

@testable import TapeCommand

/// Goal: the file is read strictly and exactly, and what is printed reads back as the same settings.
@Suite struct ConfigurationTests {
    static let everyKey = """
        processing:
          mode: sequential
          max_workers: 8
          chunk_size_mb: 64
          memory: 2GiB
        data_selection:
          security_codes: [103, 101]
          date_range: { start: 2024-01-01, end: 2024-12-31, all_dates: false }
          participant_ids: [69]
          trading_hours: { start: 10, end: 16 }
          trading_day: calendar
        analysis:
          sweeps: all_lit
          include_booked: true
          arrival: open
          crossed: accept
          time_key: end
          realised_spread_horizon_s: 0.5
          nbbo_min_coverage_percent: 25
        simulation:
          dark_pool_scenarios: [D, B, A]
          groups: [2]
          benchmark: twap
          dark_fraction: 0.123456
          price_impact_percent: 12.5
          compatibility: prototype
          replay:
            { inventory: gross, horizon: 90, nbbo: series, nbbo_triggers: true, preferencing: [67, 41], study_pairs: false, blocks: true,
              min_block_value: 5, ucp: skip, session: file, open: "10:30", close: "15:45", include_crossing: true }
        output:
          directory: 'a "b" \\c'
          format: gzip
          aggregate_by: [date, time_of_day]
          detailed_logs: true
        """

    static func parsed(_ text: String) throws -> Configuration { try Configuration(parsing: Array(text.utf8)) }

    /// The problems as `line: message`.
    static func problems(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try Configuration(parsing: Array(text.utf8))
            return []
        } catch {
            return error.problems.map { "\($0.line): \($0.message)" }
        }
    }

    @Test func everyKeyIsRead() throws {
        let settings = try ConfigurationTests.parsed(ConfigurationTests.everyKey)
        #expect(settings.isSequential && settings.workers == 8 && settings.workerCount == 1)
        #expect(settings.chunkSize == 64 << 20 && settings.memory == 2 << 30)
        #expect(settings.selection == Selection(
            securities: [101, 103], from: 19_723, to: 20_088, participants: [69], hours: try TradingHours(firstHour: 10, lastHour: 16)))
        #expect(settings.tradingDay == "calendar")
        var analysis = AnalysisSettings()
        analysis.sweeps = .allLit
        analysis.includeBooked = true
        analysis.acceptCrossed = true
        analysis.arrival = .open
        analysis.timeKey = .end
        analysis.horizonInNanoseconds = 500_000_000
        analysis.coverageMinInPercent = 25
        analysis.benchmark = .timeWeighted
        analysis.compatibility = .prototype
        analysis.scenarios = [.a, .b, .d]
        analysis.groups = [2]
        analysis.darkPartsPerMillion = 123_456
        analysis.impact = .partsPerMillion(125_000)
        analysis.replay.inventory = .gross
        analysis.replay.horizon = .seconds(90)
        analysis.replay.quotes = .series
        analysis.replay.matchesOnQuotes = true
        analysis.replay.preferencing = .participants([41, 67])
        analysis.replay.studyPairs = false
        analysis.replay.blocks = true
        analysis.replay.blockValueMin = 5
        analysis.replay.crossing = .skip
        analysis.replay.session = .file
        (analysis.replay.open, analysis.replay.close) = (37_800, 56_700)
        analysis.replay.includeCrossing = true
        #expect(settings.analysis == analysis)
        #expect(settings.analysisSettings.participants == [69] && settings.analysisSettings.hours == settings.selection.hours)
        #expect(settings.resultsPath == "a \"b\" \\c" && settings.isDetailed)
        #expect(settings.groupings == [.date, .timeOfDay, .summary, .timeSeries])
    }

    @Test(arguments: ["", "# nothing\n", "analysis:\noutput:\n"]) func nothingGivesTheDefaults(text: String) throws {
        let settings = try ConfigurationTests.parsed(text)
        #expect(settings.text == Configuration().text)
        #expect(settings.analysisSettings == AnalysisSettings())
        #expect(settings.selection == Selection())
        #expect(settings.groupings == Set(Grouping.allCases))
    }

    @Test(arguments: ["", everyKey, "output: { directory: \"tab\\tbell\\x07 é\" }", "processing: { memory: 100000001 }"])
    func whatIsPrintedReadsBack(text: String) throws {
        let settings = try ConfigurationTests.parsed(text)
        let again = try ConfigurationTests.parsed(settings.text)
        #expect(again.text == settings.text)
        #expect(again.analysis.fingerprint == settings.analysis.fingerprint && again.selection == settings.selection && again.groupings == settings.groupings)
        #expect(again.resultsPath == settings.resultsPath && again.memory == settings.memory && again.chunkSize == settings.chunkSize)
        #expect(again.tradingDay == settings.tradingDay && again.isDetailed == settings.isDetailed)
        #expect(again.isSequential == settings.isSequential && again.workerCount == settings.workerCount)
    }

    @Test func theLastImpactCounts() throws {
        let settings = try ConfigurationTests.parsed("simulation: { price_impact_ticks: 2 }")
        #expect(settings.analysis.impact == .ticks(2) && settings.text.contains("price_impact_ticks: 2") && !settings.text.contains("impact_percent"))
    }

    /// The prototype's own selection of orders and groups, unless others are asked for.
    @Test func compatibilityHasDefaultsOfItsOwn() throws {
        let plain = try ConfigurationTests.parsed("simulation: { compatibility: prototype }").analysis
        #expect(plain.sweeps == .traded && plain.groups == [1])
        let chosen = try ConfigurationTests.parsed("analysis: { sweeps: exchange }\nsimulation: { groups: [2], compatibility: prototype }").analysis
        #expect(chosen.sweeps == .exchange && chosen.groups == [2])
    }

    @Test func fractionsAreExact() throws {
        for (text, expected) in [("0", 0), ("1", 1_000_000), ("1.000000", 1_000_000), ("0.000001", 1), ("0.3", 300_000)] as [(String, Int64)] {
            #expect(try ConfigurationTests.parsed("simulation: { dark_fraction: \(text) }").analysis.darkPartsPerMillion == expected)
        }
        for text in ["1.000001", "0.0000001", ".5", "5.", "-0.1", "1e-3", "0,5", "99999999999999999999", "٣"] {
            #expect(ConfigurationTests.problems("simulation: { dark_fraction: \"\(text)\" }").count == 1, "\(text)")
        }
        #expect(try ConfigurationTests.parsed("simulation: { price_impact_percent: 0.0001 }").analysis.impact == .partsPerMillion(1))
    }

    @Test func everyProblemIsNamedWithItsLine() {
        let text = """
            processing:
              max_worker: 8
              mode: sequentail
            data_selection:
              date_range: { start: 2024-02-01, ende: 2024-01-01 }
              trading_hours: { start: 16, end: 10 }
            simulaton: {}
            simulation: { dark_pool_scenarios: [A, E] }
            """
        #expect(ConfigurationTests.problems(text) == [
            "2: unknown key 'max_worker' in 'processing'; did you mean 'max_workers'?",
            "3: processing.mode: 'sequentail' is not one of parallel, sequential; did you mean 'sequential'?",
            "5: data_selection.date_range: unknown key 'ende'; did you mean 'end'?",
            "6: data_selection.trading_hours: '16' to '10' is not a range of hours; write 10 and 16, or \"10:00\" and \"16:00\"",
            "7: unknown key 'simulaton'; did you mean 'simulation'?",
            "8: simulation.dark_pool_scenarios: there is no scenario 'E'; this version has A, B, C, D",
        ])
    }

    @Test(arguments: [("100000000", 100_000_000), ("200MB", 200_000_000), ("64MiB", 64 << 20), ("512m", 512 << 20), ("2G", 2 << 30), ("1TiB", 1 << 40)])
    func sizesHaveUnits(text: String, size: Int) throws {
        #expect(try Configuration(parsing: Array("processing: { memory: \(text) }".utf8)).memory == size)
    }

    /// Each line by itself is an error: of a wrong kind, out of range, or not in this version.
    @Test(arguments: [
        "processing: { max_workers: 0 }", "processing: { max_workers: many }", "processing: { memory: 1MiB }", "processing: { memory: [1] }",
        "processing: { temp_dir: [/tmp] }", "processing: [1]", "processing: 5", "just text", "data_selection: { security_codes: 101 }",
        "data_selection: { security_codes: [] }", "data_selection: { security_codes: [1, 1] }", "data_selection: { participant_ids: [x] }",
        "data_selection: { participant_ids: [99999999999999999999] }", "data_selection: { date_range: { start: 2024-13-01 } }",
        "data_selection: { date_range: { start: 2024-02-01, end: 2024-01-01 } }", "data_selection: { trading_hours: { start: 10 } }",
        "data_selection: { trading_day: night }", "analysis: { arrival: last }", "analysis: { time_key: fill }", "analysis: { crossed: yes }",
        "analysis: { include_booked: 1 }", "analysis: { realised_spread_horizon_s: -1 }", "analysis: { nbbo_min_coverage_percent: 101 }", "simulation: { groups: [4] }",
        "simulation: { benchmark: vwap }", "simulation: { price_impact_ticks: 0.5 }", "simulation: { compatibility: old }",
        "simulation: { replay: { inventory: loose } }", "simulation: { replay: { horizon: 1.5 } }", "simulation: { replay: { open: 10h } }",
        "simulation: { replay: { nbo: series } }", "simulation: { replay: { preferencing: 67 } }", "output: { format: zip }", "output: { directory: '' }", "output: { aggregate_by: [week] }",
        "output: {", "a: &b 1",
    ]) func aWrongSettingIsRefused(text: String) {
        #expect(ConfigurationTests.problems(text).count == 1)
    }
}
