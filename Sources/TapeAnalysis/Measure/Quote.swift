/// A valid pair of best prices. `mid2` is twice the mid-point, which is the exact form of it.
package struct Quote: Hashable, Sendable {
    package var bid: Int64
    package var offer: Int64

    /// nil where a side is missing, not positive or beyond 32 bits, or the bid is above the offer and that is not accepted.
    init?(bid: Int64, offer: Int64, acceptCrossed: Bool) {
        guard bid > 0, offer > 0, bid <= offer || acceptCrossed, bid <= Quote.priceMax, offer <= Quote.priceMax else { return nil }
        self.bid = bid
        self.offer = offer
    }

    private static let priceMax = Int64(Int32.max)

    package var mid2: Int64 { bid &+ offer }
    package var mid: Double { Double(mid2) / 2 }
}
