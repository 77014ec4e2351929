/// An order of a replay: what it is, and its state after the last image.
struct ReplayOrder {
    // What it is.
    let id: Int64
    /// A sweep, whose lit part the replay tries to fill; else a dark order that really existed.
    let isStudy: Bool
    let isBuy: Bool
    let participantID: Int64
    /// Among the participants that prefer their own orders; -1 for others.
    let preference: Int
    let isImmediate: Bool
    let isBlock: Bool
    /// What a study order really traded in the dark as it was entered.
    let darkAtEntry: Int64
    /// The last instant at which a study order trades.
    let expiry: Int64

    // Its state.
    /// The image that last changed the price, or increased the quantity; -1 before the first one.
    var priority: Int32 = -1
    /// What is open by the image alone.
    var imageQuantity: Int64 = 0
    /// What the replay took.
    var used: Int64 = 0
    /// The limit as the books sort it: an order accepts every key from this one on. See `ReplayBook.key`.
    var key = Int64.min
    var price: Int64 = 0
    var midTick: Int64 = 0
    var committed: Int64 = 0
    var minimum: Int64 = 0
    var isSingleFill = false
    var isPreferenceOnly = false
    var crossingKey: Int64 = 0
    var isInBook = false

    /// What the replay may still fill.
    var open: Int64 { imageQuantity > used ? imageQuantity - used : 0 }
    /// The least quantity of a fill; 0 once less than it is open.
    var minimumNow: Int64 { open >= minimum ? minimum : 0 }
    var isAnyPriceBlock: Bool { isBlock && (midTick == 5 || midTick == 6) }
    var isDarkLimit: Bool { midTick == 3 || midTick == 4 }

    /// Whether an entry of a book is this order's present one.
    func isLive(_ entry: ReplayBook.Entry) -> Bool { isInBook && priority == entry.priority }

    /// Whether unintentional-crossing prevention books a trade of two orders.
    func isCrossing(_ other: ReplayOrder) -> Bool {
        crossingKey != 0 && crossingKey == other.crossingKey && participantID == other.participantID
    }

    /// Whether it is an any-price block with its limit at or outside a quote.
    func isOutside(_ quote: ReplayQuotes.Prices) -> Bool { isAnyPriceBlock && (isBuy ? price <= quote.bid : price >= quote.offer) }
}
