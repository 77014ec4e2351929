/// The time-priority dark replay, scenario D (docs/domain.md, Replay): would the part of each sweep that went to the lit market have been filled in
/// the dark at the mid, against dark orders that really existed?
///
///     images in order of time ──▶ state of the order ──▶ trigger? ──▶ match against the books ──▶ rest, or leave
///
/// Study orders (sweeps) and contra orders (dark) rest in books by role and side. A pair of two contra orders never trades: what they did
/// in reality stays.
struct Replay {
    let rows: ReplayRows
    let settings: ReplaySettings
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

    /// Images between two questions whether to stop: a millisecond or so.
    private static let imagesPerCheck = 4096

    /// - Throws: `AnalysisError.stopped` soon after `shouldStop` says so.
    mutating func run(_ shouldStop: () -> Bool) throws(AnalysisError) {
        for image in 0..<rows.images.count {
            if image % Replay.imagesPerCheck == 0, shouldStop() { throw AnalysisError.stopped }
            if settings.matchesOnQuotes {
                while let change = quotes.nextChange(until: rows.time(ofImage: image)) { match(at: change) }
            }
            step(image)
        }
        while settings.matchesOnQuotes, let change = quotes.nextChange(until: .max) { match(at: change) }
    }

    private mutating func step(_ image: Int) {
        let number = Int(rows.images.orders[image]), row = Int(rows.images.rows[image])
        let isFirst = orders[number].priority < 0
        let isTrigger = isFirst || rows.isTrigger(row, orders[number])
        let isGone = rows.isGone(image, row, isStudy: orders[number].isStudy, expiry: orders[number].expiry)
        if isTrigger { leave(number) }
        // The order type changes the limit, too, and triggers nothing: the order keeps its priority at another level.
        if !isFirst, rows.key(row, isBuy: orders[number].isBuy) != orders[number].key { move(number) }
        rows.update(&orders[number], image, row)
        if isTrigger {
            orders[number].priority = Int32(truncatingIfNeeded: image)
            if isFirst { residualsAtEntry[number] = max(0, orders[number].imageQuantity) }
            if isFirst || !isGone && rows.isOnBook(row) { match(number, row, rows.time(ofImage: image)) }
        }
        if !isGone, !orders[number].isImmediate, orders[number].open > 0 { enter(number) } else { leave(number) }
    }

    // MARK: - Resting

    static func bookIndex(isStudy: Bool, isBuy: Bool) -> Int { (isStudy ? 0 : 2) + (isBuy ? 0 : 1) }

    private mutating func enter(_ number: Int) {
        guard !orders[number].isInBook else { return }
        orders[number].isInBook = true
        books[Replay.bookIndex(isStudy: orders[number].isStudy, isBuy: orders[number].isBuy)].insert(number, orders[number])
        count(number, 1)
    }

    mutating func leave(_ number: Int) {
        guard orders[number].isInBook else { return }
        orders[number].isInBook = false
        let index = Replay.bookIndex(isStudy: orders[number].isStudy, isBuy: orders[number].isBuy)
        books[index].remove(orders[number], orders)
        count(number, -1)
    }

    /// Takes an order out of its level, where nothing of it may stay: the entry would live again with the order's priority.
    private mutating func move(_ number: Int) {
        leave(number)
        books[Replay.bookIndex(isStudy: orders[number].isStudy, isBuy: orders[number].isBuy)].erase(number, orders[number])
    }

    private mutating func count(_ number: Int, _ change: Int) {
        let preference = orders[number].preference
        if preference >= 0 { ownResting[2 * preference + (orders[number].isBuy ? 0 : 1)] += change }
    }
}
