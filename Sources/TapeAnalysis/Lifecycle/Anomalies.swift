/// Oddities of a partition, counted over all of its rows and orders; none stops a run (docs/domain.md, What is checked).
package struct Anomalies: Hashable, Sendable {
    // Rows of the orders.
    /// Rows whose sequence is that of the row before, with other content: exact duplicates were dropped when they were stored.
    package var repeatedSequences = 0
    /// Rows whose sequence is less than that of the row before.
    package var decreasingSequences = 0
    /// Rows whose side, participant or type is not that of the order's row before.
    package var changedIdentities = 0
    package var decreasingMatched = 0
    /// Rows with leaves below 0 or above the quantity.
    package var leavesOutOfRange = 0
    /// Rows with leaves plus matched above the quantity (amended after a partial fill).
    package var overCommittedRows = 0
    package var matchedAboveQuantity = 0
    /// Rows with a national bid equal to, and above, the offer.
    package var lockedRows = 0
    package var crossedRows = 0

    // Orders.
    /// Orders whose leaves and matched quantity are both 0.
    package var emptyFinals = 0
    /// Orders with leaves 0 that did not end by a trade, and the other way round.
    package var endsWithoutReason = 0
    /// Orders whose matched quantity is not the sum of their trades, booked ones included.
    package var unreconciled = 0
    /// Orders with a first fill before their arrival.
    package var fillsBeforeArrival = 0
    /// Orders whose first row is neither a new order nor a reload.
    package var withoutEntry = 0
    /// Orders of which the trading-hours filter cut rows.
    package var cutByHours = 0

    // Trades.
    /// Fills of known orders without an order row at the same time.
    package var fillsWithoutRow = 0
    /// Fills further from the order's limit than its half tick.
    package var fillsBeyondLimit = 0
    /// Matches that do not have two rows of opposite sides, equal price, quantity, time and deal source.
    package var oddMatches = 0
    /// Trades of orders that are not in the orders (normal in filtered extracts).
    package var foreignTrades = 0
    /// Trades whose own date is not the partition's.
    package var otherTradeDates = 0

    package init() {}

    /// Name and count of each, in a fixed order.
    package var items: [(name: String, count: Int)] {
        [("repeated_sequences", repeatedSequences), ("decreasing_sequences", decreasingSequences), ("changed_identities", changedIdentities),
         ("decreasing_matched", decreasingMatched), ("leaves_out_of_range", leavesOutOfRange), ("over_committed_rows", overCommittedRows),
         ("matched_above_quantity", matchedAboveQuantity), ("locked_rows", lockedRows), ("crossed_rows", crossedRows),
         ("empty_finals", emptyFinals), ("ends_without_reason", endsWithoutReason), ("unreconciled", unreconciled),
         ("fills_before_arrival", fillsBeforeArrival), ("without_entry", withoutEntry), ("cut_by_hours", cutByHours),
         ("fills_without_row", fillsWithoutRow), ("fills_beyond_limit", fillsBeyondLimit), ("odd_matches", oddMatches),
         ("foreign_trades", foreignTrades), ("other_trade_dates", otherTradeDates)]
    }
}
