/// The traders: when they act, and whether they enter, amend or cancel.
extension SecurityDay {
    /// Activity per half hour from 10:00 on: most at the open, least at lunch, more at the close.
    private static let activity: [Int64] = [20, 13, 11, 9, 8, 7, 6, 7, 8, 9, 11, 16]
    private static let halfHour: Int64 = 1_800_000_000_000

    /// Draws the time of the next action, so that the rows (or actions) that are left spread over what is left of the
    /// phase. Half of the actions follow the one before within milliseconds.
    mutating func scheduleFlow() {
        guard flowLeft > 0, time < phaseEnd || phase == .postClose else {
            nextFlow = .max
            return
        }
        let mean = phase == .open ? openGap() : max(1_000_000, phaseEnd - time) / (flowLeft + 1)
        guard let mean else {
            nextFlow = .max
            return
        }
        let isBurst = phase == .open && random.chance(percent: 50)
        // The short gaps of bursts are made up for by the others.
        let gap = isBurst
            ? min(mean, random.logUniform(bits: 13...25))
            : random.exponential(mean: phase == .open ? mean * 2 : mean)
        let next = time + max(2000, gap)
        // What is left after the close has to go, even if it takes longer than planned.
        nextFlow = next < phaseEnd || phase == .postClose ? next : .max
    }

    /// The mean gap between actions at this time of continuous trading; nil when there are rows enough.
    private func openGap() -> Int64? {
        // About two rows an action; what rests at the end still has to be cancelled.
        let actionsLeft = (rowTarget * 97 / 100 - rowCount - Int64(active.count)) / 2
        guard actionsLeft > 0 else { return nil }
        let slot = min(11, max(0, Int((time - (closeTime - 12 * SecurityDay.halfHour)) / SecurityDay.halfHour)))
        let slotEnd = closeTime - Int64(11 - slot) * SecurityDay.halfHour
        let later = SecurityDay.activity[(slot + 1)...].reduce(0, +)
        let weight = SecurityDay.activity[slot]
        return ((slotEnd - time) + later * SecurityDay.halfHour / weight) / actionsLeft
    }

    mutating func runFlow(_ feed: inout FeedWriter) {
        if phase != .open { flowLeft -= 1 }
        switch phase {
        case .evening: break
        case .postClose:
            if !active.isEmpty { cancel(active[Int(random.below(Int64(active.count)))], &feed) }
            flowLeft = Int64(active.count)
        case .preOpen, .preClose:
            switch active.isEmpty ? 0 : random.below(100) {
            case 0..<78: enter(&feed)
            case 78..<90: amend(&feed)
            default: cancel(picked(), &feed)
            }
        case .open: actInContinuous(&feed)
        }
        scheduleFlow()
    }

    private mutating func actInContinuous(_ feed: inout FeedWriter) {
        if random.chance(percent: 8) {
            let low = 2 * band.lowerBound + 3
            let high = 2 * band.upperBound - 3
            fairHalfSteps = min(max(fairHalfSteps + (random.chance(percent: 50) ? 1 : -1), low), high)
        }
        if random.chance(permille: 4) { darkIsBuying.toggle() }
        if random.chance(permille: 5) {
            reportTrade(&feed)
            return
        }
        let cancelShare = min(55, 38 * Int64(active.count) / activeTarget)
        let choice = active.isEmpty ? 99 : random.below(100)
        if choice < cancelShare {
            cancel(picked(), &feed)
        } else if choice < cancelShare + 12 {
            amend(&feed)
        } else {
            enter(&feed)
        }
    }

    /// Mostly one of the latest: orders live for seconds or for hours.
    private mutating func picked() -> Int32 {
        let count = Int64(active.count)
        let back = random.chance(percent: 78) ? min(count - 1, random.geometric(limit: 7)) : random.below(count)
        return active[Int(count - 1 - back)]
    }

    private mutating func enter(_ feed: inout FeedWriter) {
        var order = drawOrder()
        order.id = feed.orderID()
        let index = book.pool.insert(order)
        if !order.isImmediate { activate(index) }
        place(index, .entered, &feed)
    }

    private mutating func cancel(_ index: Int32, _ feed: inout FeedWriter) {
        let transaction = transaction
        book.remove(index)
        emit(index, .offBook, .cancelled, transaction, &feed)
        discard(index)
        updateQuotes(transaction, &feed)
    }

    // MARK: Amendments

    private mutating func amend(_ feed: inout FeedWriter) {
        let index = chased >= 0 && random.chance(percent: 80) ? chased : picked()
        chased = random.chance(percent: 93) ? index : -1
        switch random.below(100) {
        case 0..<65: amendPrice(index, &feed)
        case 65..<85: amendDown(index, &feed)
        default: amendUp(index, &feed)
        }
    }

    /// After a partial fill the quantity becomes the open one; matched stays.
    private mutating func restate(_ index: Int32, leaves: Int64) {
        let open = max(1, leaves)
        book.pool[index].leaves = open
        book.pool[index].quantity = open
        if open < book.pool[index].minimumQuantity { book.pool[index].minimumQuantity = 0 }
        book.pool[index].shortSellQuantity = min(book.pool[index].shortSellQuantity, open)
    }

    /// A new price is a new priority, and may match.
    private mutating func amendPrice(_ index: Int32, _ feed: inout FeedWriter) {
        let price = drawPrice(book.pool[index].side, isDark: book.pool[index].isDark)
        guard price != book.pool[index].price else {
            amendInPlace(index, leaves: book.pool[index].leaves, &feed)
            return
        }
        book.remove(index)
        restate(index, leaves: book.pool[index].leaves)
        book.pool[index].price = price
        place(index, .amended, &feed)
    }

    private mutating func amendUp(_ index: Int32, _ feed: inout FeedWriter) {
        book.remove(index)
        restate(index, leaves: book.pool[index].leaves + 1 + random.below(book.pool[index].leaves))
        place(index, .amended, &feed)
    }

    private mutating func amendDown(_ index: Int32, _ feed: inout FeedWriter) {
        amendInPlace(index, leaves: book.pool[index].leaves - random.below(book.pool[index].leaves), &feed)
    }

    /// An order that asks for no more, at the same price, keeps its priority.
    private mutating func amendInPlace(_ index: Int32, leaves: Int64, _ feed: inout FeedWriter) {
        let transaction = transaction
        restate(index, leaves: leaves)
        emit(index, .onBook, .amended, transaction, &feed)
        emit(index, .onBook, .amended, transaction, &feed)
    }
}
