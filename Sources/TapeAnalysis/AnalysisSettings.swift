import TapeMarket

/// What an analysis counts as what. Defaults are those of `docs/cli.md`; `docs/domain.md` defines the terms.
package struct AnalysisSettings: Hashable, Sendable {
    /// Which orders are analysed.
    package enum Sweeps: String, Hashable, Sendable, CaseIterable {
        /// Orders with the sweep bit.
        case exchange
        /// Orders of any type with at least one row in the trades.
        case traded
        /// Sweeps with trades that the exchange finished by a fill, from a new order on.
        case completed
        /// Completed ones all of whose trades were lit.
        case allLit = "all_lit"
    }

    package enum Scenario: String, Hashable, Sendable, CaseIterable, Comparable {
        case a = "A", b = "B", c = "C"
        /// The time-priority dark replay, which has tables of its own.
        case d = "D"

        package static func < (left: Scenario, right: Scenario) -> Bool { left.number < right.number }

        /// Among all scenarios, from 0 on.
        package var number: Int {
            switch self {
            case .a: 0
            case .b: 1
            case .c: 2
            case .d: 3
            }
        }
    }

    /// Which quote an order arrives at.
    package enum Arrival: String, Hashable, Sendable, CaseIterable {
        case first
        /// For orders entered before the opening auction, the first valid quote at or after its first trade.
        case open
    }

    /// Which end of an order's life says in which hour it is counted.
    package enum TimeKey: String, Hashable, Sendable, CaseIterable { case arrival, end }

    /// The mid that scenarios A to C compare with.
    package enum BenchmarkKind: String, Hashable, Sendable, CaseIterable {
        case arrival
        /// The time-weighted mid from arrival to the last fill.
        case timeWeighted = "twap"
        /// The plain mean of the quotes between arrival and end, else the last one before the end.
        case windowMean = "window_mean"
    }

    /// The adverse move of scenario C's lit part.
    package enum Impact: Hashable, Sendable {
        /// Of the mid.
        case partsPerMillion(Int64)
        case ticks(Int64)
    }

    package enum Compatibility: String, Hashable, Sendable, CaseIterable {
        case none
        /// The formulas of the figures published before this program (see `PrototypeSimulation`).
        case prototype
    }

    /// Nil for what the compatibility means: orders with trades for the prototype, else the exchange's sweeps.
    package var chosenSweeps: Sweeps?
    /// Whether booked rows count as executions.
    package var includeBooked = false
    package var arrival = Arrival.first
    /// Whether quotes with bid above offer are valid.
    package var acceptCrossed = false
    package var timeKey = TimeKey.arrival
    /// How long after a fill its realised spread looks at the mid.
    package var horizonInNanoseconds: Int64 = 60_000_000_000
    /// The least share of trades, in percent, that quotes of the table `nbbo` must hold within the spread; below it they are not used.
    package var coverageMinInPercent: Int64 = 80
    /// Only orders of these participants; nil for all.
    package var participants: Set<Int64>?
    /// Only rows at these local times; nil for all.
    package var hours: TradingHours?
    package var scenarios: Set<Scenario> = [.a, .b, .c]
    /// Nil for what the compatibility means: fully filled orders for the prototype, else partly filled ones too.
    package var chosenGroups: Set<Int>?
    package var benchmark = BenchmarkKind.arrival
    /// The dark share of scenarios B and C, in parts per million, so that its floor is exact.
    package var darkPartsPerMillion: Int64 = 500_000
    package var impact = Impact.partsPerMillion(500)
    package var compatibility = Compatibility.none
    package var replay = ReplaySettings()

    package init() {}

    package var sweeps: Sweeps {
        get { chosenSweeps ?? (compatibility == .prototype ? .traded : .exchange) }
        set { chosenSweeps = newValue }
    }

    /// The groups that scenarios A to C simulate.
    package var groups: Set<Int> {
        get { chosenGroups ?? (compatibility == .prototype ? [1] : [1, 2]) }
        set { chosenGroups = newValue }
    }

    /// Scenarios A to C among the chosen ones, in order.
    var formulaScenarios: [Scenario] { scenarios.subtracting([.d]).sorted() }

    /// A text that is equal where settings are.
    package var fingerprint: String {
        let participants = participants.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all"
        let hours = hours.map { "\($0.start)-\($0.end)" } ?? "all"
        let scenarios = scenarios.sorted().map(\.rawValue).joined()
        return "sweeps=\(sweeps.rawValue) booked=\(includeBooked) arrival=\(arrival.rawValue) crossed=\(acceptCrossed) "
            + "time=\(timeKey.rawValue) horizon=\(horizonInNanoseconds) coverage=\(coverageMinInPercent) "
            + "participants=\(participants) hours=\(hours) scenarios=\(scenarios) groups=\(groups.sorted()) benchmark=\(benchmark.rawValue) "
            + "dark=\(darkPartsPerMillion) impact=\(impact) compatibility=\(compatibility.rawValue) replay=(\(replay.fingerprint))"
    }
}
