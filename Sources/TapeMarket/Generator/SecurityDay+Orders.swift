/// What new orders look like: the mix of types, sizes and prices of a real day.
extension SecurityDay {
    mutating func drawOrder() -> LiveOrder {
        var order = LiveOrder()
        let participant = market.participants[random.index(cumulative: market.participantWeights)]
        order.participant = participant.id
        order.isPreferencing = participant.isPreferencing
        order.preferenceOnly = participant.preferenceOnly
        if random.chance(percent: 70) { order.crossingKey = participant.crossingKey }
        order.quantity = market.quantity(&random) * profile.sizeFactor
        order.leaves = order.quantity
        drawType(&order)
        drawSide(&order)
        drawMinimum(&order)
        order.price = drawPrice(order.side, isDark: order.isDark)
        if random.chance(permille: immediatePermille(order.type)) { order.validity = TimeValidity.immediate }
        return order
    }

    /// Outside continuous trading the dark book is closed.
    private mutating func drawType(_ order: inout LiveOrder) {
        switch random.below(phase == .open ? 1000 : 600) {
        case 0..<200: order.type = 0
        case 200..<212: order.type = 2
        case 212..<590: order.type = 2048
        case 590..<600: order.type = 2050
        case 600..<628: order.type = 64
        case 628..<632: order.type = 66
        case 632..<984: order.type = 4096
        default: order.type = 4098
        }
        switch order.type {
        case 0, 2: break
        case 2048, 2050: (order.midtick, order.singleFill) = (2, 2)
        default:
            let choice = random.below(100)
            order.midtick = choice < 78 ? 1 : choice < 90 ? 4 : choice < 98 ? 2 : 3
            order.singleFill = random.chance(percent: 25) ? 1 : 0
        }
    }

    private mutating func drawSide(_ order: inout LiveOrder) {
        let buyPercent: Int64
        if order.isDark {
            buyPercent = darkIsBuying ? 92 : 8
        } else if quotes.isValid, quotes.bid != MarketQuotes.missing, quotes.offer != MarketQuotes.missing {
            let middle = TickTable.step(of: Int64(quotes.bid)) + TickTable.step(of: Int64(quotes.offer))
            buyPercent = fairHalfSteps > middle ? 60 : fairHalfSteps < middle ? 40 : 50
        } else {
            buyPercent = 50
        }
        order.side = random.chance(percent: buyPercent) ? .buy : .sell
        if order.type & 2 != 0 {
            order.side = .sell
            order.shortSellQuantity = random.chance(percent: 60) ? order.quantity : 1 + random.below(order.quantity)
        }
    }

    private mutating func drawMinimum(_ order: inout LiveOrder) {
        guard order.isDark, random.chance(percent: 18) else { return }
        let minimum: Int64 = [94, 47, 63, 178, 211, 311, 1, 50][Int(random.below(8))] * profile.sizeFactor
        order.minimumQuantity = minimum <= order.quantity ? minimum : 0
    }

    private func immediatePermille(_ type: Int32) -> Int64 {
        guard phase == .open else { return 0 }
        return switch type {
        case 64, 66: 900
        case 4098: 350
        case 4096: 110
        case 2048, 2050: 32
        default: 20
        }
    }

    /// A limit relative to the best prices, always inside the day's band.
    mutating func drawPrice(_ side: Side, isDark: Bool) -> Int32 {
        let fair = fairHalfSteps / 2
        let bid = quotes.bid == MarketQuotes.missing ? fair - 1 : TickTable.step(of: Int64(quotes.bid))
        let offer = quotes.offer == MarketQuotes.missing ? fair + 1 : TickTable.step(of: Int64(quotes.offer))
        let sign = side.sign
        let step: Int64
        if phase != .open {
            // Around the expected price: about a fifth crosses.
            step = fair - sign * (random.geometric(limit: 12) + random.below(3) - 1)
        } else if isDark {
            step = darkStep(own: side == .buy ? bid : offer, other: side == .buy ? offer : bid, sign)
        } else {
            step = litStep(own: side == .buy ? bid : offer, other: side == .buy ? offer : bid, fair, sign)
        }
        return Int32(TickTable.price(atStep: min(max(step, band.lowerBound), band.upperBound)))
    }

    private mutating func litStep(own: Int64, other: Int64, _ fair: Int64, _ sign: Int64) -> Int64 {
        let hasRoom = (other - own) * sign > 1
        switch random.below(100) {
        case 0..<21: return other
        case 21..<26: return other + sign
        case 26..<46: return own
        case 46..<62: return hasRoom ? own + sign : own
        default:
            // Not far behind the expected price, so that the book follows it.
            let base = sign > 0 ? min(own, max(fair, own - 3)) : max(own, min(fair, own + 3))
            let depth = random.chance(percent: 20) ? random.below(25) : random.geometric(limit: 14)
            return base - sign * (1 + depth)
        }
    }

    private mutating func darkStep(own: Int64, other: Int64, _ sign: Int64) -> Int64 {
        switch random.below(100) {
        case 0..<20: own
        case 20..<88: own - sign * (1 + random.geometric(limit: 3))
        case 88..<95: own + sign
        default: other
        }
    }
}
