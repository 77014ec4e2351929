/// What is planned for the day: its phases and the standing orders.
extension SecurityDay {
    struct ScriptEvent {
        enum Kind {
            case beginPreOpen, openingAuction, beginPreClose, closingAuction, purge
            case reload(StandingOrder)
            case reloadExpired(StandingOrder)
            case expire(StandingOrder)
            case enter(StandingOrder)
            case tradeReport
        }

        var time: Int64
        var kind: Kind
    }

    mutating func writeScript() {
        script = [
            ScriptEvent(time: instant(25_200), kind: .beginPreOpen),
            ScriptEvent(time: openTime, kind: .openingAuction),
            ScriptEvent(time: closeTime, kind: .beginPreClose),
            ScriptEvent(time: instant(58_214, random.within(1_000_000...1_999_999)), kind: .closingAuction),
            ScriptEvent(time: instant(67_800, 2_000_000 + Int64(profile.index)), kind: .purge),
        ]
        for standing in StandingOrder.concerning(dateIndex, of: profile, in: market) { plan(standing) }
        for _ in 0..<(rowTarget / 400) {
            let time = instant(random.within(58_500...61_600), random.below(1_000_000_000))
            script.append(ScriptEvent(time: time, kind: .tradeReport))
        }
        // Equal times would leave their order to the sort; a later one then simply waits for a nanosecond.
        let order = script.indices.sorted { (script[$0].time, $0) < (script[$1].time, $1) }
        script = order.map { script[$0] }
    }

    private mutating func plan(_ standing: StandingOrder) {
        guard standing.entryDate < dateIndex else {
            let time = instant(standing.entrySecond, random.below(1_000_000_000))
            script.append(ScriptEvent(time: time, kind: .enter(standing)))
            return
        }
        // The system starts on the evening of the weekday before, 21:22:21.5, and reloads for 2.5 seconds.
        let evening = ExchangeTime.instant(
            localDate: market.calendar.date(dateIndex - 1), secondOfDay: 76_941, nanosecond: 500_000_000)
        let time = evening + random.below(2_500_000_000)
        if standing.isGoodTillCancelled {
            script.append(ScriptEvent(time: time, kind: .reload(standing)))
        } else {
            script.append(ScriptEvent(time: time, kind: .reloadExpired(standing)))
            script.append(ScriptEvent(time: evening + 2_544_043_374, kind: .expire(standing)))
        }
    }

    private func instant(_ second: Int64, _ nanosecond: Int64 = 0) -> Int64 {
        ExchangeTime.instant(localDate: date, secondOfDay: second, nanosecond: nanosecond)
    }

    mutating func runScript(_ feed: inout FeedWriter) {
        let kind = script[scriptIndex].kind
        scriptIndex += 1
        switch kind {
        case .beginPreOpen:
            begin(.preOpen, until: openTime, eventCount: rowTarget * 4 / 200)
        case .openingAuction:
            phase = .open
            nextOther = time + random.logUniform(bits: 25...31)
            runAuction(&feed)
            begin(.open, until: closeTime, eventCount: 1)
        case .beginPreClose:
            (otherBid, otherOffer) = (MarketQuotes.missing, MarketQuotes.missing)
            phase = .preClose
            (nextOther, nextDarkCross) = (.max, .max)
            updateQuotes(transaction, &feed)
            begin(.preClose, until: instant(58_214), eventCount: rowTarget * 2 / 200)
        case .closingAuction:
            runAuction(&feed)
            begin(.postClose, until: instant(59_400), eventCount: Int64(active.count))
        case .purge: purge(&feed)
        case .reload(let standing): reload(standing, &feed)
        case .reloadExpired(let standing): reloadExpired(standing.order, &feed)
        case .expire(let standing): expire(standing.order, &feed)
        case .enter(let standing):
            let index = book.pool.insert(standing.order)
            if !standing.isGoodTillCancelled { purgeable.append(index) }
            place(index, .entered, &feed)
        case .tradeReport: reportTrade(&feed)
        }
    }

    private mutating func begin(_ phase: Phase, until end: Int64, eventCount: Int64) {
        self.phase = phase
        phaseEnd = end
        flowLeft = eventCount
        scheduleFlow()
    }

    /// `2/30, 1/30`. On its last date it is an order like any other from now on.
    private mutating func reload(_ standing: StandingOrder, _ feed: inout FeedWriter) {
        let transaction = transaction
        let index = book.pool.insert(standing.order)
        emit(index, .offBook, .reloaded, transaction, &feed)
        emit(index, .onBook, .reloaded, transaction, &feed)
        book.rest(index)
        if standing.lastDate == dateIndex { activate(index) }
        updateQuotes(transaction, &feed)
    }

    /// `2/30, 4/30`: it was purged the evening before, and only leaves the system now.
    private mutating func reloadExpired(_ order: LiveOrder, _ feed: inout FeedWriter) {
        let transaction = transaction
        let index = book.pool.insert(order)
        emit(index, .offBook, .reloaded, transaction, &feed)
        book.pool[index].validity = TimeValidity.purgedRestOfDay
        emit(index, .inactive, .reloaded, transaction, &feed)
        book.pool.release(index)
    }

    private mutating func expire(_ order: LiveOrder, _ feed: inout FeedWriter) {
        var expired = order
        expired.validity = TimeValidity.negativePurgedRestOfDay
        let index = book.pool.insert(expired)
        emit(index, .offBook, .cancelledBySystem, transaction, &feed)
        book.pool.release(index)
    }

    /// All of them in one transaction.
    private mutating func purge(_ feed: inout FeedWriter) {
        let transaction = transaction
        for index in purgeable {
            book.remove(index)
            book.pool[index].validity = TimeValidity.purgedRestOfDay
            emit(index, .inactive, .restOfDayPurged, transaction, &feed)
            discard(index)
        }
        purgeable.removeAll()
        updateQuotes(transaction, &feed)
    }
}
