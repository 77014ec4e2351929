import TapeTestSupport

@testable import TapeAnalysis

/// The replay's oracle: docs/domain.md, Replay, word by word, with a scan of all orders per trigger.
struct NaiveReplay {
    struct Fill: Hashable {
        var aggressor, passive, quantity, doubledPrice, source, time: Int64
    }

    private struct Priority: Comparable {
        var time, sequence, id: Int64
        static func < (left: Priority, right: Priority) -> Bool { (left.time, left.sequence, left.id) < (right.time, right.sequence, right.id) }
    }

    private let rules: ReplaySettings
    private let preferring: Set<Int64>
    private let quotes: [RandomMarket.Quote]
    private var images: [Int64: [RandomMarket.Event]] = [:]
    private var darkAtEntry: [Int64: Int64] = [:]
    private var current: [Int64: Int] = [:]
    private var priority: [Int64: Priority] = [:]
    private var used: [Int64: Int64] = [:]
    private(set) var fills: [Fill] = []

    /// Rules by the seed, with every option.
    static func rules(seed: UInt64) -> ReplaySettings {
        var random = SeededGenerator(seed: seed ^ 0x1234)
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        var rules = ReplaySettings()
        rules.inventory = pick(ReplaySettings.Inventory.allCases)
        rules.horizon = pick([.lifetime, .close, .seconds(60), .seconds(0), .seconds(3)])
        rules.quotes = pick(ReplaySettings.Quotes.allCases)
        rules.matchesOnQuotes = rules.quotes == .series && pick([true, false])
        rules.preferencing = pick([.automatic, .participants([]), .participants([69, 8])])
        rules.studyPairs = pick([true, true, false])
        rules.blocks = pick([true, false])
        rules.blockValueMin = pick([0, 100, 1000])
        rules.crossing = pick(ReplaySettings.Crossing.allCases)
        (rules.open, rules.close) = pick([(36_000, 57_600), (36_000, 39_600), (0, 86_400), (0, 86_400)])
        return rules
    }

    init(_ market: RandomMarket, _ rules: ReplaySettings) {
        self.rules = rules
        quotes = market.quotes ?? []
        switch rules.preferencing {
        case .automatic: preferring = Set(market.legs.filter { $0.source == 46 || $0.source == 51 }.map(\.participant))
        case .participants(let ids): preferring = ids
        }
        for (id, rows) in Dictionary(grouping: market.events, by: \.orderID) {
            let mask = rows[0].mask
            guard mask & 2048 != 0 || mask & (64 | 4096) != 0 else { continue }
            images[id] = rows.indices.filter { $0 == rows.count - 1 || rows[$0 + 1].timestamp != rows[$0].timestamp }.map { rows[$0] }
            darkAtEntry[id] = market.legs.filter { $0.orderID == id && $0.time == rows[0].timestamp && (46...52).contains($0.source) }
                .reduce(0) { $0 + $1.quantity }
        }
        run()
    }

    private func isStudy(_ id: Int64) -> Bool { (images[id]?[0].mask ?? 0) & 2048 != 0 }
    private func image(_ id: Int64) -> RandomMarket.Event { images[id]![current[id]!] }

    private func open(_ id: Int64) -> Int64 {
        let all = images[id]!, k = current[id]!
        let quantity: Int64
        if isStudy(id) {
            quantity = all[k].leaves + all[k].matched - darkAtEntry[id]!
        } else {
            switch rules.inventory {
            case .strict: quantity = all[k...].map(\.leaves).min()!
            case .asOf: quantity = all[k].leaves
            case .gross: quantity = all[k].leaves + all[k].matched
            }
        }
        return max(0, quantity - used[id, default: 0])
    }

    private func minimum(_ id: Int64, _ open: Int64) -> Int64 { open >= image(id).minimum ? image(id).minimum : 0 }

    private func isExpired(_ id: Int64, _ time: Int64) -> Bool {
        guard isStudy(id), case .seconds(let seconds) = rules.horizon else { return false }
        return time > images[id]![0].timestamp + seconds * 1_000_000_000
    }

