/// Sums over an order's fills with a valid quote, which alone carry the weights.
struct FillSums {
    private let sign: Int64
    private var weight = 0.0
    private var touch = 0.0
    private var effective = 0.0
    private var quoted = 0.0
    private var realisedWeight = 0.0
    private var realised = 0.0

    /// - Parameter sign: +1 for a buy, -1 for a sell.
    init(sign: Int64) { self.sign = sign }

    /// - Parameter horizonMid2: twice the mid a horizon after the fill; 0 where there is none.
    mutating func add(price: Int64, quantity: Int64, _ quote: Quote?, horizonMid2: Int64) {
        let shares = Double(quantity)
        if horizonMid2 > 0 {
            realisedWeight += shares
            realised += shares * spread(price, horizonMid2)
        }
        guard let quote else { return }
        weight += shares
        touch += shares * Double(sign &* ((sign > 0 ? quote.offer : quote.bid) &- price))
        effective += shares * spread(price, quote.mid2)
        quoted += shares * 2 * Double(quote.offer &- quote.bid) / Double(quote.mid2)
    }

    /// 2 s (p − m) / m.
    private func spread(_ price: Int64, _ mid2: Int64) -> Double { 2 * Double(sign &* (2 &* price &- mid2)) / Double(mid2) }

    var priceImprovementTouch: Double? { weight == 0 ? nil : touch / weight }
    var effectiveSpread: Double? { weight == 0 ? nil : effective * 1e4 / weight }
    var quotedSpread: Double? { weight == 0 ? nil : quoted * 1e4 / weight }
    var realisedSpread: Double? { realisedWeight == 0 ? nil : realised * 1e4 / realisedWeight }
}
