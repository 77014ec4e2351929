/// An order inside the synthetic exchange, in the terms of the extract's columns.
struct LiveOrder {
    enum Place: UInt8 { case none, lit, dark }

    var id: Int64 = 0
    var quantity: Int64 = 0
    var leaves: Int64 = 0
    var matched: Int64 = 0
    var minimumQuantity: Int64 = 0
    var shortSellQuantity: Int64 = 0
    var price: Int32 = 0
    var type: Int32 = 0
    var participant: Int32 = 0
    var crossingKey: Int32 = 0
    var validity: Int32 = TimeValidity.restOfDay
    /// Neighbours in the queue of its price (lit) or its side (dark); −1 for none.
    var next: Int32 = -1
    var previous: Int32 = -1
    /// Where it is in the list of orders that the flow may cancel or amend; −1 for not there.
    var activeIndex: Int32 = -1
    var side: Side = .buy
    var midtick: Int8 = 0
    var singleFill: Int8 = 0
    var preferenceOnly: Int8 = 0
    var place: Place = .none
    /// Whether the auction under way has filled it already.
    var isTouched = false
    var isPreferencing = false

    var isImmediate: Bool { validity == TimeValidity.immediate }
    var isDark: Bool { type & (64 | 4096) != 0 }
    var isSweep: Bool { type & 2048 != 0 }

    /// Whether the limit, half tick included, accepts a doubled price.
    func accepts(doubledPrice: Int64) -> Bool {
        let limit = 2 * Int64(price)
        let allowance = TickTable.doubledAllowance(price: Int64(price), midtick: midtick)
        return side == .buy ? doubledPrice <= limit + allowance : doubledPrice >= limit - allowance
    }

    /// The minimum in force; the exchange clears it once the remainder is smaller.
    var minimum: Int64 { leaves >= minimumQuantity ? minimumQuantity : 0 }

    mutating func fill(_ amount: Int64) {
        leaves -= amount
        matched += amount
        if leaves < minimumQuantity { minimumQuantity = 0 }
        // The long part trades first.
        shortSellQuantity = min(shortSellQuantity, leaves)
    }

    /// Whether unintentional-crossing prevention books a match of the two instead of trading it.
    func isCrossing(_ other: LiveOrder) -> Bool {
        participant == other.participant && crossingKey != 0 && crossingKey == other.crossingKey
    }
}

/// The orders of one security that are in the system, at stable indices.
struct OrderPool {
    private(set) var orders: [LiveOrder] = []
    private var free: [Int32] = []

    subscript(index: Int32) -> LiveOrder {
        get { orders[Int(index)] }
        _modify { yield &orders[Int(index)] }
    }

    mutating func insert(_ order: LiveOrder) -> Int32 {
        if let index = free.popLast() {
            orders[Int(index)] = order
            return index
        }
        orders.append(order)
        return Int32(orders.count - 1)
    }

    mutating func release(_ index: Int32) { free.append(index) }
}