    private func isGone(_ id: Int64, _ time: Int64) -> Bool {
        let row = image(id)
        guard isStudy(id) else { return row.status != 1 }
        if isExpired(id, time) { return true }
        guard current[id]! == images[id]!.count - 1, row.status != 1 else { return false }
        return rules.horizon == .lifetime || row.reason != 3
    }

    private func isResting(_ id: Int64, _ time: Int64) -> Bool {
        priority[id] != nil && !isGone(id, time) && !(isStudy(id) && images[id]![0].validity == 0) && open(id) > 0
    }

    private func accepts(_ id: Int64, _ doubledPrice: Int64) -> Bool {
        let row = image(id)
        if row.price == 0 || row.type == 2 { return true }
        let tick: Int64 = row.price < 100 ? 1 : row.price < 2000 ? 5 : 10
        let half = [1, 4, 6].contains(row.midTick) ? tick : 0
        return row.side == 1 ? doubledPrice <= 2 * row.price + half : doubledPrice >= 2 * row.price - half
    }

    private func isSession(_ time: Int64) -> Bool {
        let second = (time + 36_000_000_000_000) % 86_400_000_000_000 / 1_000_000_000
        return second >= rules.open && second < rules.close
    }

    private func isSame(_ a: Int64, _ b: Int64) -> Bool { image(a).participant == image(b).participant }
    private func isCrossing(_ a: Int64, _ b: Int64) -> Bool { isSame(a, b) && image(a).crossingKey == image(b).crossingKey && image(a).crossingKey != 0 }
    private func isOwn(_ a: Int64, _ b: Int64) -> Bool { isSame(a, b) && preferring.contains(image(a).participant) }

    private func canMeet(_ a: Int64, _ b: Int64) -> Bool {
        guard image(a).side != image(b).side, isStudy(a) || isStudy(b), rules.studyPairs || !(isStudy(a) && isStudy(b)) else { return false }
        if !isSame(a, b), image(a).preferenceOnly == 1 || image(b).preferenceOnly == 1 { return false }
        return rules.crossing == .book || !isCrossing(a, b)
    }

    private mutating func run() {
        let triggers = images.flatMap { id, rows in rows.indices.map { (id: id, index: $0) } }
            .sorted { (images[$0.id]![$0.index].timestamp, images[$0.id]![$0.index].sequence, $0.id)
                < (images[$1.id]![$1.index].timestamp, images[$1.id]![$1.index].sequence, $1.id) }
        var changes = quotes.indices.filter { $0 == quotes.count - 1 || quotes[$0 + 1].time != quotes[$0].time }.map { quotes[$0] }
        changes = changes.indices.filter { $0 == 0 || changes[$0 - 1].bid != changes[$0].bid || changes[$0 - 1].offer != changes[$0].offer }.map { changes[$0] }
        for (id, index) in triggers {
            while rules.matchesOnQuotes, let change = changes.first, change.time <= images[id]![index].timestamp {
                match(at: changes.removeFirst())
            }
            trigger(id, index)
        }
        while rules.matchesOnQuotes, !changes.isEmpty { match(at: changes.removeFirst()) }
    }

    private mutating func trigger(_ id: Int64, _ index: Int) {
        let row = images[id]![index]
        let before = index > 0 ? images[id]![index - 1] : nil
        let isIncoming = before.map { row.price != $0.price || row.midTick != $0.midTick || row.leaves + row.matched > $0.leaves + $0.matched } ?? true
        current[id] = index
        guard isIncoming else { return }
        priority[id] = Priority(time: row.timestamp, sequence: row.sequence, id: id)
        if index == 0 || !isGone(id, row.timestamp) && row.status == 1 { match(id, row) }
    }

    private func quote(_ row: RandomMarket.Event) -> (bid: Int64, offer: Int64)? {
        let found = rules.quotes == .series ? quotes.last { $0.time <= row.timestamp } : RandomMarket.Quote(time: 0, bid: row.bid, offer: row.offer)
        guard let bid = found?.bid, let offer = found?.offer, bid > 0, offer > 0 else { return nil }
        return (bid, offer)
    }

