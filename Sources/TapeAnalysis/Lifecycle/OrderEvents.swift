import TapeColumns
import TapeMarket

/// A price or quantity that the feed did not give.
package let absent = Int64.min

/// The order events of one partition as arrays, in the order (timestamp, sequence, row number).
package struct OrderEvents: Sendable {
    package var orderID: [Int64]
    package var timestamp: [Int64]
    package var price: [Int64]
    package var side: [Int64]
    package var changeReason: [Int64]
    package var quantity: [Int64]
    package var leaves: [Int64]
    package var matched: [Int64]
    package var orderType: [Int64]
    package var exchangeOrderType: [Int64]
    package var nationalBid: [Int64]
    package var nationalOffer: [Int64]
    package var participantID: [Int64]
    package var midTick: [Int64]

    package var count: Int { orderID.count }

    /// - Parameter column: the vector of a column of the table `orders`, rows in the order above.
    package init(_ column: (String) throws -> ColumnVector) throws {
        orderID = try column("order_id").words
        timestamp = try column("timestamp").words
        price = try column("price").words
        side = try column("side").words
        changeReason = try column("change_reason").words
        quantity = try column("quantity").words
        leaves = try column("leaves_quantity").words
        matched = try column("total_matched_quantity").words
        orderType = try column("order_type").words(null: 1)
        exchangeOrderType = try column("exchange_order_type").words
        nationalBid = try column("national_bid").words(null: absent)
        nationalOffer = try column("national_offer").words(null: absent)
        participantID = try column("participant_id").words
        midTick = try column("mid_tick").words(null: 0)
    }
}

/// The trade rows of one partition as arrays, in the order (time, sequence, row number).
package struct TradeLegs: Sendable {
    package var orderID: [Int64]
    package var time: [Int64]
    package var price: [Int64]
    package var quantity: [Int64]
    package var dealSource: [Int64]
    package var nationalBid: [Int64]
    package var nationalOffer: [Int64]

    package var count: Int { orderID.count }

    /// - Parameter column: the vector of a column of the table `trades`, rows in the order above.
    package init(_ column: (String) throws -> ColumnVector) throws {
        orderID = try column("order_id").words
        time = try column("trade_time").words
        price = try column("price").words
        quantity = try column("quantity").words
        dealSource = try column("deal_source").words
        nationalBid = try column("national_bid_snapshot").words(null: absent)
        nationalOffer = try column("national_offer_snapshot").words(null: absent)
    }

    /// No trades: a security-day without any.
    package init() { (orderID, time, price, quantity, dealSource, nationalBid, nationalOffer) = ([], [], [], [], [], [], []) }
}

extension ColumnVector {
    /// The words, with `null` where the row is null.
    package func words(null: Int64) -> [Int64] {
        guard let nulls else { return words }
        var words = words
        for index in words.indices where nulls[index] { words[index] = null }
        return words
    }
}
