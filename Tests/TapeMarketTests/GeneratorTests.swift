import TapeColumns
import Testing

@testable import TapeMarket

/// Goal: the synthetic market is reproducible and obeys the invariants of real data (docs/domain.md, An order's life, What is checked).
/// Method: generate a small one, parse its CSV back naively, and check every row.
@Suite struct GeneratorTests {
    typealias Row = GeneratedTables.Row

    static let options = GeneratorOptions(
        seed: 7, securityCount: 6, startDate: 20_000, dateCount: 4, orderRowsPerSecurityDay: 350,
        participantCount: 12)
    /// 2024-10-04 (Friday) to 2024-10-09: a weekend and the start of summer time are inside.
    static let tables = Result { try GeneratedTables(options) }

    private let tables: GeneratedTables

    init() throws { tables = try GeneratorTests.tables.get() }

    @Test func sameOptionsSameBytes() throws {
        let generator = try MarketGenerator(GeneratorTests.options)
        let again = try MarketGenerator(GeneratorTests.options)
        // The other way round: no date depends on one generated before.
        for index in (0..<2).reversed() {
            let a = GeneratedTables.texts(generator, dateIndex: index)
            let b = GeneratedTables.texts(again, dateIndex: index)
            #expect(a.texts == b.texts)
            #expect(a.summary == b.summary)
            #expect(a.summary == tables.summaries[index])
            #expect(a.summary.sizeInBytes == a.texts.values.reduce(0) { $0 + Int64($1.count) })
        }
        var other = GeneratorTests.options
        other.seed += 1
        let different = GeneratedTables.texts(try MarketGenerator(other), dateIndex: 0)
        #expect(different.texts[.orders] != GeneratedTables.texts(generator, dateIndex: 0).texts[.orders])
    }

    /// The bytes are pinned (FNV-1a over a date's four files): neither the build's optimisation nor the machine may
    /// matter. A deliberate change of the market changes the number.
    @Test func bytesArePinned() throws {
        let options = GeneratorOptions(seed: 7, securityCount: 3, dateCount: 1, orderRowsPerSecurityDay: 100)
        let texts = GeneratedTables.texts(try MarketGenerator(options), dateIndex: 0).texts
        var hash: UInt64 = 14_695_981_039_346_656_037
        for file in MarketGenerator.DateFile.allCases {
            for byte in texts[file] ?? [] { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        }
        #expect(hash == 10_125_234_902_189_226_569)
    }

    @Test func headersAndReferenceFilesAreThoseOfRealExtracts() throws {
        let generator = try MarketGenerator(GeneratorTests.options)
        let texts = GeneratedTables.texts(generator, dateIndex: 0).texts
        func header(_ bytes: [UInt8]?) -> [String] {
            String(decoding: (bytes ?? []).prefix { $0 != 10 }, as: UTF8.self).split(separator: ",").map(String.init)
        }
        #expect(header(texts[.orders]).count == 29)
        #expect(header(texts[.orders]).first == "order_id")
        #expect(header(texts[.orders]).last == "timevalidity")
        #expect(header(texts[.trades]).count == 19)
        #expect(header(texts[.trades]).first == "EXCHANGE")
        #expect(header(texts[.nbbo]).count == 10)
        #expect(header(texts[.sessions]).first == " Partition")
        let reference = generator.referenceFiles()
        #expect(reference.map(\.relativePath) == ["orderbook.csv", "participants.csv"])
        #expect(header(reference[0].bytes).count == 58)
        #expect(header(reference[1].bytes).count == 15)
        #expect(GeneratedTables.parse(reference[1].bytes).count == 12)
        #expect(generator.relativePath(of: .orders, dateIndex: 1) == "orders/orders_2024-10-07.csv")
    }

    @Test func rowsAreInTimeOrderAndSequencesGrow() {
        for (orders, trades) in zip(tables.orders, tables.trades) {
            #expect(zip(orders, orders.dropFirst()).allSatisfy { $0.int("timestamp") <= $1.int("timestamp") })
            #expect(zip(trades, trades.dropFirst()).allSatisfy { $0.int("tradetime") <= $1.int("tradetime") })
            #expect(orders.enumerated().allSatisfy { $1.int("row_num") == Int64($0 + 1) })
            #expect(trades.enumerated().allSatisfy { $1.int("row_num") == Int64($0 + 1) })
            for exchange in Set(orders.map { $0.text("exchange") }) {
                let ofOrders = orders.filter { $0["exchange"] == exchange }.map { $0.int("sequence") }
                let ofTrades = trades.filter { $0["EXCHANGE"] == exchange }.map { $0.int("sequence") }
                #expect(zip(ofOrders, ofOrders.dropFirst()).allSatisfy(<))
                #expect(zip(ofTrades, ofTrades.dropFirst()).allSatisfy(<))
                #expect(Set(ofOrders).isDisjoint(with: ofTrades))
            }
        }
    }

    @Test func everyRowBelongsToItsDateBySessionRule() throws {
        for (index, orders) in tables.orders.enumerated() {
            let date = tables.summaries[index].date
            let span = TradingCalendar.session.day(containing: orders[0].int("timestamp"))
            #expect(span.day == date)
            #expect(orders.allSatisfy { (span.start..<span.end).contains($0.int("timestamp")) })
            #expect(tables.trades[index].allSatisfy { $0.text("tradedate") == CivilDate.text(date) })
            // The feed begins on the evening of the weekday before.
            #expect(ExchangeTime.localDate(at: orders[0].int("timestamp")) < date)
            #expect(ExchangeTime.localHour(at: orders[0].int("timestamp")) == 21)
        }
        #expect(tables.summaries.map { CivilDate.text($0.date) }
            == ["2024-10-04", "2024-10-07", "2024-10-08", "2024-10-09"])
    }

