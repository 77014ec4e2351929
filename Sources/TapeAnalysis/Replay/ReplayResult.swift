/// One fill of a replay.
package struct ReplayFill: Hashable, Sendable {
    /// From 1 on.
    package var matchID: Int64
    package var timestamp: Int64
    /// The sequence of the row that caused it; nil where a change of the quote did.
    package var triggerSequence: Int64?
    package var aggressor: Int64
    package var passive: Int64
    package var buyOrder: Int64
    package var sellOrder: Int64
    package var quantity: Int64
    /// The quote of the trigger.
    package var bid: Int64
    package var offer: Int64
    /// Twice the price: the quote's mid, or a block's limit.
    package var doubledPrice: Int64
    package var dealSource: Int64

    package var mid2: Int64 { bid &+ offer }
    /// As an exchange would publish it: truncated.
    package var price: Int64 { doubledPrice / 2 }
    package var exactPrice: Double { Double(doubledPrice) / 2 }
}

/// What a replay did for one study order.
package struct ReplayedOrder: Hashable, Sendable {
    package var orderID: Int64
    package var side: Int64
    package var entry: Int64
    package var end: Int64
    package var darkAtEntry: Int64
    /// Open at the first image, and by the last one, before the replay took anything.
    package var residualAtEntry: Int64 = 0
    package var residualFinal: Int64 = 0
    package var filled: Int64 = 0
    package var booked: Int64 = 0
    package var fillCount: Int64 = 0
    /// Σ quantity × doubled price of the fills.
    package var doubledNotional: Int128 = 0
    package var firstFill: Int64?
    package var lastFill: Int64?
    /// What the order really traded besides the dark part at its entry.
    package var realQuantity: Int64
    package var realNotional: Int128
    /// What it really traded in all, the base of basis points.
    package var actualNotional: Int128

    package var vwap: Double? { filled == 0 ? nil : Double(nearest: doubledNotional) / (2 * Double(filled)) }
    package var realVWAP: Double? { realQuantity == 0 ? nil : Double(nearest: realNotional) / Double(realQuantity) }

    /// s (real vwap − replayed vwap) on the quantity that both have, from integers.
    package var savings: Double? {
        guard filled > 0, realQuantity > 0 else { return nil }
        let difference = 2 * realNotional * Int128(filled) - doubledNotional * Int128(realQuantity)
        return Double(nearest: (side == 1 ? 1 : -1) * difference) / (2 * Double(max(filled, realQuantity)))
    }

    package var savingsBps: Double? {
        guard let savings, actualNotional != 0 else { return nil }
        return savings / Double(nearest: actualNotional) * 1e4
    }
}

/// Scenario D of one partition.
package struct ReplayResult: Hashable, Sendable {
    /// The study orders of the selected participants, by order id.
    package var orders: [ReplayedOrder]
    /// In order of time: those that a selected study order is part of.
    package var fills: [ReplayFill]
}
