import TapeColumns

/// The trade rows of one partition as arrays, in the order (time, sequence, row number).
package struct TradeLegs: Sendable {
    package var orderID: [Int64] = []
    package var time: [Int64] = []
    package var price: [Int64] = []
    package var quantity: [Int64] = []
    package var side: [Int64] = []
    package var participantID: [Int64] = []
    package var dealSource: [Int64] = []
    package var matchGroup: [Int64] = []
    package var nationalBid: [Int64] = []
    package var nationalOffer: [Int64] = []
    /// Days since 1970-01-01, or `absent`.
    package var tradeDate: [Int64] = []

    package var count: Int { orderID.count }

    /// - Parameter column: the vector of a column of the table `trades`, rows in the order above.
    package init(_ column: (String) throws -> ColumnVector) throws {
        orderID = try column("order_id").words
        time = try column("trade_time").words
        price = try column("price").words
        quantity = try column("quantity").words
        side = try column("side").words
        participantID = try column("participant_id").words
        dealSource = try column("deal_source").words
        matchGroup = try column("match_group_id").words
        nationalBid = try column("national_bid_snapshot").words(null: absent)
        nationalOffer = try column("national_offer_snapshot").words(null: absent)
        tradeDate = try column("trade_date").words(null: absent)
    }

    /// No trades: a security-day without any.
    package init() {}
}
