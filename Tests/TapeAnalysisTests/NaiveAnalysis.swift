@testable import TapeAnalysis

/// The oracle: docs/domain.md, in plain loops over rows, with doubles and optionals, written from the text and from none of the fast code.
struct NaiveAnalysis {
    struct Order {
        var id: Int64
        var group: Int
        var values: [String: Double?] = [:]
        /// Scenario → (sim quantity, savings).
        var simulated: [String: (quantity: Double?, savings: Double?)] = [:]
    }

    private let events: [RandomMarket.Event]
    private let legs: [RandomMarket.Leg]
    private let settings: AnalysisSettings
    /// Rows of the table nbbo if they agree with the tape; and what quotes are looked up in.
    private let official: [RandomMarket.Quote]?
    private let series: [RandomMarket.Quote]

    init(market: RandomMarket, settings: AnalysisSettings) {
        self.settings = settings
        // September: standard time, ten hours ahead.
        func isKept(_ time: Int64) -> Bool {
            guard let hours = settings.hours else { return true }
            let local = (time + 36_000_000_000_000) % 86_400_000_000_000
            return local >= hours.start && local < hours.end
        }
        events = market.events.filter { isKept($0.timestamp) }
        legs = market.legs.filter { isKept($0.time) }
        let tape = market.legs.filter { [1, 46, 47].contains($0.source) }
        let inside = tape.filter { leg in
            guard let quote = market.quotes?.last(where: { $0.time <= leg.time }), let bid = quote.bid, let offer = quote.offer else { return false }
            return leg.price >= min(bid, offer) && leg.price <= max(bid, offer)
        }
        let agrees = tape.isEmpty || 100 * inside.count >= Int(settings.coverageMinInPercent) * tape.count
        official = agrees ? market.quotes : nil
        series = official ?? market.events.map { RandomMarket.Quote(time: $0.timestamp, bid: $0.bid, offer: $0.offer) }
    }

    func orders() -> [Order] {
        Set(events.map(\.orderID)).sorted().compactMap { id in
            let rows = events.filter { $0.orderID == id }
            let trades = legs.filter { $0.orderID == id }
            return isSelected(rows, trades) ? order(id, rows, trades) : nil
        }
    }

    private func isSelected(_ rows: [RandomMarket.Event], _ trades: [RandomMarket.Leg]) -> Bool {
        let isSweep = (rows[0].mask / 2048) % 2 == 1
        let last = rows[rows.count - 1]
        let isCompleted = isSweep && last.reason == 3 && last.leaves == 0 && rows.contains { $0.reason == 6 } && !trades.isEmpty
        switch settings.sweeps {
        case .exchange: return isSweep
        case .traded: return !trades.isEmpty
        case .completed: return isCompleted
        case .allLit: return isCompleted && trades.allSatisfy { $0.source == 1 }
        }
    }

    private func mid(_ bid: Int64?, _ offer: Int64?) -> Double? {
        guard let bid, let offer, bid > 0, offer > 0, bid <= offer || settings.acceptCrossed else { return nil }
        return (Double(bid) + Double(offer)) / 2
    }

    private func mid(_ quote: RandomMarket.Quote?) -> Double? { quote.flatMap { mid($0.bid, $0.offer) } }

    private func arrivalQuote(_ first: RandomMarket.Event) -> RandomMarket.Quote? {
        var quote: RandomMarket.Quote? = RandomMarket.Quote(time: 0, bid: first.bid, offer: first.offer)
        if first.bid == nil || first.offer == nil { quote = official?.last { $0.time <= first.timestamp } }
        if settings.arrival == .open, let auction = legs.first(where: { $0.source == 20 || $0.source == 1 }), auction.source == 20, first.timestamp < auction.time {
            let last = series.indices.filter { $0 + 1 == series.count || series[$0 + 1].time != series[$0].time }.map { series[$0] }
            quote = last.first { $0.time >= auction.time && mid($0) != nil }
        }
        return mid(quote) == nil ? nil : quote
    }

