import TapeColumns
import TapeMarket

/// A price or quantity that the feed did not give.
package let absent = Int64.min

/// The order events of one partition as arrays, in the order (timestamp, sequence, row number).
package struct OrderEvents: Sendable {
    package var orderID: [Int64]
    package var timestamp: [Int64]
    package var sequence: [Int64]
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
    /// What only the replay reads; nil if it was not loaded.
    package var replay: ReplayColumns?

    /// The columns of the table `orders` that only scenario D needs.
    package struct ReplayColumns: Sendable {
        package var orderStatus: [Int64]
        package var preferenceOnly: [Int64]
        package var singleFill: [Int64]
        package var minimumQuantity: [Int64]
        package var crossingKey: [Int64]
        package var timeValidity: [Int64]
    }

    package var count: Int { orderID.count }

    /// - Parameters:
    ///   - replay: whether to load what the replay needs.
    ///   - column: the vector of a column of the table `orders`, rows in the order above.
    package init(replay: Bool = false, _ column: (String) throws -> ColumnVector) throws {
        orderID = try column("order_id").words
        timestamp = try column("timestamp").words
        sequence = try column("sequence").words
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
        guard replay else { return }
        self.replay = ReplayColumns(
            orderStatus: try column("order_status").words, preferenceOnly: try column("preference_only").words(null: 0),
            singleFill: try column("single_fill_minimum_quantity").words(null: 0),
            minimumQuantity: try column("minimum_quantity").words(null: 0), crossingKey: try column("crossing_key").words(null: 0),
            timeValidity: try column("time_validity").words(null: Int64(TimeValidity.restOfDay)))
    }

    /// Whether the order of a row trades at any price: price 0, or a market order.
    func isMarket(_ row: Int) -> Bool { price[row] == 0 || orderType[row] == Int64(PriceKind.market.rawValue) }

    /// The doubled limit of a row with its half tick, the furthest doubled price that the order accepts; without meaning for market orders.
    func doubledLimit(_ row: Int) -> Int64 { doubledLimit(row, isBuy: side[row] == 1) }

    /// The same for an order whose side is known, whatever the row says.
    func doubledLimit(_ row: Int, isBuy: Bool) -> Int64 {
        let allowance = TickTable.doubledAllowance(price: price[row], midtick: Int8(truncatingIfNeeded: midTick[row]))
        return 2 &* price[row] &+ (isBuy ? allowance : -allowance)
    }

    /// Whether the order of a row accepts a doubled price.
    func accepts(_ doubledPrice: Int64, _ row: Int) -> Bool {
        isMarket(row) || (side[row] == 1 ? doubledPrice <= doubledLimit(row) : doubledPrice >= doubledLimit(row))
    }
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
