/// Matching: an incoming or amended order against the dark book at the mid, then against the lit book.
extension SecurityDay {
    /// Reports an order that comes in (`entered`) or changes (`amended`), matches it, and rests what is left.
    ///
    ///     before image   2/6 or 1/5
    ///     after image    1/6 or 1/5 rests · 1/3 traded in part · 2/3 filled · 2/9 immediate, nothing
    ///     immediate, traded in part: 2/3, then 2/9
    ///     then the passive orders, 1/3 or 2/3, then the trades
    mutating func place(_ index: Int32, _ reason: ChangeReason, _ feed: inout FeedWriter) {
        let transaction = transaction
        emit(index, reason == .entered ? .offBook : .onBook, reason, transaction, &feed)
        fills.removeAll(keepingCapacity: true)
        if phase == .open {
            if book.pool[index].isDark || book.pool[index].isSweep { matchDark(index) }
            if !book.pool[index].isDark { matchLit(index) }
        }
        emitAfterImages(index, reason, transaction, &feed)
        for fill in fills { emitFilled(fill.passive, transaction, &feed) }
        for fill in fills { emitMatch(fill, aggressor: index, transaction, &feed) }
        for fill in fills where book.pool[fill.passive].leaves == 0 { discard(fill.passive) }

        if book.pool[index].leaves == 0 || book.pool[index].isImmediate {
            discard(index)
        } else {
            book.rest(index)
        }
        updateQuotes(transaction, &feed)
    }

    private mutating func emitAfterImages(
        _ index: Int32, _ reason: ChangeReason, _ transaction: FeedWriter.Transaction, _ feed: inout FeedWriter
    ) {
        let isImmediate = book.pool[index].isImmediate
        let isFilled = book.pool[index].leaves == 0
        if !fills.isEmpty {
            emit(index, isFilled || isImmediate ? .offBook : .onBook, .traded, transaction, &feed)
        } else if !isImmediate {
            emit(index, .onBook, reason, transaction, &feed)
        }
        if isImmediate && !isFilled { emit(index, .offBook, .cancelledBySystem, transaction, &feed) }
    }

    private mutating func emitFilled(
        _ index: Int32, _ transaction: FeedWriter.Transaction, _ feed: inout FeedWriter
    ) {
        emit(index, book.pool[index].leaves == 0 ? .offBook : .onBook, .traded, transaction, &feed)
    }

    private func emitMatch(
        _ fill: Fill, aggressor: Int32, _ transaction: FeedWriter.Transaction, _ feed: inout FeedWriter
    ) {
        let aggressive = leg(aggressor, isAggressive: true)
        let passive = leg(fill.passive, isAggressive: false)
        let isBuying = book.pool[aggressor].side == .buy
        feed.match(buy: isBuying ? aggressive : passive, sell: isBuying ? passive : aggressive,
                   quantity: fill.quantity, price: fill.price, dealSource: fill.dealSource, in: transaction)
    }

    func leg(_ index: Int32, isAggressive: Bool) -> FeedWriter.Leg {
        FeedWriter.Leg(order: book.pool[index].id, participant: book.pool[index].participant,
                       isAggressive: isAggressive)
    }

    // MARK: Lit

    private mutating func matchLit(_ index: Int32) {
        let side = book.pool[index].side
        let limit = book.pool[index].price
        while book.pool[index].leaves > 0 {
            guard let price = side == .buy ? book.offers.bestPrice : book.bids.bestPrice,
                side == .buy ? price <= limit : price >= limit
            else { return }
            let passive = side == .buy ? book.offers.first : book.bids.first
            let quantity = min(book.pool[index].leaves, book.pool[passive].leaves)
            let isBooked = book.pool[index].isCrossing(book.pool[passive])
            apply(Fill(passive: passive, quantity: quantity, price: price,
                       dealSource: isBooked ? DealSource.litBooked : DealSource.lit), to: index)
        }
    }

    /// Takes the quantity from both orders, and a filled passive one out of its book.
    private mutating func apply(_ fill: Fill, to index: Int32) {
        book.pool[index].fill(fill.quantity)
        book.pool[fill.passive].fill(fill.quantity)
        fills.append(fill)
        if book.pool[fill.passive].leaves == 0 { book.remove(fill.passive) }
    }

    // MARK: Dark

