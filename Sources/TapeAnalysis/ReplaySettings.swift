/// The rules of the time-priority dark replay, scenario D (docs/domain.md, Replay).
package struct ReplaySettings: Hashable, Sendable {
    /// How much of a dark order's quantity the replay may use.
    package enum Inventory: String, Hashable, Sendable, CaseIterable {
        /// What no real trade ever took.
        case strict
        /// What was open at the time, whatever took it later.
        case asOf = "asof"
        /// What was ordered, whatever was taken.
        case gross
    }

    /// How long a study order rests.
    package enum Horizon: Hashable, Sendable {
        case lifetime
        /// Until the session closes; a real fill does not end it.
        case close
        /// For so long after its entry; a real fill does not end it.
        case seconds(Int64)
    }

    package enum Quotes: String, Hashable, Sendable, CaseIterable { case embedded, series }

    /// Whose orders prefer their own participant's.
    package enum Preferencing: Hashable, Sendable {
        /// Participants with a real preferenced trade in the partition.
        case automatic
        case participants(Set<Int64>)
    }

    package enum Crossing: String, Hashable, Sendable, CaseIterable { case book, skip }
    package enum Session: String, Hashable, Sendable, CaseIterable { case clock, file }

    package var inventory = Inventory.strict
    package var horizon = Horizon.lifetime
    package var quotes = Quotes.embedded
    /// Whether a change of the quote alone can match two resting orders; needs quotes of the series.
    package var matchesOnQuotes = false
    package var preferencing = Preferencing.automatic
    /// Whether study orders match each other.
    package var studyPairs = true
    /// Whether any-price blocks trade outside the mid.
    package var blocks = false
    /// The least value of a block's fill, in A$.
    package var blockValueMin: Int64 = 1_000_000
    package var crossing = Crossing.book
    package var session = Session.clock
    /// Seconds since local midnight, half open; for the session by the clock.
    package var open: Int64 = 10 * 3600
    package var close: Int64 = 16 * 3600
    /// Whether Centre Point crossing orders (256) take part.
    package var includeCrossing = false

    package init() {}

    /// A text that is equal where settings are.
    package var fingerprint: String {
        let preferencing = switch preferencing {
        case .automatic: "auto"
        case .participants(let ids): ids.sorted().map(String.init).joined(separator: ",")
        }
        return "inventory=\(inventory.rawValue) horizon=\(horizon) quotes=\(quotes.rawValue)/\(matchesOnQuotes) preferencing=\(preferencing) "
            + "pairs=\(studyPairs) blocks=\(blocks)/\(blockValueMin) crossing=\(crossing.rawValue) "
            + "session=\(session.rawValue)/\(open)-\(close) crossings=\(includeCrossing)"
    }
}
