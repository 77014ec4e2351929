import TapeColumns
import TapeQuery

/// The tests of the scenarios' savings (docs/domain.md, Tests), on the basis points of the comparable orders.
///
/// Orders must be added in the order (date, security, order id): sums of doubles and the bootstrap's draws depend on it. It holds 16 bytes per
/// comparable order and scenario, the one thing in an analysis that grows with the store.
package struct SavingsStatistics: Sendable {
    private var savings: [AnalysisSettings.Scenario: [Double]] = [:]
    /// Of the orders that are comparable in all of A, B and C.
    private var shared: [[Double]] = [[], [], []]

    package init() {}

    /// Adds one partition's rows of a table of savings.
    ///
    /// - Parameter rows: by (order id, scenario); savings are nil where the order is not comparable.
    package mutating func add(_ rows: some Sequence<(orderID: Int64, scenario: AnalysisSettings.Scenario, savingsBps: Double?)>) {
        var order: Int64?
        var triple: [Double] = []
        for row in rows {
            if row.orderID != order { (order, triple) = (row.orderID, []) }
            guard let value = row.savingsBps else { continue }
            savings[row.scenario, default: []].append(value)
            guard row.scenario != .d else { continue }
            triple.append(value)
            if triple.count == 3 { for index in 0..<3 { shared[index].append(triple[index]) } }
        }
    }

    /// Scenario, test, item, value: a row per figure, the value empty where there is none.
    package func result(_ scenarios: [AnalysisSettings.Scenario], workers: Int) -> ResultSet {
        var rows: [[String?]] = []
        func add(_ scenario: String, _ test: String, _ items: [(String, String?)]) {
            rows += items.map { [scenario, test, $0.0, $0.1] }
        }
        for scenario in scenarios {
            let values = savings[scenario] ?? []
            add(scenario.rawValue, "paired_t", SavingsStatistics.pairedT(values))
            add(scenario.rawValue, "wilcoxon", SavingsStatistics.wilcoxon(values))
            add(scenario.rawValue, "bootstrap", SavingsStatistics.bootstrap(values, workers))
        }
        if Set(scenarios).isSuperset(of: [.a, .b, .c]) {
            let analysis = VarianceAnalysis(shared)
            add("ABC", "anova", [
                ("n", String(shared[0].count)), ("f", text(analysis?.f)), ("df1", analysis.map { String($0.df1) }),
                ("df2", analysis.map { String($0.df2) }), ("p", text(analysis?.p)), ("note", VarianceAnalysis.note),
            ])
        }
        return ResultSet(columns: ["scenario", "test", "item", "value"].enumerated().map { column, name in
            let words = rows.enumerated().map { $1[column] == nil ? nil : Int64($0) }
            return ResultColumn(name: name, type: .string, values: .words(ColumnVector(words), dictionary: rows.map { $0[column] ?? "" }))
        })
    }

    private static func pairedT(_ values: [Double]) -> [(String, String?)] {
        let test = PairedTest(values)
        return [
            ("n", String(values.count)), ("mean", text(test?.mean)), ("sd", text(test?.standardDeviation)), ("se", text(test?.standardError)),
            ("t", text(test?.t)), ("df", test.map { String($0.df) }), ("p", text(test?.p)), ("ci_low", text(test?.confidence.lowerBound)),
            ("ci_high", text(test?.confidence.upperBound)), ("d_z", text(test?.effectSize)),
        ]
    }

    private static func wilcoxon(_ values: [Double]) -> [(String, String?)] {
        let test = SignedRankTest(values)
        return [
            ("n", String(test?.count ?? 0)), ("w_plus", text(test?.plus)), ("w_minus", text(test?.minus)), ("w", text(test?.statistic)),
            ("z", text(test?.z)), ("p", text(test?.p)),
        ]
    }

    private static func bootstrap(_ values: [Double], _ workers: Int) -> [(String, String?)] {
        let bootstrap = Bootstrap(values, workers: workers)
        return [
            ("ci_low", text(bootstrap?.confidence.lowerBound)), ("ci_high", text(bootstrap?.confidence.upperBound)),
            ("b", bootstrap.map { String($0.resampleCount) }), ("seed", bootstrap.map { String($0.seed) }),
        ]
    }
}

private func text(_ value: Double?) -> String? { value.map { String(describing: $0) } }