    private func order(_ id: Int64, _ rows: [RandomMarket.Event], _ trades: [RandomMarket.Leg]) -> Order {
        let first = rows[0], last = rows[rows.count - 1]
        let group = last.matched > 0 ? (last.leaves == 0 ? 1 : 2) : 3
        var order = Order(id: id, group: group)
        let fills = trades.filter { settings.includeBooked || ![44, 45, 48, 91].contains($0.source) }
        let s: Double = first.side == 1 ? 1 : -1
        let q = fills.reduce(0.0) { $0 + Double($1.quantity) }
        let n = fills.reduce(0.0) { $0 + Double($1.price * $1.quantity) }
        let booked = trades.filter { [44, 45, 48, 91].contains($0.source) }.reduce(0.0) { $0 + Double($1.quantity) }
        let committed = Double(last.leaves + last.matched)
        let arrival = arrivalQuote(first)
        let p0 = mid(arrival)
        let vwap = q > 0 ? n / q : nil
        func quantity(_ sources: [Int64]) -> Double { fills.filter { sources.contains($0.source) }.reduce(0.0) { $0 + Double($1.quantity) } }
        order.values = [
            "fill_ratio": last.matched == 0 ? 0 : Double(last.matched) / committed, "fill_ratio_initial": Double(last.matched) / Double(first.quantity),
            "num_fills": Double(fills.count), "avg_fill_size": fills.isEmpty ? nil : q / Double(fills.count), "notional": n, "vwap": vwap,
            "dark_quantity": quantity([46, 47]), "lit_quantity": quantity([1]), "auction_quantity": quantity([20]),
            "arrival_bid": arrival?.bid.map { Double($0) }, "arrival_offer": arrival?.offer.map { Double($0) }, "arrival_mid": p0,
            "arrival_spread_bps": p0.flatMap { m in arrival.map { Double(($0.offer ?? 0) - ($0.bid ?? 0)) / m * 1e4 } },
            "limit_price": Double(last.price), "initial_price": Double(first.price), "traded_quantity": q, "booked_quantity": booked,
            "committed_quantity": committed, "recon_diff": Double(last.matched) - q - booked, "group": Double(group),
        ]
        let isMarket = last.price == 0 || last.type == 2
        order.values["price_improvement_limit_bps"] = vwap.flatMap { isMarket ? nil : s * (Double(last.price) - $0) / Double(last.price) * 1e4 }
        order.values["slippage_arrival_bps"] = vwap.flatMap { v in p0.map { s * (v - $0) / $0 * 1e4 } }
        weighted(&order, fills, s)
        shortfall(&order, fills, s, intended: committed - booked, traded: q, p0, mid(last.bid, last.offer))
        times(&order, fills, rows, s, p0)
        if settings.groups.contains(group) { simulate(&order, rows, fills, first.price == 0 || first.type == 2, s, q, n, p0) }
        return order
    }

    private func weighted(_ order: inout Order, _ fills: [RandomMarket.Leg], _ s: Double) {
        var weight = 0.0, effective = 0.0, quoted = 0.0, touch = 0.0, laterWeight = 0.0, realised = 0.0
        for fill in fills {
            let q = Double(fill.quantity), p = Double(fill.price)
            if let later = mid(series.last { $0.time <= fill.time + settings.horizonInNanoseconds }) {
                laterWeight += q
                realised += q * 2 * s * (p - later) / later * 1e4
            }
            guard let m = mid(fill.bid, fill.offer), let bid = fill.bid, let offer = fill.offer else { continue }
            weight += q
            effective += q * 2 * s * (p - m) / m * 1e4
            quoted += q * Double(offer - bid) / m * 1e4
            touch += q * s * (Double(s > 0 ? offer : bid) - p)
        }
        let paid = weight > 0 ? effective / weight : nil, kept = laterWeight > 0 ? realised / laterWeight : nil
        order.values["effective_spread_bps"] = paid
        order.values["quoted_spread_bps"] = weight > 0 ? quoted / weight : nil
        order.values["price_improvement_touch"] = weight > 0 ? touch / weight : nil
        order.values["realised_spread_bps"] = kept
        order.values["price_impact_bps"] = paid.flatMap { e in kept.map { e - $0 } }
    }

    private func shortfall(
        _ order: inout Order, _ fills: [RandomMarket.Leg], _ s: Double, intended: Double, traded: Double, _ p0: Double?, _ pe: Double?
    ) {
        var cost: Double?, missed: Double?
        if let p0 {
            cost = s * fills.reduce(0.0) { $0 + Double($1.quantity) * (Double($1.price) - p0) }
            missed = intended > traded ? pe.map { s * (intended - traded) * ($0 - p0) } : 0
        }
        let total = cost.flatMap { c in missed.map { c + $0 } }
        order.values["implementation_shortfall"] = total
        let paper = p0.flatMap { intended > 0 ? intended * $0 : nil }
        order.values["implementation_shortfall_bps"] = total.flatMap { t in paper.map { t / $0 * 1e4 } }
        order.values["opportunity_cost_bps"] = total.flatMap { _ in missed.flatMap { m in paper.map { m / $0 * 1e4 } } }
        order.values["exec_cost_component_bps"] = total.flatMap { _ in cost.flatMap { c in paper.map { c / $0 * 1e4 } } }
    }

