import TapeMarket

/// Matching an incoming order: candidates in order, what is taken of each, and whether the whole counts.
extension Replay {
    /// Matches an order that a trigger brings in, at the trigger's quote.
    mutating func match(_ number: Int, _ row: Int, _ time: Int64) {
        guard orders[number].open > 0, session.isOpen(at: time),
            let quote = quotes.quote(bid: rows.events.nationalBid[row], offer: rows.events.nationalOffer[row], at: time)
        else { return }
        let minimum = orders[number].minimumNow
        var remaining = orders[number].open
        takes.removeAll(keepingCapacity: true)
        if quote.bid <= quote.offer { takeAtMid(number, quote.mid2, time, &remaining) }
        if settings.blocks { takeBlocks(number, quote, time, &remaining) }
        // A minimum must be reached within one matching; else none of it counts.
        if orders[number].open - remaining >= minimum {
            for take in takes {
                fill(number, take.number, take.quantity, take.doubledPrice, take.isBlock, quote, time, rows.events.sequence[row])
            }
        }
        for number in expired { leave(number) }
        expired.removeAll(keepingCapacity: true)
    }

    private mutating func takeAtMid(_ number: Int, _ mid2: Int64, _ time: Int64, _ remaining: inout Int64) {
        let isBuy = orders[number].isBuy, isStudy = orders[number].isStudy
        guard orders[number].key <= ReplayBook.key(mid2, isBuy: isBuy) else { return }
        let key = ReplayBook.key(mid2, isBuy: !isBuy)
        let study = Replay.bookIndex(isStudy: true, isBuy: !isBuy), contra = Replay.bookIndex(isStudy: false, isBuy: !isBuy)
        let studyLevels = !isStudy || settings.studyPairs ? books[study].levelCount(accepting: key) : 0
        let contraLevels = isStudy ? books[contra].levelCount(accepting: key) : 0
        guard studyLevels + contraLevels > 0 else { return }
        let preference = orders[number].preference
        let hasOwn = preference >= 0 && ownResting[2 * preference + (isBuy ? 1 : 0)] > 0
        for isOwnPass in hasOwn ? [true, false] : [false] where remaining > 0 {
            walk.start()
            walk.add(books[study], at: study, levelCount: studyLevels)
            walk.add(books[contra], at: contra, levelCount: contraLevels)
            while remaining > 0, let entry = walk.next(books) {
                let other = Int(entry.order)
                guard orders[Int(entry.order)].isLive(entry), !hasOwn || isOwnPass == (orders[other].preference == preference) else { continue }
                take(number, other, doubledPrice: mid2, isBlock: false, time, &remaining)
            }
        }
    }

    /// Takes what it can of a resting order that accepts the price.
    private mutating func take(
        _ number: Int, _ other: Int, doubledPrice: Int64, isBlock: Bool, valueMin: Int64 = 0, _ time: Int64, _ remaining: inout Int64
    ) {
        guard canMeet(number, other, time) else { return }
        let quantity = min(remaining, orders[other].open)
        let minimum = orders[number].isSingleFill && remaining >= orders[number].minimum ? orders[number].minimum : 0
        guard quantity > 0, quantity >= orders[other].minimumNow, quantity >= minimum,
            Int128(quantity) * Int128(doubledPrice) >= 2000 * Int128(valueMin)
        else { return }
        takes.append(Take(number: other, quantity: quantity, doubledPrice: doubledPrice, isBlock: isBlock))
        remaining -= quantity
    }

    /// Whether two orders may trade, whatever the price and the quantity.
    private mutating func canMeet(_ number: Int, _ other: Int, _ time: Int64) -> Bool {
        guard time <= orders[other].expiry else {
            expired.append(other)
            return false
        }
        let isSame = orders[number].participantID == orders[other].participantID
        if !isSame, orders[number].isPreferenceOnly || orders[other].isPreferenceOnly { return false }
        return settings.crossing == .book || !orders[number].isCrossing(orders[other])
    }

    private mutating func fill(
        _ aggressor: Int, _ passive: Int, _ quantity: Int64, _ doubledPrice: Int64, _ isBlock: Bool, _ quote: ReplayQuotes.Prices, _ time: Int64,
        _ sequence: Int64?
    ) {
        let isOwn = orders[aggressor].preference >= 0 && orders[aggressor].preference == orders[passive].preference
        let source = orders[aggressor].isCrossing(orders[passive]) ? DealSource.centrePointBooked
            : isBlock ? (isOwn ? DealSource.blockPreferenced : DealSource.block)
            : isOwn ? DealSource.centrePointPreferencing : DealSource.centrePoint
        let (buy, sell) = orders[aggressor].isBuy ? (aggressor, passive) : (passive, aggressor)
        fills.append(ReplayFill(
            matchID: Int64(fills.count + 1), timestamp: time, triggerSequence: sequence, aggressor: orders[aggressor].id,
            passive: orders[passive].id, buyOrder: orders[buy].id, sellOrder: orders[sell].id, quantity: quantity, bid: quote.bid,
            offer: quote.offer, doubledPrice: doubledPrice, dealSource: Int64(source)))
        fillOrders.append((Int32(truncatingIfNeeded: aggressor), Int32(truncatingIfNeeded: passive)))
        orders[aggressor].used &+= quantity
        orders[passive].used &+= quantity
        if orders[passive].open == 0 { leave(passive) }
    }

