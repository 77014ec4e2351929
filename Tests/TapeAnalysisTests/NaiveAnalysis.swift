@testable import TapeAnalysis

/// The oracle: domain.md, sections 4 to 7.3, in plain loops over rows, with doubles and optionals, written from the text and from none of the fast code.
struct NaiveAnalysis {
    struct Order {
        var id: Int64
        var group: Int
        var values: [String: Double?] = [:]
        /// Scenario → (sim quantity, savings).
        var simulated: [String: (quantity: Double?, savings: Double?)] = [:]
    }

    let market: RandomMarket

    func orders(traded definition: Bool) -> [Order] {
        let ids = Set(market.events.map(\.orderID)).sorted()
        return ids.compactMap { id in
            let rows = market.events.filter { $0.orderID == id }
            let trades = market.legs.filter { $0.orderID == id }
            let isSelected = definition ? !trades.isEmpty : (rows[0].mask / 2048) % 2 == 1
            return isSelected ? order(id, rows, trades) : nil
        }
    }

    private func mid(_ bid: Int64?, _ offer: Int64?) -> Double? {
        guard let bid, let offer, bid > 0, offer > 0, bid <= offer else { return nil }
        return (Double(bid) + Double(offer)) / 2
    }

    private func order(_ id: Int64, _ rows: [RandomMarket.Event], _ trades: [RandomMarket.Leg]) -> Order {
        let first = rows[0], last = rows[rows.count - 1]
        let group = last.matched > 0 ? (last.leaves == 0 ? 1 : 2) : 3
        var order = Order(id: id, group: group)
        let fills = trades.filter { ![44, 45, 48, 91].contains($0.source) }
        let s: Double = first.side == 1 ? 1 : -1
        let q = fills.reduce(0.0) { $0 + Double($1.quantity) }
        let n = fills.reduce(0.0) { $0 + Double($1.price * $1.quantity) }
        let booked = trades.filter { [44, 45, 48, 91].contains($0.source) }.reduce(0.0) { $0 + Double($1.quantity) }
        let committed = Double(last.leaves + last.matched)
        let p0 = mid(first.bid, first.offer)
        let vwap = q > 0 ? n / q : nil
        order.values["fill_ratio"] = last.matched == 0 ? 0 : Double(last.matched) / committed
        order.values["fill_ratio_initial"] = Double(last.matched) / Double(first.quantity)
        order.values["num_fills"] = Double(fills.count)
        order.values["notional"] = n
        order.values["vwap"] = vwap
        order.values["arrival_mid"] = p0
        order.values["dark_quantity"] = fills.filter { (46...52).contains($0.source) }.reduce(0.0) { $0 + Double($1.quantity) }
        order.values["auction_quantity"] = fills.filter { $0.source == 20 }.reduce(0.0) { $0 + Double($1.quantity) }
        order.values["recon_diff"] = Double(last.matched) - q - booked
        let isMarket = last.price == 0 || last.type == 2
        order.values["price_improvement_limit_bps"] = vwap.flatMap { isMarket ? nil : s * (Double(last.price) - $0) / Double(last.price) * 1e4 }
        order.values["slippage_arrival_bps"] = vwap.flatMap { v in p0.map { s * (v - $0) / $0 * 1e4 } }
        weighted(&order, fills, s)
        shortfall(&order, fills, s, intended: committed - booked, traded: q, p0, mid(last.bid, last.offer))
        times(&order, fills, rows, s, p0)
        if group < 3 { simulate(&order, first, isMarket, s, q, n, p0) }
        return order
    }

    private func weighted(_ order: inout Order, _ fills: [RandomMarket.Leg], _ s: Double) {
        var weight = 0.0, effective = 0.0, quoted = 0.0, touch = 0.0
        for fill in fills {
            guard let m = mid(fill.bid, fill.offer), let bid = fill.bid, let offer = fill.offer else { continue }
            let q = Double(fill.quantity), p = Double(fill.price)
            weight += q
            effective += q * 2 * s * (p - m) / m * 1e4
            quoted += q * Double(offer - bid) / m * 1e4
            touch += q * s * (Double(s > 0 ? offer : bid) - p)
        }
        order.values["effective_spread_bps"] = weight > 0 ? effective / weight : nil
        order.values["quoted_spread_bps"] = weight > 0 ? quoted / weight : nil
        order.values["price_improvement_touch"] = weight > 0 ? touch / weight : nil
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
    }

    private func times(_ order: inout Order, _ fills: [RandomMarket.Leg], _ rows: [RandomMarket.Event], _ s: Double, _ p0: Double?) {
        let arrival = rows[0].timestamp
        order.values["order_lifetime_s"] = Double(rows[rows.count - 1].timestamp - arrival) / 1e9
        order.values["time_to_first_fill_s"] = fills.first.flatMap { $0.time < arrival ? nil : Double($0.time - arrival) / 1e9 }
        order.values["execution_duration_s"] = fills.first.map { Double(fills[fills.count - 1].time - $0.time) / 1e9 }
        let weight = fills.reduce(0.0) { $0 + Double($1.quantity) }
        order.values["vw_fill_time_s"] = weight > 0
            ? fills.reduce(0.0) { $0 + Double($1.quantity) * Double($1.time - arrival) } / weight / 1e9 : nil
        let lastMid = fills.last.flatMap { mid($0.bid, $0.offer) }
        order.values["adverse_drift_bps"] = lastMid.flatMap { m in p0.map { s * (m - $0) / $0 * 1e4 } }
    }

    private func simulate(
        _ order: inout Order, _ first: RandomMarket.Event, _ isMarket: Bool, _ s: Double, _ q: Double, _ n: Double, _ m: Double?
    ) {
        for name in ["A", "B", "C"] { order.simulated[name] = (nil, nil) }
        guard q > 0, let m else { return }
        let limit = Double(first.price)
        let tick: Double = first.price < 100 ? 1 : first.price < 2000 ? 5 : 10
        let allowance = [1, 4, 6].contains(first.midTick) ? tick / 2 : 0
        let accepts = isMarket || first.price == 0
        let isEligible = accepts || s * (m - limit) <= allowance
        order.simulated["A"] = isEligible ? (q, s * (n - q * m)) : (0, nil)
        let dark = isEligible ? (q * 0.5).rounded(.down) : 0
        order.simulated["B"] = (q, s * (n - (dark * m + (q - dark) * n / q)))
        let lit = m * (1 + s * 0.0005)
        let executes = accepts || s * (lit - limit) <= 0
        order.simulated["C"] = executes ? (q, s * (n - (dark * m + (q - dark) * lit))) : (dark, nil)
    }
}
