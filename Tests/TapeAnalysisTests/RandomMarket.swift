import TapeColumns
import TapeTestSupport

@testable import TapeAnalysis

/// Rows of a small random partition, as plain records: what the oracle reads, and what the columns are made of.
struct RandomMarket {
    struct Event {
        var orderID, timestamp, price, side, reason, quantity, leaves, matched, type, mask, participant, midTick: Int64
        var bid, offer: Int64?
    }

    struct Leg {
        var orderID, time, price, quantity, source: Int64
        var bid, offer: Int64?
    }

    var events: [Event] = []
    var legs: [Leg] = []

    /// Orders of one to four events each at interleaved times; trades of some of them and of orders that are not there. Nothing is consistent beyond
    /// what the formulas need, so that every branch is met.
    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func pick(_ values: [Int64]) -> Int64 { values[Int(random.next() % UInt64(values.count))] }
        func quote() -> (Int64?, Int64?) {
            let bid = 3300 + Int64(random.next() % 10) * 10
            switch random.next() % 12 {
            case 0: return (nil, bid)
            case 1: return (bid, nil)
            case 2: return (bid, bid)
            case 3: return (bid + 10, bid)
            case 4: return (0, bid)
            default: return (bid, bid + 10 * Int64(random.next() % 3 + 1))
            }
        }
        let start: Int64 = 1_725_490_000_000_000_000 + Int64(random.next() % 8) * 3_600_000_000_000
        for order in 0..<Int64(random.next() % 12 + 1) {
            let id = 7_900_000_000_000_000_000 + order * 37
            var time = start + Int64(random.next() % 1000) * 1_000_000_007
            let side = pick([1, 2]), mask = pick([2048, 2048, 2050, 64, 4098, 0]), participant = pick([69, 8, 5]), midTick = pick([0, 1, 2, 4])
            let type = pick([1, 1, 1, 2])
            for event in 0..<(random.next() % 4 + 1) {
                let (bid, offer) = quote()
                events.append(Event(
                    orderID: id, timestamp: time, price: pick([0, 3300, 3340, 3390]), side: side, reason: event == 0 ? pick([6, 6, 30, 3]) : pick([1, 3, 5, 9]),
                    quantity: pick([1, 50, 100, 5000, 20_000]), leaves: pick([0, 0, 40, 900]), matched: pick([0, 0, 60, 1500]), type: type, mask: mask,
                    participant: participant, midTick: midTick, bid: bid, offer: offer))
                time += Int64(random.next() % 3) * 777_777_777
            }
            for _ in 0..<(random.next() % 5) {
                let (bid, offer) = quote()
                legs.append(Leg(
                    orderID: random.next() % 9 == 0 ? 5 : id, time: time - 2_000_000_000 + Int64(random.next() % 4_000_000_000),
                    price: 3300 + Int64(random.next() % 100), quantity: pick([1, 10, 333]), source: pick([1, 1, 20, 46, 47, 44, 48, 5]),
                    bid: bid, offer: offer))
            }
        }
        events = stableSorted(events) { $0.timestamp }
        legs = stableSorted(legs) { $0.time }
    }

    private func stableSorted<Row>(_ rows: [Row], _ key: (Row) -> Int64) -> [Row] {
        rows.enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }.map(\.element)
    }

    func orderEvents() throws -> OrderEvents {
        try OrderEvents { name in
            ColumnVector(try events.map { event -> Int64? in
                switch name {
                case "order_id": event.orderID
                case "timestamp": event.timestamp
                case "price": event.price
                case "side": event.side
                case "change_reason": event.reason
                case "quantity": event.quantity
                case "leaves_quantity": event.leaves
                case "total_matched_quantity": event.matched
                case "order_type": event.type
                case "exchange_order_type": event.mask
                case "national_bid": event.bid
                case "national_offer": event.offer
                case "participant_id": event.participant
                case "mid_tick": event.midTick
                default: throw AnalysisError.missingColumn(table: "orders", column: name)
                }
            })
        }
    }

    func tradeLegs() throws -> TradeLegs {
        try TradeLegs { name in
            ColumnVector(try legs.map { leg -> Int64? in
                switch name {
                case "order_id": leg.orderID
                case "trade_time": leg.time
                case "price": leg.price
                case "quantity": leg.quantity
                case "deal_source": leg.source
                case "national_bid_snapshot": leg.bid
                case "national_offer_snapshot": leg.offer
                default: throw AnalysisError.missingColumn(table: "trades", column: name)
                }
            })
        }
    }
}
