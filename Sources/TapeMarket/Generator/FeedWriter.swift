import TapeColumns

/// The feed of one date: turns what happens in the books into rows of the raw extracts, in the order in which it is
/// told, and gives out everything that is numbered across securities: ids, sequences, row numbers.
struct FeedWriter {
    /// What all rows of one transaction share.
    struct Transaction {
        var time: Int64
        var security: Int32
        var exchange: Int64
        /// Before the transaction's own matching, as the feed reports them.
        var quotes: MarketQuotes
    }

    /// One side of a match.
    struct Leg {
        var order: Int64
        var participant: Int32
        var isAggressive: Bool
    }

    static let ordersHeader = """
        order_id,exchange,timestamp,security_code,price,side,changereason,orderstatus,quantity,leavesquantity,\
        ordertype,exchangeordertype,national_bid,national_offer,bid,offer,participantid,preferenceonly,midtick,\
        singlefillminimumquantity,minimumquantity,sequence,crossingkey,totalmatchedquantity,shortsellquantity,\
        triggercondition,timevaliditydecoded,row_num,timevalidity
        """
    static let tradesHeader = """
        EXCHANGE,sequence,tradedate,tradetime,securitycode,orderid,dealsource,dealsourcedecoded,exchangeinfo,\
        matchgroupid,nationalbidpricesnapshot,nationalofferpricesnapshot,tradeprice,quantity,side,sidedecoded,\
        participantid,passiveaggressive,row_num
        """
    static let quotesHeader =
        "partition,sequence,tradedate,bidprice,creationtime,offerprice,orderbookid,timestamp,userid,runid"

    /// Quotes reach the NBBO feed this much later than the change itself.
    static let quoteDelayInNanoseconds: Int64 = 25_000

    var orders: CSVRowBuffer
    var trades: CSVRowBuffer
    var quotes: CSVRowBuffer
    private(set) var orderRowCount: Int64 = 0
    private(set) var tradeRowCount: Int64 = 0
    private(set) var quoteRowCount: Int64 = 0

    private let dateText: [UInt8]
    private let dateNanoseconds: Int64
    private var sequences: [Int64]
    private var nextOrder: Int64
    private var nextMatch: Int64
    private var random: GeneratorRandom

    init(date: Int32, seed: UInt64, chunkSize: Int) {
        orders = CSVRowBuffer(header: FeedWriter.ordersHeader, capacity: chunkSize)
        trades = CSVRowBuffer(header: FeedWriter.tradesHeader, capacity: chunkSize)
        quotes = CSVRowBuffer(header: FeedWriter.quotesHeader, capacity: chunkSize)
        dateText = Array(CivilDate.text(date).utf8)
        dateNanoseconds = Int64(date) * ExchangeTime.nanosecondsPerDay
        sequences = (0..<8).map { 160_000 + $0 * 1117 }
        let base = SyntheticCalendar.idBase(of: date)
        nextOrder = base + 123_656_550
        nextMatch = base + 20_123_498_546
        random = GeneratorRandom(seed, 5, UInt64(bitPattern: Int64(date)))
    }

    /// A new order's id. Ids grow with time and skip some, as if other books existed.
    mutating func orderID() -> Int64 {
        nextOrder += 1 + random.geometric(limit: 12)
        return nextOrder
    }

    /// Lets other partitions' and messages' numbers pass between two transactions.
    mutating func beginTransaction(exchange: Int64) {
        sequences[Int(exchange)] += random.geometric(limit: 10)
    }

    private mutating func sequence(_ exchange: Int64) -> Int64 {
        sequences[Int(exchange)] += 1
        return sequences[Int(exchange)]
    }

    mutating func order(
        _ order: LiveOrder, _ status: OrderStatus, _ reason: ChangeReason, in transaction: Transaction
    ) {
        orderRowCount += 1
        orders.field(order.id)
        orders.field(transaction.exchange)
        orders.field(transaction.time)
        orders.field(transaction.security)
        orders.field(order.price)
        orders.field(order.side.rawValue)
        orders.field(reason.rawValue)
        orders.field(status.rawValue)
        orders.field(order.quantity)
        orders.field(order.leaves)
        orders.field(1 as Int64)
        orders.field(order.type)
        orders.price(transaction.quotes.nationalBid)
        orders.price(transaction.quotes.nationalOffer)
        orders.price(transaction.quotes.bid)
        orders.price(transaction.quotes.offer)
        orders.field(order.participant)
        orders.field(order.preferenceOnly)
        orders.field(order.midtick)
        orders.field(order.singleFill)
        orders.field(order.minimumQuantity)
        orders.field(sequence(transaction.exchange))
        orders.field(order.crossingKey)
        orders.field(order.matched)
        orders.field(order.shortSellQuantity)
        orders.field(0 as Int64)
        orders.field(FeedWriter.validityText(order.validity))
        orders.field(orderRowCount)
        orders.field(order.validity)
        orders.endRow()
    }

    /// The two rows of a match, the buyer's first.
    mutating func match(
        buy: Leg, sell: Leg, quantity: Int64, price: Int32, dealSource: Int16, in transaction: Transaction
    ) {
        nextMatch += 1
        for (leg, side) in [(buy, Side.buy), (sell, Side.sell)] {
            tradeRowCount += 1
            trades.field(transaction.exchange)
            trades.field(sequence(transaction.exchange))
            trades.field(dateText)
            trades.field(transaction.time)
            trades.field(transaction.security)
            trades.field(leg.order)
            trades.field(dealSource)
            trades.field(DealSource.decoded(dealSource) ?? "")
            trades.field(dealSource == DealSource.tradeReport ? "OFF Market" : "ON Market")
            trades.field(nextMatch)
            trades.price(transaction.quotes.nationalBid)
            trades.price(transaction.quotes.nationalOffer)
            trades.field(price)
            trades.field(quantity)
            trades.field(side.rawValue)
            trades.field(side == .buy ? "Buy" : "Sell")
            trades.field(leg.participant)
            trades.field((leg.isAggressive ? 1 : 0) as Int64)
            trades.field(tradeRowCount)
            trades.endRow()
        }
    }

    /// A change of the national best prices.
    mutating func quote(_ changed: MarketQuotes, in transaction: Transaction) {
        quoteRowCount += 1
        quotes.field(transaction.exchange)
        quotes.field(quoteRowCount)
        quotes.field(dateNanoseconds)
        quotes.price(changed.nationalBid)
        quotes.field(transaction.time)
        quotes.price(changed.nationalOffer)
        quotes.field(transaction.security)
        quotes.field(transaction.time + FeedWriter.quoteDelayInNanoseconds)
        quotes.field(262_826 as Int64)
        quotes.field(1_751_364_092 as Int64)
        quotes.endRow()
    }

    private static let restOfDayText = Array("Rest of Day".utf8)
    private static let immediateText = Array("Bouncing".utf8)
    private static let maximumText = Array("Current Max".utf8)
    private static let purgedText = Array("Purged Rest of Day".utf8)
    private static let negativePurgedText = Array("Negative indicator Purged Rest of Day".utf8)
    private static let daysText = Array("Days".utf8)

    private static func validityText(_ validity: Int32) -> [UInt8] {
        switch validity {
        case TimeValidity.restOfDay: restOfDayText
        case TimeValidity.immediate: immediateText
        case TimeValidity.maximumAllowed: maximumText
        case TimeValidity.purgedRestOfDay: purgedText
        case TimeValidity.negativePurgedRestOfDay: negativePurgedText
        default: daysText
        }
    }
}
