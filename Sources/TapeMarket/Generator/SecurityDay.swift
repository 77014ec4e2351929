/// One security on one date: a small exchange that is advanced event by event.
///
///     21:22 evening before   reloads of standing orders, expiry of purged ones
///     07:00 preOpen          orders gather; the book may cross
///     10:0x open             opening auction, then continuous matching, lit and dark
///     16:00 preClose         orders gather
///     16:10 postClose        closing auction; what is left is cancelled, trade reports come in
///     18:50                  the purge of planned rest-of-day orders
///
/// Four clocks may have the next event: the script (phases, standing orders), the flow of the traders, the other
/// venues' quotes, and the dark book after a change of the mid. Times are strictly increasing.
struct SecurityDay {
    enum Phase { case evening, preOpen, open, preClose, postClose }

    struct Fill {
        var passive: Int32
        var quantity: Int64
        var price: Int32
        var dealSource: Int16
    }

    let market: SyntheticMarket
    let profile: SecurityProfile
    let dateIndex: Int
    let date: Int32
    let band: ClosedRange<Int64>

    var random: GeneratorRandom
    var book = SyntheticBook()
    var quotes = MarketQuotes()
    var phase = Phase.evening
    var script: [ScriptEvent] = []
    var scriptIndex = 0
    /// Orders that the flow may cancel or amend.
    var active: [Int32] = []
    var activeTarget: Int64
    /// Where traders think the price is, in half steps.
    var fairHalfSteps: Int64
    /// The other venues' best prices.
    var otherBid = MarketQuotes.missing
    var otherOffer = MarketQuotes.missing
    /// The order last amended: traders who chase the market amend again.
    var chased: Int32 = -1
    /// The side that most dark orders are on at the moment.
    var darkIsBuying = true
    var fills: [Fill] = []
    /// Rest-of-day orders that will be purged.
    var purgeable: [Int32] = []

    let rowTarget: Int64
    var rowCount: Int64 = 0
    var flowLeft: Int64 = 0
    let openTime: Int64
    let closeTime: Int64
    var phaseEnd: Int64 = 0
    var time: Int64 = 0
    var nextFlow = Int64.max
    var nextOther = Int64.max
    var nextDarkCross = Int64.max

    init(market: SyntheticMarket, profile: SecurityProfile, dateIndex: Int) {
        self.market = market
        self.profile = profile
        self.dateIndex = dateIndex
        date = market.calendar.date(dateIndex)
        band = profile.band(dateIndex)
        random = GeneratorRandom(
            market.options.seed, 6, UInt64(bitPattern: Int64(dateIndex)), UInt64(profile.index))
        rowTarget = profile.rowsPerDay * random.within(80...120) / 100
        activeTarget = min(400, 10 + rowTarget / 150)
        fairHalfSteps = 2 * profile.referenceStep(dateIndex)
        darkIsBuying = random.chance(percent: 50)
        openTime = ExchangeTime.instant(
            localDate: date, secondOfDay: profile.openingSecond(dateIndex, seed: market.options.seed),
            nanosecond: random.within(1_000_000...1_999_999))
        closeTime = ExchangeTime.instant(localDate: date, secondOfDay: 57_600)
        writeScript()
    }

    /// When the next event is; nil when the day is over.
    var nextTime: Int64? {
        let next = nextClock
        return next == .max ? nil : max(next, time + 1)
    }

    private var nextClock: Int64 { min(min(scriptTime, nextFlow), min(nextOther, nextDarkCross)) }

    var scriptTime: Int64 { scriptIndex < script.count ? script[scriptIndex].time : .max }

    /// Lets the next event happen.
    mutating func advance(_ feed: inout FeedWriter) {
        let next = nextClock
        guard next != .max else { return }
        time = max(next, time + 1)
        feed.beginTransaction(exchange: profile.exchange)
        if next == scriptTime {
            runScript(&feed)
        } else if next == nextDarkCross {
            nextDarkCross = .max
            crossDark(&feed)
        } else if next == nextOther {
            nextOther = .max
            moveOtherVenues(&feed)
        } else {
            nextFlow = .max
            runFlow(&feed)
        }
    }

    var transaction: FeedWriter.Transaction {
        FeedWriter.Transaction(time: time, security: profile.code, exchange: profile.exchange, quotes: quotes)
    }

    mutating func emit(
        _ index: Int32, _ status: OrderStatus, _ reason: ChangeReason, _ transaction: FeedWriter.Transaction,
        _ feed: inout FeedWriter
    ) {
        rowCount += 1
        feed.order(book.pool[index], status, reason, in: transaction)
    }

    // MARK: Membership of the active list

    mutating func activate(_ index: Int32) {
        book.pool[index].activeIndex = Int32(active.count)
        active.append(index)
    }

    /// Takes an order that is in no book any more out of the system.
    mutating func discard(_ index: Int32) {
        let at = book.pool[index].activeIndex
        if at >= 0 {
            let moved = active[active.count - 1]
            active[Int(at)] = moved
            book.pool[moved].activeIndex = at
            active.removeLast()
        }
        if chased == index { chased = -1 }
        book.pool.release(index)
    }

    // MARK: Quotes

    /// Forms the quotes anew after a transaction, reports a change, and lets others react to it.
    mutating func updateQuotes(_ transaction: FeedWriter.Transaction, _ feed: inout FeedWriter) {
        var changed = quotes
        changed.bid = book.bids.bestPrice ?? MarketQuotes.missing
        changed.offer = book.offers.bestPrice ?? MarketQuotes.missing
        changed.formNational(otherBid: otherBid, otherOffer: otherOffer)
        guard changed != quotes else { return }
        let nationalMoved =
            changed.nationalBid != quotes.nationalBid || changed.nationalOffer != quotes.nationalOffer
        quotes = changed
        if phase == .open, nextOther == .max || !quotes.isValid {
            nextOther = min(nextOther, time + random.logUniform(bits: quotes.isValid ? 18...28 : 17...23))
        }
        guard nationalMoved else { return }
        feed.quote(changed, in: transaction)
        if phase == .open, quotes.isValid, !book.darkBids.isEmpty, !book.darkOffers.isEmpty {
            nextDarkCross = time + random.logUniform(bits: 14...17)
        }
    }

    /// The other venues follow the exchange, now and then a step better or worse.
    private mutating func moveOtherVenues(_ feed: inout FeedWriter) {
        guard phase == .open else { return }
        let fair = fairHalfSteps / 2
        let bid = quotes.bid == MarketQuotes.missing ? fair - 1 : TickTable.step(of: Int64(quotes.bid))
        let offer = quotes.offer == MarketQuotes.missing ? fair + 1 : TickTable.step(of: Int64(quotes.offer))
        let room = offer - bid > 1
        otherBid = Int32(TickTable.price(atStep: max(1, bid + otherOffset(room))))
        otherOffer = Int32(TickTable.price(atStep: max(2, offer - otherOffset(room))))
        if random.chance(percent: 30) { nextOther = time + random.exponential(mean: 8_000_000_000) }
        updateQuotes(transaction, &feed)
    }

    /// Towards the other side is positive. At a spread of one step a better price locks the market.
    private mutating func otherOffset(_ room: Bool) -> Int64 {
        switch random.below(200) {
        case 0..<150: 0
        case 150..<184: -1
        case 184..<198: room ? 1 : 0
        default: 1
        }
    }
}
