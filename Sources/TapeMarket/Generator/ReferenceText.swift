/// The small files around orders and trades: securities, participants, session states.
enum ReferenceText {
    private static let securitiesHeader = """
         Partition,Sequence,TradeDate,Action,BusinessDate,ContractName,ContractSize,CouponFrequency,CouponInterest,\
        Currency,CurrencyRelation,CurrencyUnit,DatedDate,DayCountConvention,DecimalsInContractSize,\
        DecimalsInNominalValue,DecimalsInPrice,DecimalsInQuantity,DecimalsInStrikePrice,\
        DecimalsInTermCurrencyQuantity,DerivativeLevel,ExchangeId,ExpirationDate,FirstTradingDate,FixedIncomeType,\
        GroupType,Id,InstrumentClassId,InstrumentGroupId,IsinCode,IssuerId,LastTradingDate,MarketId,Modifier,Name,\
        NextCouponDate,NominalValue,OptionStyle,OptionType,OrderTypeAttributes,OrderValidityAttributes,\
        PriceQuotationFactor,PriceUnit,Sector,SettlementDate,StrikePrice,Timestamp,UnderlyingId,\
        UnderlyingIssuerName,UnderlyingName,UpperLevelOrderBookId,isActive,isIndexMarket,isParticipantDefined,\
        isTradedInGenium,isTradingAtSettlement,isWarrant,timestamp_bucket
        """

    /// In the dialect of the real file: a blank before the first field, quoted lists, empty fields.
    static func securities(_ market: SyntheticMarket) -> [UInt8] {
        let second = Int64(market.calendar.date(0)) * ExchangeTime.secondsPerDay
        let day = "\(second)000000000"
        let types = "\"LimitAllowed,MarketAllowed,CenterPointLimitAllowed,CenterPointSweepLimitAllowed\""
        let validities = "\"FillOrKillAllowed,FillAndKillAllowed\""
        var text = securitiesHeader + "\n"
        for profile in market.profiles {
            let name = "\(profile.ticker) SECURITY"
            text += " ASX,\(profile.index + 1),\(day),NEW,\(day),\(name),1,,0.0,AUD,,,0,,0,0,3,0,0,0,,3,0,"
            text += "1703250000000000000,,Cash,\(profile.code),1,1,AU000000\(profile.ticker)0,1,1766322000000000000,1,,"
            text += "\(profile.ticker) Synthetic Limited,0,0,,,\(types),\(validities),1.0,Price,Technology,0,0.0,"
            text += "\(day),0,,,0,True,False,False,True,False,False,\(second)\n"
        }
        return Array(text.utf8)
    }

    static func participants(_ market: SyntheticMarket) -> [UInt8] {
        let second = Int64(market.calendar.date(0)) * ExchangeTime.secondsPerDay
        var text = """
            Partition,Sequence,TradeDate,Action,ClearingHouseId,ExchangeId,ExchangeName,Id,OrganisationNumber,\
            ParticipantLongName,ParticipantName,ParticipantType,Timestamp,isActive,timestamp_bucket

            """
        for (index, participant) in market.participants.enumerated() {
            let name = "Broker\(participant.id)"
            let kind = index % 3 == 2 ? "Market Maker" : "Broker"
            text += "ASX,\(index + 1),\(second)000000000,NEW,1,1,ASX,\(participant.id),ORG\(participant.id),"
            text += "\(name) Securities Pty Ltd,\(name),\(kind),\(second)000000000,True,\(second)\n"
        }
        return Array(text.utf8)
    }

    /// The states of the equity timetable; `second` counts from local midnight, nil is the security's own opening.
    private static let timetable: [(id: Int64, matching: Int64, name: String, second: Int64?)] = [
        (5, 3, "PRE_OPEN", 25_200), (12, 1, "OPEN", nil), (14, 3, "PRE_CSPA", 57_600), (10, 4, "CSPA", 58_214),
        (25, 3, "POST_CLOSE", 58_260), (4, 3, "ADJUST", 58_890), (8, 3, "ADJUST_ON", 60_120),
        (16, 3, "PURGE_ORDERS", 67_800), (17, 3, "SYSTEM_MAINTENANCE", 68_340), (9, 3, "CLOSE", 68_400),
    ]

    static func sessions(_ market: SyntheticMarket, dateIndex: Int) -> (buffer: CSVRowBuffer, rowCount: Int64) {
        let date = market.calendar.date(dateIndex)
        var rows: [(time: Int64, state: Int, security: Int32)] = []
        for profile in market.profiles {
            let opening = profile.openingSecond(dateIndex, seed: market.options.seed)
            for state in timetable.indices {
                let second = timetable[state].second ?? opening
                rows.append((ExchangeTime.instant(localDate: date, secondOfDay: second), state, profile.code))
            }
        }
        rows.sort { ($0.time, $0.state, $0.security) < ($1.time, $1.state, $1.security) }
        var buffer = CSVRowBuffer(
            header: """
                 Partition,Sequence,TradeDate,Id,Level,MatchingType,Name,OrderBookId,Timestamp,Type,\
                isEndOfTrading
                """, capacity: 1 << 16)
        for (number, row) in rows.enumerated() {
            let state = timetable[row.state]
            buffer.field(" 4")
            buffer.field(1_000_001 + number)
            buffer.field(Int64(date) * ExchangeTime.nanosecondsPerDay)
            buffer.field(state.id)
            buffer.field(4 as Int64)
            buffer.field(state.matching)
            buffer.field(state.name)
            buffer.field(row.security)
            buffer.field(row.time)
            buffer.field(0 as Int64)
            buffer.field((state.name == "CLOSE" ? 1 : 0) as Int64)
            buffer.endRow()
        }
        return (buffer, Int64(rows.count))
    }
}
