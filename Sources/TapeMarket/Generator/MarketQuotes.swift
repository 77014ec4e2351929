/// Best prices: of the exchange's lit book, of the other venues, and of both together.
struct MarketQuotes: Equatable {
    /// No price on this side.
    static let missing = Int32.min

    var bid = missing
    var offer = missing
    var nationalBid = missing
    var nationalOffer = missing

    /// Whether dark orders may match: both sides there and not crossed. Locked is allowed.
    var isValid: Bool {
        nationalBid != MarketQuotes.missing && nationalOffer != MarketQuotes.missing && nationalBid <= nationalOffer
    }

    /// Bid + offer, twice the mid; meaningless unless valid.
    var doubledMid: Int64 { Int64(nationalBid) + Int64(nationalOffer) }

    /// `bid` and `offer` with the other venues' prices where those are better.
    mutating func formNational(otherBid: Int32, otherOffer: Int32) {
        nationalBid = max(bid, otherBid)
        nationalOffer =
            offer == MarketQuotes.missing
            ? otherOffer : otherOffer == MarketQuotes.missing ? offer : min(offer, otherOffer)
    }
}