    private mutating func match(_ id: Int64, _ row: RandomMarket.Event) {
        guard isSession(row.timestamp), let (bid, offer) = quote(row) else { return }
        let resting = priority.keys.filter { $0 != id && isResting($0, row.timestamp) && canMeet(id, $0) }
        var remaining = open(id)
        let atStart = minimum(id, remaining)
        var takes: [(other: Int64, quantity: Int64, doubledPrice: Int64, isBlock: Bool)] = []
        func take(_ other: Int64, _ doubledPrice: Int64, isBlock: Bool) {
            let quantity = min(remaining, open(other))
            if quantity == 0 || quantity < minimum(other, open(other)) { return }
            if row.singleFill == 1, quantity < minimum(id, remaining) { return }
            if isBlock, quantity * doubledPrice / 2 < 1000 * rules.blockValueMin { return }
            takes.append((other, quantity, doubledPrice, isBlock))
            remaining -= quantity
        }
        if bid <= offer, accepts(id, bid + offer) {
            let candidates = resting.filter { accepts($0, bid + offer) }
                .sorted { (isOwn(id, $0) ? 0 : 1, priority[$0]!) < (isOwn(id, $1) ? 0 : 1, priority[$1]!) }
            for other in candidates { take(other, bid + offer, isBlock: false) }
        }
        func isAnyPrice(_ order: Int64) -> Bool { image(order).mask & 4096 != 0 && (image(order).midTick == 5 || image(order).midTick == 6) }
        func isOutside(_ order: Int64) -> Bool { isAnyPrice(order) && (image(order).side == 1 ? image(order).price <= bid : image(order).price >= offer) }
        if rules.blocks, isStudy(id) || isAnyPrice(id) {
            let candidates = resting.filter { other in
                let price = image(other).price
                guard price > 0, accepts(id, 2 * price), !takes.contains(where: { $0.other == other }) else { return false }
                let isInside = [3, 4].contains(image(other).midTick) && price > bid && price < offer
                return isOutside(other) || isAnyPrice(id) && isInside
            }.sorted {
                let sign: Int64 = row.side == 1 ? 1 : -1
                return (sign * image($0).price, priority[$0]!) < (sign * image($1).price, priority[$1]!)
            }
            for other in candidates { take(other, 2 * image(other).price, isBlock: isOutside(other)) }
        }
        guard takes.reduce(0, { $0 + $1.quantity }) >= atStart else { return }
        for take in takes { fill(id, take.other, take.quantity, take.doubledPrice, take.isBlock, row.timestamp) }
    }

    private mutating func fill(_ id: Int64, _ other: Int64, _ quantity: Int64, _ doubledPrice: Int64, _ isBlock: Bool, _ time: Int64) {
        let source: Int64 = isCrossing(id, other) ? 48 : isBlock ? (isOwn(id, other) ? 51 : 50) : isOwn(id, other) ? 46 : 47
        fills.append(Fill(aggressor: id, passive: other, quantity: quantity, doubledPrice: doubledPrice, source: source, time: time))
        used[id, default: 0] += quantity
        used[other, default: 0] += quantity
    }

    private mutating func match(at change: RandomMarket.Quote) {
        guard isSession(change.time), let bid = change.bid, let offer = change.offer, bid > 0, offer > 0, bid <= offer else { return }
        while true {
            let resting = priority.keys.filter { isResting($0, change.time) && accepts($0, bid + offer) }.sorted { priority[$0]! < priority[$1]! }
            var pair: (Int64, Int64)?
            search: for buy in resting where image(buy).side == 1 {
                for sell in resting where canMeet(buy, sell) {
                    let quantity = min(open(buy), open(sell))
                    guard quantity >= minimum(buy, open(buy)), quantity >= minimum(sell, open(sell)) else { continue }
                    pair = priority[buy]! > priority[sell]! ? (buy, sell) : (sell, buy)
                    break search
                }
            }
            guard let (younger, older) = pair else { return }
            fill(younger, older, min(open(younger), open(older)), bid + offer, false, change.time)
        }
    }
}
