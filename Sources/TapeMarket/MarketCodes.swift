/// The exchange's code tables. Files may hold codes that no table names, so columns keep the plain integers, and a
/// failable `init(rawValue:)` says whether a code is known.

package enum Side: Int8, Hashable, Sendable {
    case buy = 1
    case sell = 2

    /// +1 buy, −1 sell: costs formed with it are positive when bad for the order.
    package var sign: Int64 { self == .buy ? 1 : -1 }
    package var opposite: Side { self == .buy ? .sell : .buy }
}

/// Why an order row was sent.
package enum ChangeReason: Int16, Hashable, Sendable, CaseIterable {
    case undefined = 0
    case cancelled = 1
    case traded = 3
    case connectionLost = 4
    case amended = 5
    case entered = 6
    case pricedInAuction = 7
    case marketToLimitConverted = 8
    /// By the system, such as an unfilled immediate order.
    case cancelledBySystem = 9
    case cancelledOnBehalf = 10
    case baitRecalculated = 11
    case triggered = 12
    case icebergRefreshed = 13
    case cancelledByPriceLimitChange = 15
    case expiredWithInstrument = 19
    case cancelledBySessionChange = 20
    case inactivatedBySessionChange = 21
    case purgedByCorporateAction = 23
    case restOfDayPurged = 24
    case delistingExpired = 25
    case validityExpired = 26
    case purgedByPrice = 27
    case ownershipTransferred = 28
    case enteredInactive = 29
    /// At the system start of a new trading day, the evening before it.
    case reloaded = 30
    case reloadedIntraday = 31
    case cancelledAfterOpening = 34
    case inactivatedByPriceLimit = 35
    case activatedByPriceLimit = 36
    case sessionTriggered = 37
    case sessionInactivated = 38
    case undisclosedBecameRegular = 39
    case volumeMatchInactivated = 40
    case marketMakerDelta = 41
    case marketMakerQuantity = 42
    case deletedByInternalCrossing = 43
    case sweepConverted = 48
    case tradedBelowMinimum = 49
    case sweepReloaded = 50
    case invalidClearingParticipant = 51
    case sessionDisconnected = 100
}

/// The state of an order after an event.
package enum OrderStatus: Int8, Hashable, Sendable {
    case onBook = 1
    /// Incoming and not yet handled, filled, or cancelled.
    case offBook = 2
    case untriggered = 3
    /// Centrally inactive or purged.
    case inactive = 4
}

/// `ordertype`: how the price of an order is meant.
package enum PriceKind: Int8, Hashable, Sendable {
    case undefined = 0
    case limit = 1
    case market = 2
    case marketToLimit = 3
    case passiveOnly = 4
    case onlyAtBest = 8
    case peggedToBest = 16
    case oddLot = 32
    case imbalance = 64
}

/// `exchangeordertype`, a bit mask, constant over the life of an order. It needs more than 8 bits.
package struct ExchangeOrderType: OptionSet, Hashable, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let force = Self(rawValue: 1)
    package static let shortSell = Self(rawValue: 2)
    package static let marketBid = Self(rawValue: 4)
    package static let priceStabilisation = Self(rawValue: 8)
    package static let overrideCrossing = Self(rawValue: 16)
    package static let undisclosedQuantity = Self(rawValue: 32)
    package static let centrePoint = Self(rawValue: 64)
    package static let alwaysInactive = Self(rawValue: 128)
    package static let centrePointCrossing = Self(rawValue: 256)
    package static let sessionTriggered = Self(rawValue: 512)
    package static let peg = Self(rawValue: 1024)
    package static let sweep = Self(rawValue: 2048)
    package static let centrePointBlock = Self(rawValue: 4096)

    /// Works both books: takes dark liquidity on entry, then lit, and rests in the lit book.
    package var isSweep: Bool { rawValue & 2048 != 0 }
    /// Rests in the dark book. 4098 (block and short sell) is dark and not a sweep.
    package var isDark: Bool { rawValue & (64 | 4096) != 0 }
    package var isShort: Bool { rawValue & 2 != 0 }
    package var isCentrePoint: Bool { rawValue & (64 | 256 | 2048 | 4096) != 0 }

    /// The list by which the prototype selected Centre Point orders; it loses 66 and 2050.
    package static let prototypeList: [Int32] = [64, 256, 2048, 4096, 4098]
}

/// Price control of dark orders.
package enum Midtick: Int8, Hashable, Sendable {
    case undefined = 0
    case halfTick = 1
    case off = 2
    case darkLimit = 3
    case darkLimitHalfTick = 4
    case anyPriceBlock = 5
    case anyPriceBlockHalfTick = 6

    /// Whether the limit becomes half a tick more generous; the execution price is not changed.
    package var hasHalfTick: Bool { Midtick.hasHalfTick(rawValue) }
    package static func hasHalfTick(_ code: Int8) -> Bool { code == 1 || code == 4 || code == 6 }
}

/// Price steps, in price units of a tenth of a cent.
package enum TickTable {
    /// 1 below 10 cents, 5 below A$2, else 10. Half of it needs doubled integers.
    package static func tick(at price: Int64) -> Int64 { price < 100 ? 1 : price < 2000 ? 5 : 10 }

    /// By how much the half tick widens a doubled limit: a tick, or 0.
    package static func doubledAllowance(price: Int64, midtick: Int8) -> Int64 {
        Midtick.hasHalfTick(midtick) ? tick(at: price) : 0
    }

    /// Valid prices are numbered without gaps, so that arithmetic in steps never leaves the table: steps 0…99 are 1
    /// unit each, 100…479 5 units, from 480 on 10 units. An invalid price has the step of the valid one below it.
    package static func step(of price: Int64) -> Int64 {
        price < 100 ? price : price < 2000 ? 100 + (price - 100) / 5 : 480 + (price - 2000) / 10
    }

    package static func price(atStep step: Int64) -> Int64 {
        step < 100 ? step : step < 480 ? 100 + (step - 100) * 5 : 2000 + (step - 480) * 10
    }
}

/// `timevalidity`: high byte a unit with flag bits, low byte a value.
package enum TimeValidity {
    /// Fill-and-kill and fill-or-kill: such an order never rests.
    package static let immediate: Int32 = 0
    package static let restOfDay: Int32 = 256
    package static let maximumAllowed: Int32 = 1536
    package static let purgedRestOfDay: Int32 = 16_640
    package static let negativePurgedRestOfDay: Int32 = 49_408

    /// Unit 0, purged or not. With bit 0x8000 the next three may be an alternative unit, so such a code is not taken for one.
    package static func isImmediate(_ code: Int32) -> Bool { (code >> 8) & 0x3F == 0 && code & 0x8000 == 0 }
}
