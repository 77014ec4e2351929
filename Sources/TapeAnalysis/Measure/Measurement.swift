import TapeMarket

/// Classifies a partition's orders and measures their executions.
struct Measurement {
    private let events: OrderEvents
    private let legs: TradeLegs
    private let settings: AnalysisSettings

    init(_ events: OrderEvents, _ legs: TradeLegs, _ settings: AnalysisSettings) {
        self.events = events
        self.legs = legs
        self.settings = settings
    }

    /// The analysed orders, by order id.
    func orders(_ anomalies: inout Anomalies) throws(AnalysisError) -> [OrderMetrics] {
        let lives = Lifecycles(events, hours: settings.hours, &anomalies)
        let executions = Executions(legs, lives, settings)
        var orders: [OrderMetrics] = []
        for order in 0..<lives.count where isSelected(order, lives, executions) {
            var metrics = life(order, lives)
            metrics.booked = executions.bookedQuantity[order]
            try measure(&metrics, executions.rows[executions.ranges[order]])
            count(metrics, Int(lives.initial[order]), &anomalies)
            orders.append(metrics)
        }
        return orders.sorted { $0.orderID < $1.orderID }
    }

    /// Domain.md, section 5.
    private func isSelected(_ order: Int, _ lives: Lifecycles, _ executions: Executions) -> Bool {
        let final = Int(lives.final[order])
        if let participants = settings.participants, !participants.contains(events.participantID[final]) { return false }
        let isSweep = ExchangeOrderType(rawValue: Int32(truncatingIfNeeded: events.exchangeOrderType[final])).isSweep
        let isCompleted = isSweep && events.changeReason[final] == Int64(ChangeReason.traded.rawValue) && events.leaves[final] == 0
            && lives.hasNewRow[order] && executions.rowCount[order] > 0
        switch settings.sweeps {
        case .exchange: return isSweep
        case .traded: return executions.rowCount[order] > 0
        case .completed: return isCompleted
        case .allLit: return isCompleted && executions.otherCount[order] == 0
        }
    }

    private func life(_ order: Int, _ lives: Lifecycles) -> OrderMetrics {
        let first = Int(lives.initial[order])
        let last = Int(lives.final[order])
        let matched = events.matched[last]
        let group = matched > 0 ? (events.leaves[last] == 0 ? 1 : 2) : 3
        return OrderMetrics(
            orderID: events.orderID[first], participantID: events.participantID[last], side: events.side[last],
            exchangeOrderType: events.exchangeOrderType[last], arrival: events.timestamp[first], end: events.timestamp[last],
            initialQuantity: events.quantity[first], finalQuantity: events.quantity[last], leaves: events.leaves[last],
            matched: matched, group: group, midTick: events.midTick[first],
            isMarketOrder: events.price[last] == 0 || events.orderType[last] == Int64(PriceKind.market.rawValue),
            initialPrice: events.price[first], limitPrice: events.price[last],
            arrivalQuote: quote(events.nationalBid[first], events.nationalOffer[first]),
            finalQuote: quote(events.nationalBid[last], events.nationalOffer[last]))
    }

    private func quote(_ bid: Int64, _ offer: Int64) -> Quote? {
        Quote(bid: bid, offer: offer, acceptCrossed: settings.acceptCrossed)
    }

    private func measure(_ metrics: inout OrderMetrics, _ fills: ArraySlice<Int32>) throws(AnalysisError) {
        guard let first = fills.first.map({ Int($0) }), let last = fills.last.map({ Int($0) }) else { return }
        var sums = FillSums()
        for fill in fills {
            let row = Int(fill)
            try add(row, &metrics)
            sums.add(price: legs.price[row], quantity: legs.quantity[row], quote(legs.nationalBid[row], legs.nationalOffer[row]),
                     sign: metrics.sign)
        }
        metrics.fillCount = fills.count
        metrics.firstFillTime = legs.time[first]
        metrics.lastFillTime = legs.time[last]
        metrics.firstFillQuote = quote(legs.nationalBid[first], legs.nationalOffer[first])
        metrics.lastFillQuote = quote(legs.nationalBid[last], legs.nationalOffer[last])
        metrics.priceImprovementTouch = sums.priceImprovementTouch
        metrics.effectiveSpread = sums.effectiveSpread
        metrics.quotedSpread = sums.quotedSpread
    }

    private func add(_ row: Int, _ metrics: inout OrderMetrics) throws(AnalysisError) {
        let quantity = legs.quantity[row]
        let (value, isTooLarge) = legs.price[row].multipliedReportingOverflow(by: quantity)
        let (notional, isOver) = metrics.notional.addingReportingOverflow(value)
        guard !isTooLarge, !isOver else { throw AnalysisError.overflow("the notional of order \(metrics.orderID)") }
        metrics.notional = notional
        metrics.traded &+= quantity
        metrics.timeWeight += Int128(quantity) * Int128(legs.time[row] &- metrics.arrival)
        switch DealSource.classification(of: Int16(truncatingIfNeeded: legs.dealSource[row])) {
        case .dark: metrics.darkQuantity &+= quantity
        case .lit: metrics.litQuantity &+= quantity
        case .auction: metrics.auctionQuantity &+= quantity
        case .report, .booked, .simulated, nil: break
        }
    }

    private func count(_ metrics: OrderMetrics, _ initialRow: Int, _ anomalies: inout Anomalies) {
        if metrics.leaves == 0, metrics.matched == 0 { anomalies.emptyFinals += 1 }
        if metrics.reconciliationDifference != 0 { anomalies.unreconciled += 1 }
        if metrics.fillCount > 0, metrics.firstFillTime < metrics.arrival { anomalies.fillsBeforeArrival += 1 }
        let reason = events.changeReason[initialRow]
        if reason != Int64(ChangeReason.entered.rawValue), reason != Int64(ChangeReason.reloaded.rawValue) { anomalies.withoutEntry += 1 }
    }
}

/// Sums over an order's fills with a valid quote, which alone carry the weights.
private struct FillSums {
    private var weight: Int64 = 0
    private var touch: Int64 = 0
    private var effective = 0.0
    private var quoted = 0.0

    mutating func add(price: Int64, quantity: Int64, _ quote: Quote?, sign: Int64) {
        guard let quote else { return }
        weight &+= quantity
        touch &+= quantity &* sign &* ((sign > 0 ? quote.offer : quote.bid) &- price)
        effective += Double(quantity) * 2 * Double(sign * (2 * price - quote.mid2)) / Double(quote.mid2)
        quoted += Double(quantity) * 2 * Double(quote.offer - quote.bid) / Double(quote.mid2)
    }

    var priceImprovementTouch: Double? { weight == 0 ? nil : Double(touch) / Double(weight) }
    var effectiveSpread: Double? { weight == 0 ? nil : effective * 1e4 / Double(weight) }
    var quotedSpread: Double? { weight == 0 ? nil : quoted * 1e4 / Double(weight) }
}

/// What makes the analysis of a partition fail.
package enum AnalysisError: Error, Hashable, Sendable {
    /// A sum that does not fit in 64 bits; the text names it.
    case overflow(String)
    /// A column that the analysis needs and the table lacks.
    case missingColumn(table: String, column: String)
}
