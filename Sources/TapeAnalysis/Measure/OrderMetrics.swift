/// One analysed order: its life, its group and its execution metrics. Names, units and signs: docs/domain.md, Metrics.
package struct OrderMetrics: Hashable, Sendable {
    // Life
    package var orderID: Int64
    package var participantID: Int64
    package var side: Int64
    package var exchangeOrderType: Int64
    package var arrival: Int64
    package var end: Int64
    package var initialQuantity: Int64
    package var finalQuantity: Int64
    package var leaves: Int64
    package var matched: Int64
    package var traded: Int64 = 0
    package var booked: Int64 = 0
    package var group: Int
    package var midTick: Int64
    package var isMarketOrder: Bool
    package var isMarketAtEntry: Bool
    package var initialPrice: Int64
    package var limitPrice: Int64
    package var arrivalQuote: Quote?
    package var finalQuote: Quote?

    // Executions
    package var fillCount = 0
    package var darkQuantity: Int64 = 0
    package var litQuantity: Int64 = 0
    package var auctionQuantity: Int64 = 0
    package var notional: Int64 = 0
    package var firstFillTime: Int64 = 0
    package var lastFillTime: Int64 = 0
    package var firstFillQuote: Quote?
    package var lastFillQuote: Quote?
    package var priceImprovementTouch: Double?
    package var effectiveSpread: Double?
    package var quotedSpread: Double?
    package var realisedSpread: Double?
    /// Σ quantity × (time − arrival), in shares × ns.
    package var timeWeight: Int128 = 0

    package var committed: Int64 { leaves &+ matched }
    package var reconciliationDifference: Int64 { matched &- traded &- booked }
    /// +1 for a buy, −1 for a sell: costs are positive where they are bad for the order.
    package var sign: Int64 { side == 1 ? 1 : -1 }
}

extension OrderMetrics {
    package static let groupNames = ["GROUP_1_FULLY_FILLED", "GROUP_2_PARTIALLY_FILLED", "GROUP_3_NOT_EXECUTED"]
    package var fillRatio: Double { matched == 0 || committed == 0 ? 0 : Double(matched) / Double(committed) }
    package var fillRatioInitial: Double? { initialQuantity == 0 ? nil : Double(matched) / Double(initialQuantity) }
    package var averageFillSize: Double? { fillCount == 0 ? nil : Double(traded) / Double(fillCount) }
    package var vwap: Double? { traded == 0 ? nil : Double(notional) / Double(traded) }

    package var arrivalSpread: Double? {
        arrivalQuote.map { Double($0.offer - $0.bid) / $0.mid * 1e4 }
    }

    /// s (limit − vwap) / limit, from integers.
    package var priceImprovementLimit: Double? {
        guard traded > 0, !isMarketOrder, limitPrice != 0 else { return nil }
        let difference = Int128(traded) * Int128(limitPrice) - Int128(notional)
        return Double(nearest: Int128(sign) * difference) / (Double(traded) * Double(limitPrice)) * 1e4
    }

    /// s (vwap − arrival mid) / arrival mid, from integers.
    package var slippage: Double? {
        guard traded > 0, let arrivalQuote else { return nil }
        let difference = 2 * Int128(notional) - Int128(traded) * Int128(arrivalQuote.mid2)
        return Double(nearest: Int128(sign) * difference) / (Double(traded) * Double(arrivalQuote.mid2)) * 1e4
    }

    package var priceImpact: Double? {
        guard let effectiveSpread, let realisedSpread else { return nil }
        return effectiveSpread - realisedSpread
    }

    /// Q of Perold's formula: what was meant to be traded.
    private var intended: Int64 { committed &- booked }

    /// The part of the shortfall from trading at other prices than the arrival mid, doubled, in price units × shares.
    private var executionCost2: Int128? {
        arrivalQuote.map { Int128(sign) * (2 * Int128(notional) - Int128(traded) * Int128($0.mid2)) }
    }

    /// The part from not trading, doubled; nil where it needs a quote that is not valid.
    private var opportunityCost2: Int128? {
        guard let arrivalQuote else { return nil }
        guard intended > traded else { return 0 }
        guard let finalQuote else { return nil }
        return Int128(sign) * (Int128(intended) - Int128(traded)) * Int128(finalQuote.mid2 - arrivalQuote.mid2)
    }

    /// Perold, "The Implementation Shortfall: Paper versus Reality", 1988; in price units × shares.
    package var implementationShortfall: Double? {
        guard let executionCost2, let opportunityCost2 else { return nil }
        return Double(nearest: executionCost2 &+ opportunityCost2) / 2
    }

    private func ofPaper(_ cost2: Int128?) -> Double? {
        guard let cost2, let arrivalQuote, intended > 0, opportunityCost2 != nil else { return nil }
        return Double(nearest: cost2) / (Double(intended) * Double(arrivalQuote.mid2)) * 1e4
    }

    package var implementationShortfallBps: Double? {
        guard let executionCost2, let opportunityCost2 else { return nil }
        return ofPaper(executionCost2 + opportunityCost2)
    }
    package var executionCostBps: Double? { ofPaper(executionCost2) }
    package var opportunityCostBps: Double? { ofPaper(opportunityCost2) }

    package var timeToFirstFill: Double? {
        guard fillCount > 0, firstFillTime >= arrival else { return nil }
        return Double(firstFillTime &- arrival) / 1e9
    }
    package var executionDuration: Double? { fillCount == 0 ? nil : Double(lastFillTime &- firstFillTime) / 1e9 }
    package var lifetime: Double { Double(end &- arrival) / 1e9 }
    package var weightedFillTime: Double? { traded == 0 ? nil : Double(nearest: timeWeight) / Double(traded) / 1e9 }
    package var averageFillGap: Double? { fillCount < 2 ? nil : executionDuration.map { $0 / Double(fillCount - 1) } }

    package var marketDrift: Double? {
        guard let firstFillQuote, let lastFillQuote else { return nil }
        return Double(lastFillQuote.mid2 - firstFillQuote.mid2) / Double(firstFillQuote.mid2) * 1e4
    }

    package var adverseDrift: Double? {
        guard let arrivalQuote, let lastFillQuote else { return nil }
        return Double(sign * (lastFillQuote.mid2 - arrivalQuote.mid2)) / Double(arrivalQuote.mid2) * 1e4
    }
}