    @Test func ordersObeyTheInvariants() {
        for (orders, trades) in zip(tables.orders, tables.trades) {
            var traded: [String: Int64] = [:]
            for trade in trades { traded[trade.text("orderid"), default: 0] += trade.int("quantity") }
            for (id, rows) in Dictionary(grouping: orders, by: { $0.text("order_id") }) {
                #expect(id.utf8.count == 19)
                for name in ["side", "participantid", "security_code", "exchangeordertype"] {
                    #expect(Set(rows.map { $0.text(name) }).count == 1, "\(id) \(name)")
                }
                let matched = rows.map { $0.int("totalmatchedquantity") }
                #expect(zip(matched, matched.dropFirst()).allSatisfy(<=), "\(id)")
                #expect(matched.last == traded[id, default: 0], "\(id)")
                #expect(rows.allSatisfy(isConsistent), "\(id)")
                let last = rows[rows.count - 1]
                let isFilled = last.int("changereason") == 3 && last.int("orderstatus") == 2
                #expect((last.int("leavesquantity") == 0) == isFilled, "\(id)")
            }
        }
    }

    private func isConsistent(_ row: Row) -> Bool {
        let (quantity, leaves) = (row.int("quantity"), row.int("leavesquantity"))
        let isShort = ExchangeOrderType(rawValue: Int32(row.int("exchangeordertype"))).isShort
        return quantity >= 1 && leaves >= 0 && leaves <= quantity
            && leaves + row.int("totalmatchedquantity") >= quantity
            && (isShort ? row.int("side") == 2 : row.int("shortsellquantity") == 0)
            && row.int("shortsellquantity") <= leaves
            && row.int("price") == TickTable.price(atStep: TickTable.step(of: row.int("price")))
            && row.int("national_bid") >= row.int("bid")
            && (row.int("offer") == .min
                || row.int("national_offer") != .min && row.int("national_offer") <= row.int("offer"))
    }

    @Test func matchesHaveTwoConsistentLegs() {
        for trades in tables.trades {
            for (_, legs) in Dictionary(grouping: trades, by: { $0.text("matchgroupid") }) {
                #expect(legs.count == 2)
                #expect(Set(legs.map { $0.text("side") }) == ["1", "2"])
                for name in ["tradeprice", "quantity", "tradetime", "dealsource", "securitycode",
                             "nationalbidpricesnapshot", "nationalofferpricesnapshot"] {
                    #expect(Set(legs.map { $0.text(name) }).count == 1, "\(name)")
                }
            }
        }
    }

    @Test func fillsHaveAnOrderRowAndRespectTheLimit() {
        for (orders, trades) in zip(tables.orders, tables.trades) {
            let rows = Dictionary(grouping: orders) { $0.text("order_id") + "@" + $0.text("timestamp") }
            for trade in trades where trade.int("dealsource") != 5 {
                guard let order = rows[trade.text("orderid") + "@" + trade.text("tradetime")]?.last else {
                    Issue.record("no order row for \(trade)")
                    continue
                }
                #expect(order.int("sequence") < trade.int("sequence"))
                #expect(isWithinLimit(trade, order), "\(trade)")
            }
        }
    }

    /// Within half a tick where midtick allows it; dark prices are the exact mid, of which the file has the floor.
    private func isWithinLimit(_ trade: Row, _ order: Row) -> Bool {
        let isDark = (46...48).contains(trade.int("dealsource"))
        let mid = trade.int("nationalbidpricesnapshot") + trade.int("nationalofferpricesnapshot")
        if isDark && (mid / 2 != trade.int("tradeprice")
            || trade.int("nationalbidpricesnapshot") > trade.int("nationalofferpricesnapshot")) { return false }
        let doubled = isDark ? mid : 2 * trade.int("tradeprice")
        let allowance = TickTable.doubledAllowance(
            price: order.int("price"), midtick: Int8(order.int("midtick")))
        let beyond = (trade.int("side") == 1 ? 1 : -1) * (doubled - 2 * order.int("price"))
        return beyond <= allowance
    }

