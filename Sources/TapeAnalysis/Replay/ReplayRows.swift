import TapeMarket

/// The rows that a replay steps through, and what they say of an order.
///
/// A class, so that a step holds one reference and not thirty arrays.
final class ReplayRows: Sendable {
    let events: OrderEvents
    let columns: OrderEvents.ReplayColumns
    let images: ReplayImages
    private let settings: ReplaySettings

    init(_ events: OrderEvents, _ columns: OrderEvents.ReplayColumns, _ images: ReplayImages, _ settings: ReplaySettings) {
        self.events = events
        self.columns = columns
        self.images = images
        self.settings = settings
    }

    func time(ofImage image: Int) -> Int64 { events.timestamp[Int(images.rows[image])] }

    func isOnBook(_ row: Int) -> Bool { columns.orderStatus[row] == Int64(OrderStatus.onBook.rawValue) }

    /// Whether an image after the first gives an order a new priority.
    func isTrigger(_ row: Int, _ order: ReplayOrder) -> Bool {
        events.price[row] != order.price || events.midTick[row] != order.midTick || events.leaves[row] &+ events.matched[row] > order.committed
    }

    /// Whether an order is off the book after an image: a contra order by its status; a study order when it ends, or expires.
    func isGone(_ image: Int, _ row: Int, isStudy: Bool, expiry: Int64) -> Bool {
        guard isStudy else { return !isOnBook(row) }
        if events.timestamp[row] > expiry { return true }
        guard images.isLast[image], !isOnBook(row) else { return false }
        return settings.horizon == .lifetime || events.changeReason[row] != Int64(ChangeReason.traded.rawValue)
    }

    /// Takes an order to an image.
    func update(_ order: inout ReplayOrder, _ image: Int, _ row: Int) {
        let leaves = events.leaves[row], committed = leaves &+ events.matched[row]
        if order.isStudy {
            order.imageQuantity = committed &- order.darkAtEntry
        } else {
            switch settings.inventory {
            case .strict: order.imageQuantity = images.leastLeaves[image]
            case .asOf: order.imageQuantity = leaves
            case .gross: order.imageQuantity = committed
            }
        }
        order.price = events.price[row]
        order.midTick = events.midTick[row]
        order.committed = committed
        order.minimum = columns.minimumQuantity[row]
        order.isSingleFill = columns.singleFill[row] == 1
        order.isPreferenceOnly = columns.preferenceOnly[row] == 1
        order.crossingKey = columns.crossingKey[row]
        order.key = key(row, isBuy: order.isBuy)
    }

    /// The limit of an order by a row, as the books sort it.
    func key(_ row: Int, isBuy: Bool) -> Int64 {
        events.isMarket(row) ? .min : ReplayBook.key(events.doubledLimit(row, isBuy: isBuy), isBuy: isBuy)
    }
}
