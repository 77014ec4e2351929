/// Auctions: everything that crosses matches at one price.
extension SecurityDay {
    private struct AuctionFill {
        var buy: Int32
        var sell: Int32
        var quantity: Int64
    }

    /// Matches the best orders against each other while they cross. Every filled order reports one row, then all
    /// trades follow, with the quotes as they are after the auction, as in real extracts.
    mutating func runAuction(_ feed: inout FeedWriter) {
        var auctionFills: [AuctionFill] = []
        var touched: [Int32] = []
        var (lastBid, lastOffer) = (Int32(0), Int32.max)
        while let bid = book.bids.bestPrice, let offer = book.offers.bestPrice, bid >= offer {
            let (buy, sell) = (book.bids.first, book.offers.first)
            let quantity = min(book.pool[buy].leaves, book.pool[sell].leaves)
            auctionFills.append(AuctionFill(buy: buy, sell: sell, quantity: quantity))
            (lastBid, lastOffer) = (bid, offer)
            for index in [buy, sell] {
                if !book.pool[index].isTouched { touched.append(index) }
                book.pool[index].isTouched = true
                book.pool[index].fill(quantity)
                if book.pool[index].leaves == 0 { book.remove(index) }
            }
        }
        updateQuotes(transaction, &feed)
        guard !auctionFills.isEmpty else { return }

        let price = auctionPrice(lastBid: lastBid, lastOffer: lastOffer)
        let transaction = transaction
        for index in touched {
            book.pool[index].isTouched = false
            emit(index, book.pool[index].leaves == 0 ? .offBook : .onBook, .traded, transaction, &feed)
        }
        for fill in auctionFills {
            let isBooked = book.pool[fill.buy].isCrossing(book.pool[fill.sell])
            feed.match(buy: leg(fill.buy, isAggressive: false), sell: leg(fill.sell, isAggressive: false),
                       quantity: fill.quantity, price: price,
                       dealSource: isBooked ? DealSource.auctionBooked : DealSource.auction, in: transaction)
        }
        for index in touched where book.pool[index].leaves == 0 { discard(index) }
        fairHalfSteps = 2 * TickTable.step(of: Int64(price))
    }

    /// Every price between the last matched pair, and not beyond the best orders that are left, clears the market;
    /// of these the nearest to where traders think the price is.
    private func auctionPrice(lastBid: Int32, lastOffer: Int32) -> Int32 {
        let low = max(lastOffer, book.bids.bestPrice ?? lastOffer)
        let high = min(lastBid, book.offers.bestPrice ?? lastBid)
        let fair = Int32(TickTable.price(atStep: fairHalfSteps / 2))
        return min(max(fair, low), high)
    }
}
