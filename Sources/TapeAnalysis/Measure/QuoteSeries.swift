import TapeColumns

/// The best prices of a security over a day: a row holds until the next one, and the last of several at one time wins.
package struct QuoteSeries: Sendable {
    /// Non-decreasing.
    package var times: [Int64]
    /// `absent` where the side has no price.
    package var bids: [Int64]
    package var offers: [Int64]

    /// - Parameter column: the vector of a column of the table `nbbo`, rows in order of time.
    package init(_ column: (String) throws -> ColumnVector) throws {
        times = try column("timestamp").words
        bids = try column("bid").words(null: absent)
        offers = try column("offer").words(null: absent)
    }

    /// The quotes that the orders' rows carry, each from the row's time on.
    init(_ events: OrderEvents) { (times, bids, offers) = (events.timestamp, events.nationalBid, events.nationalOffer) }

    init(times: [Int64], bids: [Int64], offers: [Int64]) { (self.times, self.bids, self.offers) = (times, bids, offers) }

    var count: Int { times.count }

    /// The last row at or before an instant; nil where there is none.
    func row(at instant: Int64) -> Int? {
        let next = firstRow(after: instant)
        return next == 0 ? nil : next - 1
    }

    /// The first row after an instant, or `count`.
    func firstRow(after instant: Int64) -> Int { times.partitionPoint { $0 > instant } }

    /// The first row at or after an instant, or `count`.
    func firstRow(from instant: Int64) -> Int { instant == .min ? 0 : firstRow(after: instant - 1) }

    /// Whether a row is the last of its time, the one that holds.
    func isLast(_ row: Int) -> Bool { row + 1 == count || times[row + 1] != times[row] }

    func quote(_ row: Int, acceptCrossed: Bool) -> Quote? { Quote(bid: bids[row], offer: offers[row], acceptCrossed: acceptCrossed) }

    /// The quote in force at an instant; nil if there is none or it is not valid.
    func quote(at instant: Int64, acceptCrossed: Bool) -> Quote? {
        row(at: instant).flatMap { quote($0, acceptCrossed: acceptCrossed) }
    }
}
