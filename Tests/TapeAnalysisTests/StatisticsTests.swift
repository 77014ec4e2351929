import TapeQuery
import TapeTestSupport
import Testing

@testable import TapeAnalysis

/// Goal: the tests give the fixture's figures, known quantiles, and what enumeration gives.
@Suite struct StatisticsTests {
    static let fixture = [3, -1, 4.5, 1.25, -5.75, 9, 2.5, 6, -0.5, 7.75]

    static func isClose(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-12) -> Bool {
        value.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
    }

    @Test func pairedT() throws {
        let test = try #require(PairedTest(StatisticsTests.fixture))
        #expect(StatisticsTests.isClose(test.mean, 2.675, 1e-15) && StatisticsTests.isClose(test.standardDeviation, 4.433223682854523, 1e-15))
        #expect(StatisticsTests.isClose(test.t, 1.9081132255216278, 1e-15) && test.df == 9)
        #expect(StatisticsTests.isClose(test.p, 0.0887291034375))
        #expect(StatisticsTests.isClose(test.effectSize, 2.675 / 4.433223682854523))
        // 2.2621571627982053 is the quantile of nine degrees of freedom.
        #expect(StatisticsTests.isClose(test.confidence.upperBound, 2.675 + 2.2621571627982053 * test.standardError, 1e-12))
        let equal = try #require(PairedTest([2, 2, 2]))
        #expect(equal.t == nil && equal.p == nil && equal.effectSize == nil && equal.confidence == 2...2)
        #expect(PairedTest([1]) == nil)
    }

    @Test(arguments: [(1.0, 12.706204736432095), (2, 4.302652729911275), (9, 2.2621571627982053), (30, 2.0422724563012373), (1e6, 1.9599663568)])
    func tQuantiles(df: Double, expected: Double) {
        #expect(StatisticsTests.isClose(Distributions.twoSidedTQuantile(0.05, df: df), expected, 1e-9))
    }

    @Test func signedRanks() throws {
        let test = try #require(SignedRankTest(StatisticsTests.fixture))
        #expect(test.plus == 45 && test.minus == 10 && test.statistic == 10 && test.z == nil && test.p == 0.083984375)
        // Zeros go, ties share their mean rank, and with ties the normal distribution serves.
        let tied = try #require(SignedRankTest([0, 1, -1, 1, 2]))
        #expect(tied.count == 4 && tied.plus == 8 && tied.minus == 2)
        // Mean 5, variance 4·5·9/24 − (27 − 3)/48 = 7.
        #expect(StatisticsTests.isClose(tied.z, -3 / 7.0.squareRoot()))
        #expect(StatisticsTests.isClose(tied.p, 0.2568392579578548, 1e-9))
        // Differences that differ in the last bits only are ties.
        #expect(try #require(SignedRankTest([0.1 + 0.2, -0.3, 5])).plus == 4.5)
        #expect(SignedRankTest([0, 0]) == nil)
    }

    /// The exact distribution against all choices of signs.
    @Test(arguments: [1, 2, 5, 9]) func exactRanks(count: Int) throws {
        for signs in 0..<(1 << count) {
            let values = (0..<count).map { Double($0 + 1) * (signs >> $0 & 1 == 1 ? 1 : -1) }
            let test = try #require(SignedRankTest(values))
            let asExtreme = (0..<(1 << count)).count { choice in
                Double((0..<count).reduce(0) { $0 + (choice >> $1 & 1 == 1 ? $1 + 1 : 0) }) <= test.statistic
            }
            #expect(test.p == min(1, 2 * Double(asExtreme) / Double(1 << count)))
        }
    }

    @Test func bootstrap() throws {
        var random = SplitMix64(state: 42)
        #expect([random.next(), random.next(), random.next()] == [13_679_457_532_755_275_413, 2_949_826_092_126_892_291, 5_139_283_748_462_763_858])
        let one = try #require(Bootstrap(StatisticsTests.fixture))
        #expect(StatisticsTests.isClose(one.confidence.lowerBound, 0.025) && StatisticsTests.isClose(one.confidence.upperBound, 5.2))
        #expect(one.resampleCount == 10_000)
        for workers in [2, 3, 7] { #expect(Bootstrap(StatisticsTests.fixture, workers: workers)?.confidence == one.confidence) }
        #expect(Bootstrap([]) == nil)
    }

    @Test func varianceAnalysis() throws {
        let d = StatisticsTests.fixture
        let analysis = try #require(VarianceAnalysis([d, d.map { 1.5 * $0 }, d.map { $0 + 2 }]))
        #expect(StatisticsTests.isClose(analysis.f, 0.37280121, 1e-8) && StatisticsTests.isClose(analysis.p, 0.69229257, 1e-8))
        #expect(analysis.df1 == 2 && analysis.df2 == 27)
        #expect(VarianceAnalysis([[1, 1], [1, 1]]) == nil && VarianceAnalysis([d]) == nil)
    }

    @Test func quantilesInterpolate() {
        #expect(Quantile.type7([1, 2, 3, 4], 0.5) == 2.5 && Quantile.type7([7], 0.9) == 7 && Quantile.type7([0, 10], 0.25) == 2.5)
    }

    /// Only orders that are comparable in all three scenarios enter the analysis of variance; nothing at all gives empty values.
    @Test func theTableOfFigures() throws {
        var statistics = SavingsStatistics()
        statistics.add([(1, .a, 1), (1, .b, 2), (1, .c, 3), (2, .a, nil), (2, .b, 4), (2, .c, nil), (3, .a, 5), (3, .b, 6), (3, .c, 8)])
        let result = statistics.result([.a, .b, .c], workers: 1)
        let rows = ResultRows(result)
        #expect(rows.value("B", "paired_t", "n") == "3" && rows.value("B", "paired_t", "mean") == "4.0")
        #expect(rows.value("ABC", "anova", "n") == "2" && rows.value("A", "bootstrap", "seed") == "42")
        #expect(rows.value("ABC", "anova", "note") == "descriptive, samples are not independent")
        let nothing = ResultRows(SavingsStatistics().result([.d], workers: 1))
        #expect(nothing.value("D", "paired_t", "n") == "0" && nothing.value("D", "paired_t", "mean") == nil)
    }

    private struct ResultRows {
        private var rows: [[String?]]

        init(_ result: ResultSet) {
            let texts = result.columns.map { column -> [String?] in
                guard case .words(let words, let dictionary) = column.values else { return [] }
                return (0..<words.count).map { words[$0].map { dictionary[Int($0)] } }
            }
            rows = texts[0].indices.map { row in texts.map { $0[row] } }
        }

        func value(_ scenario: String, _ test: String, _ item: String) -> String? {
            rows.first { $0[0] == scenario && $0[1] == test && $0[2] == item }?[3]
        }
    }
}
