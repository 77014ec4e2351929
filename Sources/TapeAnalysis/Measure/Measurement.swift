import TapeMarket

/// Classifies a partition's orders and measures their executions.
struct Measurement {
    private let events: OrderEvents
    private let legs: TradeLegs
    private let lives: Lifecycles
    private let executions: Executions
    private let quotes: PartitionQuotes
    private let settings: AnalysisSettings
    /// Twice the mid in force a horizon after each trade row; 0 where it is not valid.
    private let horizonMid2: [Int64]
    /// The time of the opening auction's first trade and the first valid quote from then on; nil unless arrivals are moved to it.
    private let opening: (time: Int64, quote: Quote?)?

    init(
        _ input: PartitionInput, _ lives: Lifecycles, _ executions: Executions, _ quotes: PartitionQuotes, _ settings: AnalysisSettings
    ) {
        events = input.events
        legs = input.legs
        self.lives = lives
        self.executions = executions
        self.quotes = quotes
        self.settings = settings
        horizonMid2 = Measurement.horizonMids(legs, quotes.series, settings)
        opening = Measurement.opening(legs, executions, quotes.series, settings)
    }

    /// The analysed orders, by order id.
    func orders() throws(AnalysisError) -> [OrderMetrics] {
        var selected: [(id: Int64, order: Int32)] = []
        for order in 0..<lives.count where isSelected(order) {
            selected.append((events.orderID[Int(lives.initial[order])], Int32(truncatingIfNeeded: order)))
        }
        selected.sort { $0.id < $1.id }
        var orders: [OrderMetrics] = []
        orders.reserveCapacity(selected.count)
        for (_, order) in selected {
            var metrics = life(Int(order))
            metrics.booked = executions.bookedQuantity[Int(order)]
            try measure(&metrics, executions.rows(of: Int(order)))
            orders.append(metrics)
        }
        return orders
    }

    /// Docs/domain.md, An order's life.
    private func isSelected(_ order: Int) -> Bool {
        let final = Int(lives.final[order])
        if let participants = settings.participants, !participants.contains(events.participantID[final]) { return false }
        switch settings.sweeps {
        case .exchange: return isSweep(final)
        case .traded: return executions.rowCount[order] > 0
        case .completed: return isCompleted(order, final)
        case .allLit: return isCompleted(order, final) && executions.otherCount[order] == 0
        }
    }

    private func isSweep(_ row: Int) -> Bool { events.exchangeOrderType[row] & Int64(ExchangeOrderType.sweep.rawValue) != 0 }

    private func isCompleted(_ order: Int, _ final: Int) -> Bool {
        isSweep(final) && events.changeReason[final] == Int64(ChangeReason.traded.rawValue) && events.leaves[final] == 0
            && lives.hasNewRow[order] && executions.rowCount[order] > 0
    }

    private func life(_ order: Int) -> OrderMetrics {
        let first = Int(lives.initial[order])
        let last = Int(lives.final[order])
        let matched = events.matched[last]
        let group = matched > 0 ? (events.leaves[last] == 0 ? 1 : 2) : 3
        return OrderMetrics(
            orderID: events.orderID[first], participantID: events.participantID[last], side: events.side[last],
            exchangeOrderType: events.exchangeOrderType[last], arrival: events.timestamp[first], end: events.timestamp[last],
            initialQuantity: events.quantity[first], finalQuantity: events.quantity[last], leaves: events.leaves[last],
            matched: matched, group: group, midTick: events.midTick[first], isMarketOrder: events.isMarket(last), isMarketAtEntry: events.isMarket(first),
            initialPrice: events.price[first], limitPrice: events.price[last], arrivalQuote: arrivalQuote(first),
            finalQuote: quote(events.nationalBid[last], events.nationalOffer[last]))
    }

    private func quote(_ bid: Int64, _ offer: Int64) -> Quote? {
        Quote(bid: bid, offer: offer, acceptCrossed: settings.acceptCrossed)
    }

