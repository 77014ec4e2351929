/// When a replay may match.
struct ReplaySession {
    private var clock: LocalWindow
    /// Nil for the session by the clock.
    private let states: SessionStates?

    init(_ settings: ReplaySettings, _ states: SessionStates) {
        clock = LocalWindow(start: settings.open * 1_000_000_000, end: settings.close * 1_000_000_000)
        self.states = settings.session == .file ? states : nil
    }

    mutating func isOpen(at instant: Int64) -> Bool { states?.isOpen(at: instant) ?? clock.contains(instant) }
}

/// At what quote a replay matches: that of the trigger's row, or the one in force in a series. It is asked in order of time.
struct ReplayQuotes {
    /// Both sides present; crossed ones too.
    struct Prices {
        var bid: Int64
        var offer: Int64
        var mid2: Int64 { bid &+ offer }
    }

    struct Change {
        var time: Int64
        var prices: Prices
    }

    /// Nil for the rows' own quotes.
    private let series: QuoteSeries?
    private var next = 0
    private var nextChange = 0
    private var lastChange: (bid: Int64, offer: Int64)?

    init(_ series: QuoteSeries?) { self.series = series }

    /// - Parameters: the row's own prices and time.
    mutating func quote(bid: Int64, offer: Int64, at time: Int64) -> Prices? {
        guard let series else { return ReplayQuotes.prices(bid, offer) }
        while next < series.count, series.times[next] <= time { next += 1 }
        return next == 0 ? nil : ReplayQuotes.prices(series.bids[next - 1], series.offers[next - 1])
    }

    /// The next change to a pair of prices at or before an instant, the last of several at one time.
    mutating func nextChange(until time: Int64) -> Change? {
        guard let series else { return nil }
        while nextChange < series.count, series.times[nextChange] <= time {
            let row = nextChange
            nextChange += 1
            if nextChange < series.count, series.times[nextChange] == series.times[row] { continue }
            let (bid, offer) = (series.bids[row], series.offers[row])
            if let lastChange, lastChange == (bid, offer) { continue }
            lastChange = (bid, offer)
            if let prices = ReplayQuotes.prices(bid, offer) { return Change(time: series.times[row], prices: prices) }
        }
        return nil
    }

    private static func prices(_ bid: Int64, _ offer: Int64) -> Prices? {
        Quote(bid: bid, offer: offer, acceptCrossed: true).map { Prices(bid: $0.bid, offer: $0.offer) }
    }
}
