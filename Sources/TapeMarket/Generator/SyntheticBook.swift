/// One side of the lit book: price levels with the best last, each a queue in time order.
struct LitSide {
    private struct Level {
        /// Price × side sign: greater is better on both sides.
        var key: Int32
        var head: Int32
        var tail: Int32
    }

    private var levels: [Level] = []
    private let sign: Int32

    init(_ side: Side) { sign = Int32(side.sign) }

    var isEmpty: Bool { levels.isEmpty }
    var bestPrice: Int32? { levels.last.map { $0.key * sign } }
    /// The first order of the best price; the side must not be empty.
    var first: Int32 { levels[levels.count - 1].head }

    mutating func add(_ index: Int32, _ pool: inout OrderPool) {
        let key = pool[index].price * sign
        let at = position(of: key)
        pool[index].place = .lit
        pool[index].next = -1
        if at < levels.count, levels[at].key == key {
            let tail = levels[at].tail
            pool[tail].next = index
            pool[index].previous = tail
            levels[at].tail = index
        } else {
            pool[index].previous = -1
            levels.insert(Level(key: key, head: index, tail: index), at: at)
        }
    }

    mutating func remove(_ index: Int32, _ pool: inout OrderPool) {
        let at = position(of: pool[index].price * sign)
        let (previous, next) = (pool[index].previous, pool[index].next)
        if previous >= 0 { pool[previous].next = next } else { levels[at].head = next }
        if next >= 0 { pool[next].previous = previous } else { levels[at].tail = previous }
        if levels[at].head < 0 { levels.remove(at: at) }
        pool[index].place = .none
    }

    /// The first level whose key is not below `key`.
    private func position(of key: Int32) -> Int { levels.partitionPoint { $0.key >= key } }
}

/// One side of the dark book: all its orders in time order, since every match is at the mid.
struct DarkSide {
    private(set) var first: Int32 = -1
    private var last: Int32 = -1

    var isEmpty: Bool { first < 0 }

    mutating func add(_ index: Int32, _ pool: inout OrderPool) {
        pool[index].place = .dark
        pool[index].next = -1
        pool[index].previous = last
        if last >= 0 { pool[last].next = index } else { first = index }
        last = index
    }

    mutating func remove(_ index: Int32, _ pool: inout OrderPool) {
        let (previous, next) = (pool[index].previous, pool[index].next)
        if previous >= 0 { pool[previous].next = next } else { first = next }
        if next >= 0 { pool[next].previous = previous } else { last = previous }
        pool[index].place = .none
    }
}

/// The books of one security and its orders.
struct SyntheticBook {
    var pool = OrderPool()
    var bids = LitSide(.buy)
    var offers = LitSide(.sell)
    var darkBids = DarkSide()
    var darkOffers = DarkSide()

    mutating func rest(_ index: Int32) {
        switch (pool[index].isDark, pool[index].side) {
        case (false, .buy): bids.add(index, &pool)
        case (false, .sell): offers.add(index, &pool)
        case (true, .buy): darkBids.add(index, &pool)
        case (true, .sell): darkOffers.add(index, &pool)
        }
    }

    mutating func remove(_ index: Int32) {
        switch (pool[index].place, pool[index].side) {
        case (.lit, .buy): bids.remove(index, &pool)
        case (.lit, .sell): offers.remove(index, &pool)
        case (.dark, .buy): darkBids.remove(index, &pool)
        case (.dark, .sell): darkOffers.remove(index, &pool)
        case (.none, _): break
        }
    }
}
