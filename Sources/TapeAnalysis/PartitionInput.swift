/// All that the analysis of one partition reads.
package struct PartitionInput: Sendable {
    /// Days since 1970-01-01; nil leaves the trades' own dates unchecked.
    package var date: Int64?
    package var events: OrderEvents
    package var legs = TradeLegs()
    /// The partition's rows of the table `nbbo`; nil without any.
    package var quotes: QuoteSeries?
    /// The partition's rows of the table `sessions`.
    package var sessions = SessionStates()

    package init(date: Int64? = nil, events: OrderEvents, legs: TradeLegs = TradeLegs(), quotes: QuoteSeries? = nil,
                 sessions: SessionStates = SessionStates()) {
        self.date = date
        self.events = events
        self.legs = legs
        self.quotes = quotes
        self.sessions = sessions
    }
}
