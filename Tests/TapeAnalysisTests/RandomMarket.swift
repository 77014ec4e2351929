import TapeColumns
import TapeTestSupport

@testable import TapeAnalysis

/// Rows of a small random partition, as plain records: what the oracles read, and what the columns are made of.
struct RandomMarket {
    struct Event {
        var orderID, timestamp, price, side, reason, quantity, leaves, matched, type, mask, participant, midTick: Int64
        var status: Int64 = 1, minimum: Int64 = 0, singleFill: Int64 = 2, preferenceOnly: Int64 = 2, crossingKey: Int64 = 0
        var validity: Int64 = 256, sequence: Int64 = 0
        var bid, offer: Int64?
    }

    struct Leg {
        var orderID, time, price, quantity, source, participant: Int64
        var side: Int64 = 1, matchGroup: Int64 = 0, tradeDate: Int64?
        var bid, offer: Int64?
    }

    struct Quote {
        var time: Int64
        var bid, offer: Int64?
    }

    var events: [Event] = []
    var legs: [Leg] = []
    /// Nil for a partition without rows of the table `nbbo`.
    var quotes: [Quote]?

    init() {}

    /// Orders of one to four events each at interleaved times; trades of some of them and of orders that are not there. Nothing is consistent beyond
    /// what the formulas need, so that every branch is met.
    ///
    /// - Parameter isEager: whether limits are far on the other side, so that most orders could meet.
    init(seed: UInt64, orderMax: UInt64 = 12, isEager: Bool = false) {
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
        for order in 0..<Int64(random.next() % orderMax + 1) {
            let id = 7_900_000_000_000_000_000 + order * 37
            var time = start + Int64(random.next() % 1000) * 1_000_000_007
            let side = pick([1, 2]), mask = pick([2048, 2048, 2050, 64, 4096, 4098, 0, 6144]), participant = pick([69, 8, 5]), midTick = pick([0, 1, 2, 4, 5])
            let type = pick([1, 1, 1, 2]), validity = pick([0, 256, 256, 256]), firstPrice = isEager ? (side == 1 ? 3390 : 3310) : pick([0, 3300, 3340, 3390])
            let prices = isEager ? [firstPrice, firstPrice, side == 1 ? 3400 : 3300] : [firstPrice, firstPrice, 3340, 3360]
            for event in 0..<(random.next() % 4 + 1) {
                let (bid, offer) = quote()
                events.append(Event(
                    orderID: id, timestamp: time, price: pick(prices), side: side,
                    reason: event == 0 ? pick([6, 6, 30, 3]) : pick([1, 3, 3, 5, 9]),
                    quantity: pick([1, 50, 100, 5000, 20_000]), leaves: pick([0, 0, 40, 900]), matched: pick([0, 0, 60, 1500]), type: type, mask: mask,
                    participant: participant, midTick: event == 3 ? 2 : midTick, status: pick([1, 1, 1, 2, 4]), minimum: pick([0, 0, 0, 30, 500]),
                    singleFill: pick([0, 1, 2]), preferenceOnly: pick([0, 2, 2, 1]), crossingKey: pick([0, 0, 7]), validity: validity,
                    bid: bid, offer: offer))
                time += Int64(random.next() % 3) * 777_777_777
            }
            for _ in 0..<(random.next() % 5) {
                let (bid, offer) = quote()
                legs.append(Leg(
                    orderID: random.next() % 9 == 0 ? 5 : id, time: random.next() % 4 == 0 ? time : time - 2_000_000_000 + Int64(random.next() % 4_000_000_000),
                    price: 3300 + Int64(random.next() % 100), quantity: pick([1, 10, 333]), source: pick([1, 1, 20, 46, 47, 44, 48, 5]),
                    participant: participant, bid: bid, offer: offer))
            }
        }
        events = stableSorted(events) { $0.timestamp }
        for index in events.indices { events[index].sequence = Int64(index) }
        legs = stableSorted(legs) { $0.time }
        guard random.next() % 3 > 0 else { return }
        quotes = stableSorted((0..<(random.next() % 30)).map { _ in
            let (bid, offer) = quote()
            return Quote(time: start + Int64(random.next() % 1100) * 1_000_000_007, bid: bid, offer: offer)
        }) { $0.time }
    }

    private func stableSorted<Row>(_ rows: [Row], _ key: (Row) -> Int64) -> [Row] {
        rows.enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }.map(\.element)
    }

    func input() throws -> PartitionInput {
        PartitionInput(events: try orderEvents(), legs: try tradeLegs(), quotes: try quotes.map { try series($0) })
    }

    private func orderEvents() throws -> OrderEvents {
        try OrderEvents(replay: true) { name in
            ColumnVector(try events.map { event -> Int64? in
                switch name {
                case "order_id": event.orderID
                case "timestamp": event.timestamp
                case "sequence": event.sequence
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
                case "order_status": event.status
                case "preference_only": event.preferenceOnly
                case "single_fill_minimum_quantity": event.singleFill
                case "minimum_quantity": event.minimum
                case "crossing_key": event.crossingKey
                case "time_validity": event.validity
                default: throw AnalysisError.missingColumn(table: "orders", column: name)
                }
            })
        }
    }

    private func tradeLegs() throws -> TradeLegs {
        try TradeLegs { name in
            ColumnVector(try legs.map { leg -> Int64? in
                switch name {
                case "order_id": leg.orderID
                case "trade_time": leg.time
                case "price": leg.price
                case "quantity": leg.quantity
                case "side": leg.side
                case "participant_id": leg.participant
                case "deal_source": leg.source
                case "match_group_id": leg.matchGroup
                case "national_bid_snapshot": leg.bid
                case "national_offer_snapshot": leg.offer
                case "trade_date": leg.tradeDate
                default: throw AnalysisError.missingColumn(table: "trades", column: name)
                }
            })
        }
    }

    private func series(_ quotes: [Quote]) throws -> QuoteSeries {
        try QuoteSeries { name in
            ColumnVector(try quotes.map { quote -> Int64? in
                switch name {
                case "timestamp": quote.time
                case "bid": quote.bid
                case "offer": quote.offer
                default: throw AnalysisError.missingColumn(table: "nbbo", column: name)
                }
            })
        }
    }
}