    /// The rules of the replay (docs/domain.md, Replay) with the real book: own participant's orders first where it is preferencing,
    /// then time; minimum quantities of both sides; nothing at all if the incoming minimum is not reached.
    private mutating func matchDark(_ index: Int32) {
        guard quotes.isValid, book.pool[index].accepts(doubledPrice: quotes.doubledMid) else { return }
        var allocation: [Fill] = []
        var rest = book.pool[index].leaves
        if book.pool[index].isPreferencing { allocate(index, &rest, &allocation) { $0 == $1 } }
        let isPreferencing = book.pool[index].isPreferencing
        allocate(index, &rest, &allocation) { !isPreferencing || $0 != $1 }
        guard book.pool[index].leaves - rest >= book.pool[index].minimum else { return }
        for fill in allocation { apply(fill, to: index) }
    }

    /// One pass over the other side for participants that `isWanted` (own, theirs).
    private func allocate(
        _ index: Int32, _ rest: inout Int64, _ allocation: inout [Fill], where isWanted: (Int32, Int32) -> Bool
    ) {
        let order = book.pool[index]
        var candidate = order.side == .buy ? book.darkOffers.first : book.darkBids.first
        while candidate >= 0, rest > 0 {
            let other = book.pool[candidate]
            defer { candidate = other.next }
            guard isWanted(order.participant, other.participant), other.accepts(doubledPrice: quotes.doubledMid),
                other.participant == order.participant || (order.preferenceOnly != 1 && other.preferenceOnly != 1)
            else { continue }
            let quantity = min(rest, other.leaves)
            let needed = max(other.minimum, order.singleFill == 1 && rest >= order.minimumQuantity
                ? order.minimumQuantity : 0)
            guard quantity >= needed else { continue }
            rest -= quantity
            allocation.append(Fill(passive: candidate, quantity: quantity, price: darkPrice,
                                   dealSource: darkSource(order, other)))
        }
    }

    /// The mid; a half unit is truncated, as in the extracts.
    private var darkPrice: Int32 { Int32(quotes.doubledMid / 2) }

    private func darkSource(_ order: LiveOrder, _ other: LiveOrder) -> Int16 {
        if order.isCrossing(other) { return DealSource.centrePointBooked }
        let isPreferred = order.participant == other.participant && order.isPreferencing
        return isPreferred ? DealSource.centrePointPreferencing : DealSource.centrePoint
    }

    /// After a change of the mid resting orders may accept it on both sides: the oldest pair matches, both passive.
    mutating func crossDark(_ feed: inout FeedWriter) {
        guard phase == .open, quotes.isValid else { return }
        let buy = firstAccepting(book.darkBids.first)
        let sell = firstAccepting(book.darkOffers.first)
        guard buy >= 0, sell >= 0 else { return }
        let quantity = min(book.pool[buy].leaves, book.pool[sell].leaves)
        guard quantity >= book.pool[buy].minimum, quantity >= book.pool[sell].minimum else { return }

        let transaction = transaction
        let source = darkSource(book.pool[buy], book.pool[sell])
        book.pool[buy].fill(quantity)
        book.pool[sell].fill(quantity)
        emitFilled(buy, transaction, &feed)
        emitFilled(sell, transaction, &feed)
        feed.match(buy: leg(buy, isAggressive: false), sell: leg(sell, isAggressive: false), quantity: quantity,
                   price: darkPrice, dealSource: source, in: transaction)
        for index in [buy, sell] where book.pool[index].leaves == 0 {
            book.remove(index)
            discard(index)
        }
        nextDarkCross = time + random.logUniform(bits: 14...17)
    }

    private func firstAccepting(_ first: Int32) -> Int32 {
        var index = first
        while index >= 0, !book.pool[index].accepts(doubledPrice: quotes.doubledMid) {
            index = book.pool[index].next
        }
        return index
    }

    // MARK: Reports

    /// A crossing that was agreed outside the books and is reported: both legs belong to one order, which the orders
    /// extract does not show.
    mutating func reportTrade(_ feed: inout FeedWriter) {
        let participant = market.participants[random.index(cumulative: market.participantWeights)].id
        let leg = FeedWriter.Leg(order: feed.orderID(), participant: participant, isAggressive: false)
        let middle = TickTable.price(atStep: fairHalfSteps / 2)
        let reach = 2 * TickTable.tick(at: middle)
        feed.match(buy: leg, sell: leg, quantity: market.quantity(&random) * profile.sizeFactor,
                   price: Int32(max(1, middle + random.within(-reach...reach))),
                   dealSource: DealSource.tradeReport, in: transaction)
    }
}
