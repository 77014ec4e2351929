import TapeMarket

/// What an analysis counts as what. Defaults are those of `docs/cli.md`; `docs/domain.md` defines the terms.
package struct AnalysisSettings: Hashable, Sendable {
    /// Which orders are analysed (domain.md, section 4).
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

        package static func < (left: Scenario, right: Scenario) -> Bool { left.rawValue < right.rawValue }
    }

    package var sweeps = Sweeps.exchange
    /// Whether booked rows count as executions.
    package var includeBooked = false
    /// Whether quotes with bid above offer are valid.
    package var acceptCrossed = false
    /// Only orders of these participants; nil for all.
    package var participants: Set<Int64>?
    /// Only rows at these local times; nil for all.
    package var hours: TradingHours?
    package var scenarios: Set<Scenario> = [.a, .b, .c]
    /// The groups that are simulated.
    package var groups: Set<Int> = [1, 2]
    /// The dark share of scenarios B and C, in parts per million, so that its floor is exact.
    package var darkPartsPerMillion: Int64 = 500_000
    /// The adverse move of scenario C's lit part, in parts per million of the mid.
    package var impactPartsPerMillion: Int64 = 500

    package init() {}

    /// A text that is equal where settings are.
    package var fingerprint: String {
        let participants = participants.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all"
        let hours = hours.map { "\($0.start)-\($0.end)" } ?? "all"
        let scenarios = scenarios.sorted().map(\.rawValue).joined()
        return "sweeps=\(sweeps.rawValue) booked=\(includeBooked) crossed=\(acceptCrossed) participants=\(participants) hours=\(hours) "
            + "scenarios=\(scenarios) groups=\(groups.sorted()) dark=\(darkPartsPerMillion) impact=\(impactPartsPerMillion)"
    }
}