    // MARK: - Blocks

    /// After the mid: any-price blocks whose limit lies at or outside the quote trade at that limit, best price first. An incoming any-price
    /// block meets dark limit orders inside the quote on its way, at their limits.
    private mutating func takeBlocks(_ number: Int, _ quote: ReplayQuotes.Prices, _ time: Int64, _ remaining: inout Int64) {
        let isBuy = orders[number].isBuy, isStudy = orders[number].isStudy
        guard remaining > 0, isStudy || orders[number].isAnyPriceBlock else { return }
        var candidates: [Int] = []
        for role in [true, false] where isStudy ? (!role || settings.studyPairs) : role {
            for level in books[Replay.bookIndex(isStudy: role, isBuy: !isBuy)].levels {
                candidates += level.entries.filter { orders[Int($0.order)].isLive($0) }.map { Int($0.order) }
            }
        }
        let taken = Set(takes.map(\.number))
        candidates = candidates.filter { other in
            let price = orders[other].price
            guard !taken.contains(other), price > 0, price <= Int64(Int32.max), orders[number].key <= ReplayBook.key(2 * price, isBuy: isBuy) else { return false }
            return orders[other].isOutside(quote) || orders[number].isAnyPriceBlock && orders[other].isDarkLimit && price > quote.bid && price < quote.offer
        }.sorted { first, second in
            let (one, two) = (orders[first], orders[second])
            return one.price == two.price ? one.priority < two.priority : (one.price < two.price) == isBuy
        }
        for other in candidates where remaining > 0 {
            let isBlock = orders[other].isOutside(quote)
            take(number, other, doubledPrice: 2 * orders[other].price, isBlock: isBlock, valueMin: isBlock ? settings.blockValueMin : 0, time,
                 &remaining)
        }
    }

    // MARK: - Quotes as triggers

    /// Matches resting orders with each other at a new quote: the pair of best priority that can trade, again and again.
    mutating func match(at change: ReplayQuotes.Change) {
        guard change.prices.bid <= change.prices.offer, session.isOpen(at: change.time) else { return }
        let buys = resting(isBuy: true, change.prices.mid2), sells = resting(isBuy: false, change.prices.mid2)
        while let (buy, sell) = firstPair(buys, sells, change.time) {
            let (younger, older) = orders[buy].priority > orders[sell].priority ? (buy, sell) : (sell, buy)
            fill(younger, older, min(orders[buy].open, orders[sell].open), change.prices.mid2, false, change.prices, change.time, nil)
            if orders[younger].open == 0 { leave(younger) }
        }
        for number in expired { leave(number) }
        expired.removeAll(keepingCapacity: true)
    }

    private mutating func firstPair(_ buys: [Int], _ sells: [Int], _ time: Int64) -> (buy: Int, sell: Int)? {
        for buy in buys where orders[buy].isInBook && time <= orders[buy].expiry {
            for sell in sells where orders[sell].isInBook {
                let isPair = settings.studyPairs ? orders[buy].isStudy || orders[sell].isStudy : orders[buy].isStudy != orders[sell].isStudy
                guard isPair, canMeet(buy, sell, time) else { continue }
                let quantity = min(orders[buy].open, orders[sell].open)
                if quantity >= orders[buy].minimumNow, quantity >= orders[sell].minimumNow { return (buy, sell) }
            }
        }
        return nil
    }

    /// The resting orders of a side that accept a mid, by priority.
    private mutating func resting(isBuy: Bool, _ mid2: Int64) -> [Int] {
        let key = ReplayBook.key(mid2, isBuy: isBuy)
        walk.start()
        for role in [true, false] {
            let index = Replay.bookIndex(isStudy: role, isBuy: isBuy)
            walk.add(books[index], at: index, levelCount: books[index].levelCount(accepting: key))
        }
        var numbers: [Int] = []
        while let entry = walk.next(books) {
            if orders[Int(entry.order)].isLive(entry) { numbers.append(Int(entry.order)) }
        }
        return numbers
    }
}
