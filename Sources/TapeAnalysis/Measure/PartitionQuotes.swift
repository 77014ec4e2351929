import TapeMarket

/// Which series of quotes a partition uses: the table `nbbo` where it agrees with the tape, else what the orders' own rows carry.
///
/// A file of quotes may belong to another market or be invented. It is taken at its word only if enough of the day's trades lie within its
/// spreads; a series that does not is refused, since every cost measured against it would be an artefact.
struct PartitionQuotes {
    /// The accepted rows of the table `nbbo`; nil without any.
    let official: QuoteSeries?
    /// The accepted rows, else the orders' own quotes.
    let series: QuoteSeries
    let coverage: Double?
    let isRefused: Bool

    init(_ input: PartitionInput, _ settings: AnalysisSettings) {
        coverage = input.quotes.flatMap { PartitionQuotes.coverage(of: $0, input.legs) }
        isRefused = coverage.map { $0 < Double(settings.coverageMinInPercent) } ?? false
        official = isRefused ? nil : input.quotes
        series = official ?? QuoteSeries(input.events)
    }

    /// The share of lit and dark trades, in percent, at a price from bid to offer of the quote in force; nil without such trades.
    private static func coverage(of series: QuoteSeries, _ legs: TradeLegs) -> Double? {
        var total = 0, inside = 0, next = 0
        for leg in 0..<legs.count {
            while next < series.count, series.times[next] <= legs.time[leg] { next += 1 }
            switch DealSource.classification(of: Int16(truncatingIfNeeded: legs.dealSource[leg])) {
            case .lit, .dark: total += 1
            case .auction, .report, .booked, .simulated, nil: continue
            }
            guard next > 0 else { continue }
            let bid = series.bids[next - 1], offer = series.offers[next - 1], price = legs.price[leg]
            if bid != absent, offer != absent, price >= min(bid, offer), price <= max(bid, offer) { inside += 1 }
        }
        return total == 0 ? nil : 100 * Double(inside) / Double(total)
    }
}
