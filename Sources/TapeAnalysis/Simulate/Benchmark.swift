/// The mid that an order's simulated fills are priced at, as a fraction, so that costs are formed from integers.
package struct Benchmark: Hashable, Sendable {
    package let numerator: Int64
    /// From 1 to 2³², so that no product with it and a 64-bit value passes 128 bits.
    package let denominator: Int64

    package var mid: Double { Double(numerator) / Double(denominator) }

    init(_ numerator: Int64, over denominator: Int64) { (self.numerator, self.denominator) = (numerator, denominator) }

    init(_ quote: Quote) { self.init(quote.mid2, over: 2) }
}

/// Running sums over a series of quotes, which give the mean of any stretch of it in two look-ups.
struct QuoteSums {
    private let series: QuoteSeries
    private let acceptCrossed: Bool
    /// Over the rows before each one: Σ mid2 and the number of valid quotes.
    private var mids: [Int64] = [0]
    private var counts: [Int64] = [0]
    /// Up to the time of each row: ∫ mid2 dt and the time with a valid quote, in ns.
    private var integrals: [Int128] = []
    private var durations: [Int128] = []

    init(_ series: QuoteSeries, acceptCrossed: Bool) {
        self.series = series
        self.acceptCrossed = acceptCrossed
        var integral: Int128 = 0, duration: Int128 = 0
        for row in 0..<series.count {
            if row > 0, let quote = series.quote(row - 1, acceptCrossed: acceptCrossed) {
                let time = Int128(series.times[row]) - Int128(series.times[row - 1])
                integral += Int128(quote.mid2) * time
                duration += time
            }
            integrals.append(integral)
            durations.append(duration)
            let quote = series.quote(row, acceptCrossed: acceptCrossed)
            mids.append(mids[row] + (quote?.mid2 ?? 0))
            counts.append(counts[row] + (quote == nil ? 0 : 1))
        }
    }

    /// The plain mean of the valid quotes with a time in [start, end]; without any, the last valid one before.
    func mean(from start: Int64, to end: Int64) -> Benchmark? {
        let first = series.firstRow(from: start), last = max(first, series.firstRow(after: end))
        let count = counts[last] - counts[first]
        if count > 0 { return Benchmark(mids[last] - mids[first], over: 2 * count) }
        // The last valid row before `first` is the one at which the running count reached its value.
        guard counts[first] > 0, let row = counts.firstIndex(of: counts[first]) else { return nil }
        return series.quote(row - 1, acceptCrossed: acceptCrossed).map { Benchmark($0) }
    }

    /// The mid weighted by the time for which it was in force within [start, end], to a 10⁹th of a price unit; at one instant, the quote in
    /// force there. Nil if no valid quote was.
    func timeWeightedMean(from start: Int64, to end: Int64) -> Benchmark? {
        guard end > start else { return series.quote(at: start, acceptCrossed: acceptCrossed).map { Benchmark($0) } }
        let first = sums(to: start), last = sums(to: end)
        let duration = last.duration - first.duration
        guard duration > 0 else { return nil }
        let scale: Int64 = 1_000_000_000
        return Benchmark(Int64(((last.integral - first.integral) * Int128(scale) + duration / 2) / duration), over: 2 * scale)
    }

    private func sums(to instant: Int64) -> (integral: Int128, duration: Int128) {
        guard let row = series.row(at: instant) else { return (0, 0) }
        guard let quote = series.quote(row, acceptCrossed: acceptCrossed) else { return (integrals[row], durations[row]) }
        let time = Int128(instant) - Int128(series.times[row])
        return (integrals[row] + Int128(quote.mid2) * time, durations[row] + time)
    }
}