    /// The row's own quote; that of the table `nbbo` where the row lacks a side.
    private func arrivalQuote(_ row: Int) -> Quote? {
        let time = events.timestamp[row]
        if let opening, time < opening.time { return opening.quote }
        let bid = events.nationalBid[row], offer = events.nationalOffer[row]
        if bid == absent || offer == absent { return quotes.official?.quote(at: time, acceptCrossed: settings.acceptCrossed) }
        return quote(bid, offer)
    }

    private func measure(_ metrics: inout OrderMetrics, _ fills: ArraySlice<Int32>) throws(AnalysisError) {
        guard let first = fills.first.map({ Int($0) }), let last = fills.last.map({ Int($0) }) else { return }
        var sums = FillSums(sign: metrics.sign)
        for fill in fills {
            let row = Int(fill)
            try add(row, &metrics)
            sums.add(price: legs.price[row], quantity: legs.quantity[row], quote(legs.nationalBid[row], legs.nationalOffer[row]),
                     horizonMid2: horizonMid2[row])
        }
        metrics.fillCount = fills.count
        metrics.firstFillTime = legs.time[first]
        metrics.lastFillTime = legs.time[last]
        metrics.firstFillQuote = quote(legs.nationalBid[first], legs.nationalOffer[first])
        metrics.lastFillQuote = quote(legs.nationalBid[last], legs.nationalOffer[last])
        metrics.priceImprovementTouch = sums.priceImprovementTouch
        metrics.effectiveSpread = sums.effectiveSpread
        metrics.quotedSpread = sums.quotedSpread
        metrics.realisedSpread = sums.realisedSpread
    }

    private func add(_ row: Int, _ metrics: inout OrderMetrics) throws(AnalysisError) {
        let quantity = legs.quantity[row]
        let (value, isTooLarge) = legs.price[row].multipliedReportingOverflow(by: quantity)
        let (notional, isOver) = metrics.notional.addingReportingOverflow(value)
        let (traded, isMore) = metrics.traded.addingReportingOverflow(quantity)
        guard !isTooLarge, !isOver, !isMore else { throw AnalysisError.overflow("the notional of order \(metrics.orderID)") }
        metrics.notional = notional
        metrics.traded = traded
        metrics.timeWeight &+= Int128(quantity) &* Int128(legs.time[row] &- metrics.arrival)
        switch DealSource.classification(of: Int16(truncatingIfNeeded: legs.dealSource[row])) {
        case .dark: metrics.darkQuantity &+= quantity
        case .lit: metrics.litQuantity &+= quantity
        case .auction: metrics.auctionQuantity &+= quantity
        case .report, .booked, .simulated, nil: break
        }
    }

    /// One walk over trades and quotes, both in order of time.
    private static func horizonMids(_ legs: TradeLegs, _ series: QuoteSeries, _ settings: AnalysisSettings) -> [Int64] {
        var mids = [Int64](repeating: 0, count: legs.count)
        var next = 0
        for leg in 0..<legs.count {
            let (sum, isOver) = legs.time[leg].addingReportingOverflow(settings.horizonInNanoseconds)
            let time = isOver ? Int64.max : sum
            while next < series.count, series.times[next] <= time { next += 1 }
            if next > 0, let quote = series.quote(next - 1, acceptCrossed: settings.acceptCrossed) { mids[leg] = quote.mid2 }
        }
        return mids
    }

    /// When the opening auction was, and the quote that stands for those before it. An auction behind continuous trades is the closing one.
    private static func opening(
        _ legs: TradeLegs, _ executions: Executions, _ series: QuoteSeries, _ settings: AnalysisSettings
    ) -> (time: Int64, quote: Quote?)? {
        guard settings.arrival == .open,
            let leg = legs.dealSource.indices.first(where: { leg in
                [Int64(DealSource.auction), Int64(DealSource.lit)].contains(legs.dealSource[leg]) && !executions.isCut[leg]
            }), legs.dealSource[leg] == Int64(DealSource.auction)
        else { return nil }
        let time = legs.time[leg]
        for row in series.firstRow(from: time)..<series.count where series.isLast(row) {
            if let quote = series.quote(row, acceptCrossed: settings.acceptCrossed) { return (time, quote) }
        }
        return (time, nil)
    }
}