    /// Lit matches come from a book: the first of a transaction is at the exchange's own best price, and what
    /// follows is never better.
    @Test func aggressorsTakeTheBestPriceFirst() {
        for (orders, trades) in zip(tables.orders, tables.trades) {
            let rows = Dictionary(grouping: orders) { $0.text("order_id") + "@" + $0.text("timestamp") }
            let aggressive = trades.filter {
                [1, 44].contains($0.int("dealsource")) && $0.int("passiveaggressive") == 1
            }
            #expect(!aggressive.isEmpty)
            let transactions = Dictionary(grouping: aggressive) {
                $0.text("orderid") + "@" + $0.text("tradetime")
            }
            for (key, legs) in transactions {
                let isBuy = legs[0].int("side") == 1
                #expect(legs[0].int("tradeprice") == rows[key]?.first?.int(isBuy ? "offer" : "bid"))
                #expect(zip(legs, legs.dropFirst()).allSatisfy {
                    isBuy == ($0.int("tradeprice") < $1.int("tradeprice"))
                        || $0.int("tradeprice") == $1.int("tradeprice")
                })
            }
        }
    }

    /// The ways in which an order may begin and end.
    @Test func lifecyclesFollowThePatterns() {
        for orders in tables.orders {
            for (id, rows) in Dictionary(grouping: orders, by: { $0.text("order_id") }) {
                let states = rows.map { $0.text("orderstatus") + "/" + $0.text("changereason") }
                let begin = states.prefix(2).joined(separator: " ")
                #expect(["2/6 1/6", "2/6 1/3", "2/6 2/3", "2/6 2/9", "2/30 1/30", "2/30 4/30"].contains(begin), "\(id)")
                #expect(["1/6", "1/30", "2/1", "2/3", "2/9", "4/24"].contains(states.last), "\(id)")
            }
        }
    }

    /// What rests at the end of a date is reloaded as it was on the next, and nothing else is; ids are never reused.
    @Test func ordersSurviveTheNight() {
        var seen = Set<String>()
        var alive: [String: Row]?
        for orders in tables.orders {
            let byOrder = Dictionary(grouping: orders) { $0.text("order_id") }
            let reloaded = byOrder.compactMapValues { $0.first?.int("changereason") == 30 ? $0.first : nil }
            if let alive {
                #expect(!alive.isEmpty && Set(alive.keys) == Set(reloaded.keys))
                for (id, row) in reloaded {
                    for name in ["price", "leavesquantity", "participantid", "side", "security_code"] {
                        #expect(row[name] == alive[id]?[name], "\(id) \(name)")
                    }
                }
            }
            #expect(seen.isDisjoint(with: byOrder.keys.filter { reloaded[$0] == nil }))
            seen.formUnion(byOrder.keys)
            alive = byOrder.compactMapValues { $0.last }.filter { [1, 4].contains($0.value.int("orderstatus")) }
        }
    }

    @Test func theMixResemblesARealDay() {
        let rows = tables.orders.flatMap(\.self)
        let trades = tables.trades.flatMap(\.self)
        let firsts = Dictionary(grouping: rows) { $0.text("order_id") }.compactMap { $0.value.first }
        let perOrder = Double(rows.count) / Double(firsts.count)
        #expect((2.6...4.2).contains(perOrder), "\(perOrder) rows per order")
        let lit = firsts.filter { $0.int("exchangeordertype") & ~2 == 0 }.count
        #expect((0.15...0.35).contains(Double(lit) / Double(firsts.count)))
        let reasons = Set(rows.map { $0.int("changereason") })
        #expect(reasons.isSuperset(of: [1, 3, 5, 6, 9, 24, 30]))
        let sources = Set(trades.map { $0.int("dealsource") })
        #expect(sources.isSuperset(of: [1, 5, 20, 44, 47]), "\(sources)")
        #expect(tables.orders.flatMap(\.self).contains { $0.int("leavesquantity") + $0.int("totalmatchedquantity")
            > $0.int("quantity") }, "an amendment after a partial fill")
        let wanted = GeneratorTests.options.orderRowsPerSecurityDay * GeneratorTests.options.securityCount
            * GeneratorTests.options.dateCount
        #expect((wanted * 7 / 10...wanted * 13 / 10).contains(rows.count), "\(rows.count) of \(wanted)")
    }

    @Test func optionsOutOfRangeAreRefused() {
        for options in [GeneratorOptions(securityCount: 0), GeneratorOptions(dateCount: 0),
                        GeneratorOptions(orderRowsPerSecurityDay: 1), GeneratorOptions(participantCount: 1),
                        GeneratorOptions(startDate: 0)] {
            #expect(throws: MarketOptionError.self) { try MarketGenerator(options) }
        }
    }
}
