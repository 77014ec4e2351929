/// An order that spends at least one night in the system, planned ahead.
///
/// Dates are generated independently, in any order and in parallel, and yet an order must look the same in all of
/// them. So what it will do is drawn from (seed, entry date, security) alone, and its price lies outside the bands of
/// all dates on which it must stay untouched; only on its last date can it trade, be amended or cancelled.
///
///     good till cancelled   entry 2/6 1/6 … each evening 2/30 1/30 … last date: any end
///     rest of day           entry 2/6 1/6, 18:50 4/24, next evening 2/30 4/30, then 2/9
struct StandingOrder {
    let order: LiveOrder
    let entryDate: Int
    let lastDate: Int
    /// Seconds of the local day.
    let entrySecond: Int64
    let isGoodTillCancelled: Bool

    /// Those of a security that concern a date.
    static func concerning(
        _ dateIndex: Int, of profile: SecurityProfile, in market: SyntheticMarket
    ) -> [StandingOrder] {
        ((dateIndex - SyntheticCalendar.marginInDates + 2)...dateIndex).flatMap { entryDate in
            entered(on: entryDate, of: profile, in: market).filter { $0.lastDate >= dateIndex }
        }
    }

    private static func entered(
        on dateIndex: Int, of profile: SecurityProfile, in market: SyntheticMarket
    ) -> [StandingOrder] {
        var random = GeneratorRandom(
            market.options.seed, 3, UInt64(bitPattern: Int64(dateIndex)), UInt64(profile.index))
        let goodTillCancelledCount = 1 + min(40, profile.rowsPerDay / 1500)
        let restOfDayCount = 1 + min(20, profile.rowsPerDay / 4000)
        let firstID = SyntheticCalendar.idBase(of: market.calendar.date(dateIndex)) + 40_000_000
            + Int64(profile.index) * 128
        return (0..<(goodTillCancelledCount + restOfDayCount)).map { number in
            draw(id: firstID + number, isGoodTillCancelled: number < goodTillCancelledCount, dateIndex, profile,
                 market, &random)
        }
    }

    private static func draw(
        id: Int64, isGoodTillCancelled: Bool, _ dateIndex: Int, _ profile: SecurityProfile,
        _ market: SyntheticMarket, _ random: inout GeneratorRandom
    ) -> StandingOrder {
        let nights = isGoodTillCancelled ? 1 + Int(random.geometric(limit: 3)) : 1
        let bands = (dateIndex..<(dateIndex + nights)).map(profile.band)
        let low = bands.map(\.lowerBound).min() ?? 0
        let high = bands.map(\.upperBound).max() ?? 0
        let distance = 1 + random.geometric(limit: 9)
        let isBuy = random.chance(percent: 50) && low - distance >= 1
        var order = LiveOrder()
        order.id = id
        order.side = isBuy ? .buy : .sell
        order.price = Int32(TickTable.price(atStep: isBuy ? low - distance : high + distance))
        order.type = random.chance(percent: 60) ? 2048 : 0
        order.midtick = order.type == 0 ? 0 : 2
        order.singleFill = order.type == 0 ? 0 : 2
        order.quantity = market.quantity(&random) * profile.sizeFactor
        order.leaves = order.quantity
        let participant = market.participants[random.index(cumulative: market.participantWeights)]
        order.participant = participant.id
        order.crossingKey = participant.crossingKey
        order.preferenceOnly = participant.preferenceOnly
        order.validity = isGoodTillCancelled ? (random.chance(percent: 75) ? 1536 : 1370) : 256
        return StandingOrder(
            order: order, entryDate: dateIndex, lastDate: dateIndex + nights,
            entrySecond: random.within(37_000...56_000), isGoodTillCancelled: isGoodTillCancelled)
    }
}
