import TapeMarket

/// The time-priority dark replay, scenario D (docs/domain.md, Replay): would the part of each sweep that went to the lit market have been filled in
/// the dark at the mid, against dark orders that really existed?
///
///     images in order of time ──▶ state of the order ──▶ trigger? ──▶ match against the books ──▶ rest, or leave
///
/// Study orders (sweeps) and contra orders (dark) rest in books by role and side. A pair of two contra orders never trades: what they did
/// in reality stays.
struct Replay {
    let events: OrderEvents
    let columns: OrderEvents.ReplayColumns
    let settings: ReplaySettings
    let images: ReplayImages
    var orders: [ReplayOrder]
    /// By `bookIndex`.
    var books = [ReplayBook](repeating: ReplayBook(), count: 4)
    /// Resting orders of each participant that prefers its own, buys and sells.
    var ownResting: [Int]
    var fills: [ReplayFill] = []
    /// The numbers of each fill's two orders.
    var fillOrders: [(aggressor: Int32, passive: Int32)] = []
    /// What each order has open at its first image.
    var residualsAtEntry: [Int64]
    var session: ReplaySession
    var quotes: ReplayQuotes
    // Kept between matches, so that they allocate once.
    var walk = PriorityWalk()
    var takes: [Take] = []
    var expired: [Int] = []

    /// What an incoming order takes of a resting one, before it is known whether the whole reaches its minimum.
    struct Take {
        var number: Int
        var quantity: Int64
        var doubledPrice: Int64
        var isBlock: Bool
    }

    mutating func run() {
        for image in 0..<images.count {
            if settings.matchesOnQuotes {
                while let change = quotes.nextChange(until: events.timestamp[Int(images.rows[image])]) { match(at: change) }
            }
            step(image)
        }
        while settings.matchesOnQuotes, let change = quotes.nextChange(until: .max) { match(at: change) }
    }

    private mutating func step(_ image: Int) {
        let number = Int(images.orders[image]), row = Int(images.rows[image])
        let time = events.timestamp[row]
        let isFirst = orders[number].priority < 0
        let committed = events.leaves[row] &+ events.matched[row]
        let isTrigger = isFirst || events.price[row] != orders[number].price || events.midTick[row] != orders[number].midTick
            || committed > orders[number].committed
        let isGone = isGone(image, row, orders[number])
        if isTrigger { leave(number) }
        update(number, image, row, committed)
        if isTrigger {
            orders[number].priority = Int32(truncatingIfNeeded: image)
            if isFirst { residualsAtEntry[number] = orders[number].imageQuantity }
            if isFirst || !isGone && isOnBook(row) { match(number, row, time) }
        }
        if !isGone, !orders[number].isImmediate, orders[number].open > 0 { enter(number) } else { leave(number) }
    }

    /// Whether an order is off the book after an image: a contra order by its status; a study order when it ends, or expires.
    private func isGone(_ image: Int, _ row: Int, _ order: ReplayOrder) -> Bool {
        guard order.isStudy else { return !isOnBook(row) }
        if events.timestamp[row] > order.expiry { return true }
        guard images.isLast[image], !isOnBook(row) else { return false }
        return settings.horizon == .lifetime || events.changeReason[row] != Int64(ChangeReason.traded.rawValue)
    }

    private func isOnBook(_ row: Int) -> Bool { columns.orderStatus[row] == Int64(OrderStatus.onBook.rawValue) }

    private mutating func update(_ number: Int, _ image: Int, _ row: Int, _ committed: Int64) {
        let leaves = events.leaves[row]
        let quantity = if orders[number].isStudy {
            committed &- orders[number].darkAtEntry
        } else {
            switch settings.inventory {
            case .strict: images.leastLeaves[image]
            case .asOf: leaves
            case .gross: committed
            }
        }
        orders[number].row = row
        orders[number].imageQuantity = quantity
        orders[number].price = events.price[row]
        orders[number].midTick = events.midTick[row]
        orders[number].committed = committed
        orders[number].minimum = columns.minimumQuantity[row]
        orders[number].isSingleFill = columns.singleFill[row] == 1
        orders[number].isPreferenceOnly = columns.preferenceOnly[row] == 1
        orders[number].crossingKey = columns.crossingKey[row]
        orders[number].key = events.isMarket(row) ? .min : ReplayBook.key(events.doubledLimit(row), isBuy: orders[number].isBuy)
    }

    // MARK: - Resting

    static func bookIndex(isStudy: Bool, isBuy: Bool) -> Int { (isStudy ? 0 : 2) + (isBuy ? 0 : 1) }

    private mutating func enter(_ number: Int) {
        guard !orders[number].isInBook else { return }
        orders[number].isInBook = true
        books[Replay.bookIndex(isStudy: orders[number].isStudy, isBuy: orders[number].isBuy)].insert(number, orders[number])
        count(orders[number], 1)
    }

    mutating func leave(_ number: Int) {
        guard orders[number].isInBook else { return }
        orders[number].isInBook = false
        let index = Replay.bookIndex(isStudy: orders[number].isStudy, isBuy: orders[number].isBuy)
        let orders = orders
        books[index].remove(orders[number]) { Replay.isLive($0, orders) }
        count(orders[number], -1)
    }

    private mutating func count(_ order: ReplayOrder, _ change: Int) {
        if order.preference >= 0 { ownResting[2 * order.preference + (order.isBuy ? 0 : 1)] += change }
    }

    static func isLive(_ entry: ReplayBook.Entry, _ orders: [ReplayOrder]) -> Bool {
        orders[Int(entry.order)].isInBook && orders[Int(entry.order)].priority == entry.priority
    }
}