    private func times(_ order: inout Order, _ fills: [RandomMarket.Leg], _ rows: [RandomMarket.Event], _ s: Double, _ p0: Double?) {
        let arrival = rows[0].timestamp
        let duration = fills.first.map { Double(fills[fills.count - 1].time - $0.time) / 1e9 }
        order.values["order_lifetime_s"] = Double(rows[rows.count - 1].timestamp - arrival) / 1e9
        order.values["time_to_first_fill_s"] = fills.first.flatMap { $0.time < arrival ? nil : Double($0.time - arrival) / 1e9 }
        order.values["execution_duration_s"] = duration
        order.values["avg_fill_gap_s"] = fills.count < 2 ? nil : duration.map { $0 / Double(fills.count - 1) }
        let weight = fills.reduce(0.0) { $0 + Double($1.quantity) }
        order.values["vw_fill_time_s"] = weight > 0
            ? fills.reduce(0.0) { $0 + Double($1.quantity) * Double($1.time - arrival) } / weight / 1e9 : nil
        let firstMid = fills.first.flatMap { mid($0.bid, $0.offer) }, lastMid = fills.last.flatMap { mid($0.bid, $0.offer) }
        order.values["first_fill_mid"] = firstMid
        order.values["last_fill_mid"] = lastMid
        order.values["market_drift_bps"] = firstMid.flatMap { m in lastMid.map { ($0 - m) / m * 1e4 } }
        order.values["adverse_drift_bps"] = lastMid.flatMap { m in p0.map { s * (m - $0) / $0 * 1e4 } }
    }

    private func benchmark(_ rows: [RandomMarket.Event], _ fills: [RandomMarket.Leg], _ p0: Double?) -> Double? {
        let start = rows[0].timestamp, end = rows[rows.count - 1].timestamp, lastFill = fills[fills.count - 1].time
        switch settings.benchmark {
        case .arrival: return p0
        case .windowMean:
            let mids = series.filter { $0.time >= start && $0.time <= end }.compactMap { mid($0) }
            if !mids.isEmpty { return mids.reduce(0, +) / Double(mids.count) }
            return series.filter { $0.time <= end }.compactMap { mid($0) }.last
        case .timeWeighted:
            guard lastFill > start else { return mid(series.last { $0.time <= start }) }
            var sum = 0.0, time = 0.0
            for (index, quote) in series.enumerated() {
                let from = max(quote.time, start), to = min(index + 1 < series.count ? series[index + 1].time : .max, lastFill)
                guard to > from, let m = mid(quote) else { continue }
                sum += m * Double(to - from)
                time += Double(to - from)
            }
            return time > 0 ? sum / time : nil
        }
    }

    private func simulate(
        _ order: inout Order, _ rows: [RandomMarket.Event], _ fills: [RandomMarket.Leg], _ isMarket: Bool, _ s: Double, _ q: Double, _ n: Double,
        _ p0: Double?
    ) {
        let first = rows[0]
        for name in ["A", "B", "C"] { order.simulated[name] = (nil, nil) }
        guard q > 0, let m = benchmark(rows, fills, p0) else { return }
        let limit = Double(first.price)
        func tick(_ price: Double) -> Double { price < 100 ? 1 : price < 2000 ? 5 : 10 }
        let allowance = [1, 4, 6].contains(first.midTick) ? tick(limit) / 2 : 0
        let accepts = isMarket
        let isEligible = accepts || s * (m - limit) <= allowance
        order.simulated["A"] = isEligible ? (q, s * (n - q * m)) : (0, nil)
        let dark = isEligible ? (q * Double(settings.darkPartsPerMillion) / 1e6).rounded(.down) : 0
        order.simulated["B"] = (q, s * (n - (dark * m + (q - dark) * n / q)))
        let lit = switch settings.impact {
        case .partsPerMillion(let parts): m * (1 + s * Double(parts) / 1e6)
        case .ticks(let count): m + s * Double(count) * tick(m.rounded(.down))
        }
        let executes = accepts || dark == q || s * (lit - limit) <= 0
        order.simulated["C"] = executes ? (q, s * (n - (dark * m + (q - dark) * lit))) : (dark, nil)
    }
}
