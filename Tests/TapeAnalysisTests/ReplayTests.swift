import TapeTestSupport
import Testing

@testable import TapeAnalysis

/// Goal: the replay's fixtures and the rule book's examples give the fills that docs/domain.md says, and random markets those of the naive replay.
@Suite struct ReplayTests {
    /// A fixture: rows of orders in the order in which they come, one second apart, all by order 1100 of 2024-09-05.
    struct Script {
        var market = RandomMarket()
        private var time: Int64 = 1_725_495_600_000_000_000
        private let bid: Int64?, offer: Int64?

        init(bid: Int64 = 3380, offer: Int64 = 3390) { (self.bid, self.offer) = (bid, offer) }

        /// A dark order, `buy` or sell, that is cancelled at the end of the script.
        mutating func contra(_ id: Int64, _ side: Int64, _ quantity: Int64, _ price: Int64, _ change: (inout RandomMarket.Event) -> Void = { _ in }) {
            add(id, side, quantity, price, mask: 4096, change)
        }

        mutating func sweep(_ id: Int64, _ side: Int64, _ quantity: Int64, _ price: Int64, _ change: (inout RandomMarket.Event) -> Void = { _ in }) {
            add(id, side, quantity, price, mask: 2048, change)
        }

        private mutating func add(
            _ id: Int64, _ side: Int64, _ quantity: Int64, _ price: Int64, mask: Int64, _ change: (inout RandomMarket.Event) -> Void
        ) {
            var event = RandomMarket.Event(
                orderID: id, timestamp: time, price: price, side: side, reason: 6, quantity: quantity, leaves: quantity, matched: 0, type: 1,
                mask: mask, participant: id, midTick: 2, bid: bid, offer: offer)
            event.sequence = Int64(market.events.count)
            change(&event)
            market.events.append(event)
            time += 1_000_000_000
        }

        /// Another row of an order.
        mutating func amend(_ id: Int64, _ change: (inout RandomMarket.Event) -> Void) {
            guard var event = market.events.last(where: { $0.orderID == id }) else { return }
            event.timestamp = time
            event.sequence = Int64(market.events.count)
            (event.bid, event.offer, event.reason) = (bid, offer, 5)
            change(&event)
            market.events.append(event)
            time += 1_000_000_000
        }

        /// Cancels what is still on the book, and replays. A fill as text: `passive:quantity`, and `@price` and `/source` where they are unusual.
        mutating func fills(_ change: (inout ReplaySettings) -> Void = { _ in }) throws -> [String] {
            for id in Set(market.events.map(\.orderID)).sorted() where market.events.last(where: { $0.orderID == id })?.status == 1 {
                amend(id) { ($0.status, $0.reason) = (2, 1) }
            }
            var settings = AnalysisSettings()
            settings.scenarios = [.d]
            change(&settings.replay)
            let result = try PartitionResult(try market.input(), settings)
            let mid2 = (bid ?? 0) + (offer ?? 0)
            return try #require(result.replay).fills.map { fill in
                "\(fill.passive):\(fill.quantity)" + (fill.doubledPrice == mid2 ? "" : "@\(fill.exactPrice)") + (fill.dealSource == 47 ? "" : "/\(fill.dealSource)")
            }
        }
    }

    @Test func timeAndLimit() throws {
        var script = Script()
        script.contra(11, 2, 100, 3380)
        script.contra(12, 2, 100, 3390)
        script.contra(13, 2, 100, 3380)
        script.sweep(14, 1, 150, 3390)
        #expect(try script.fills() == ["11:100", "13:50"])
    }

    @Test func halfTick() throws {
        var script = Script()
        script.contra(21, 2, 100, 3390) { $0.midTick = 1 }
        script.sweep(22, 1, 60, 3390)
        #expect(try script.fills() == ["21:60"])
    }

    @Test func aLimitThatChangesWithoutATriggerKeepsThePriority() throws {
        var script = Script()
        script.contra(11, 2, 100, 3390) { $0.type = 2 }
        script.contra(13, 2, 100, 3380)
        script.amend(11) { $0.type = 1 }
        var limited = script
        limited.sweep(14, 1, 150, 3390)
        #expect(try limited.fills() == ["13:100"])
        script.amend(11) { $0.type = 2 }
        script.sweep(14, 1, 150, 3390)
        #expect(try script.fills() == ["11:100", "13:50"])
        // A side that changes is counted, and changes nothing.
        var turned = Script()
        turned.contra(21, 2, 100, 3390) { $0.midTick = 1 }
        turned.amend(21) { $0.side = 1 }
        turned.sweep(22, 1, 60, 3390)
        #expect(try turned.fills() == ["21:60"])
    }

    @Test func sumsThatDoNotFitAreErrors() throws {
        var script = Script(bid: 2_000_000_000, offer: 2_000_000_000)
        script.contra(41, 2, 4_000_000_000_000_000_000, 1)
        script.sweep(42, 1, 4_000_000_000_000_000_000, 2_100_000_000)
        #expect(throws: AnalysisError.self) { _ = try script.fills() }
    }

    @Test func restingMinimum() throws {
        var script = Script()
        script.contra(31, 2, 500, 3380) { $0.minimum = 300 }
        script.contra(32, 2, 150, 3380)
        script.sweep(33, 1, 200, 3390)
        #expect(try script.fills() == ["32:150"])
    }

    @Test func incomingMinimum() throws {
        var script = Script()
        script.contra(41, 2, 100, 3380)
        script.sweep(42, 1, 200, 3390) { $0.minimum = 150 }
        script.contra(43, 2, 100, 3380)
        var before = script
        #expect(try before.fills().isEmpty)
        script.amend(42) { ($0.quantity, $0.leaves) = (260, 260) }
        #expect(try script.fills() == ["41:100", "43:100"])
    }

    @Test func preferencing() throws {
        var script = Script()
        script.contra(51, 2, 100, 3380) { $0.participant = 1 }
        script.contra(52, 2, 100, 3380) { $0.participant = 67 }
        script.sweep(53, 1, 150, 3390) { $0.participant = 67 }
        #expect(try script.fills { $0.preferencing = .participants([67]) } == ["52:100/46", "51:50"])
    }

    @Test func crossingKeys() throws {
        var script = Script()
        script.contra(61, 2, 100, 3380) { ($0.participant, $0.crossingKey) = (5, 7) }
        script.contra(62, 2, 100, 3380) { ($0.participant, $0.crossingKey) = (6, 7) }
        script.sweep(63, 1, 150, 3390) { ($0.participant, $0.crossingKey) = (5, 7) }
        #expect(try script.fills() == ["61:100/48", "62:50"])
        #expect(try script.fills { $0.crossing = .skip } == ["62:100"])
    }

    @Test func immediateContra() throws {
        var script = Script()
        script.sweep(71, 1, 150, 3390)
        for id: Int64 in [72, 73] { script.contra(id, 2, 100, 3380) { ($0.validity, $0.status, $0.reason) = (0, 2, 9) } }
        #expect(try script.fills() == ["71:100", "71:50"])
    }

    @Test func crossedQuote() throws {
        var script = Script(bid: 3390, offer: 3380)
        script.contra(81, 2, 100, 3380)
        script.sweep(82, 1, 100, 3390)
        #expect(try script.fills().isEmpty)
    }

    @Test func strictInventory() throws {
        var script = Script()
        script.contra(91, 2, 100, 3380)
        script.sweep(92, 1, 100, 3390)
        script.amend(91) { ($0.leaves, $0.matched, $0.reason) = (40, 60, 3) }
        script.amend(91) { ($0.leaves, $0.matched, $0.reason, $0.status) = (0, 100, 3, 2) }
        #expect(try script.fills().isEmpty)
        #expect(try script.fills { $0.inventory = .asOf } == ["91:100"])
        #expect(try script.fills { $0.inventory = .gross } == ["91:100"])
    }

    @Test func ruleBookMid() throws {
        var script = Script(bid: 1000, offer: 1005)
        script.contra(1, 1, 1000, 1000) { $0.midTick = 1 }
        script.sweep(2, 2, 750, 1000)
        var settings = AnalysisSettings()
        settings.scenarios = [.d]
        let fill = try #require(try PartitionResult(try script.market.input(), settings).replay?.fills.first)
        #expect(fill.quantity == 750 && fill.exactPrice == 1002.5 && fill.price == 1002)
    }

    @Test func ruleBookBlock() throws {
        var script = Script(bid: 4300, offer: 4330)
        script.contra(1, 1, 10_000, 4320) { $0.midTick = 1 }
        script.contra(2, 1, 5_000, 4310) { $0.midTick = 3 }
        script.contra(3, 1, 300_000, 4290) { $0.midTick = 5 }
        script.sweep(4, 2, 250_000, 4290) { ($0.mask, $0.midTick) = (2048 | 4096, 5) }
        #expect(try script.fills { $0.blocks = true } == ["1:10000", "2:5000@4310.0", "3:235000@4290.0/50"])
        #expect(try script.fills { ($0.blocks, $0.blockValueMin) = (true, 2_000_000) } == ["1:10000", "2:5000@4310.0"])
        #expect(try script.fills() == ["1:10000"])
    }

    @Test func agreesWithTheNaiveReplay() throws {
        var settings = AnalysisSettings()
        settings.scenarios = [.d]
        settings.coverageMinInPercent = 0
        var count = 0
        for seed in 0..<300 as Range<UInt64> {
            let market = RandomMarket(seed: seed, orderMax: 30, isEager: true)
            settings.replay = NaiveReplay.rules(seed: seed)
            if market.quotes == nil { (settings.replay.quotes, settings.replay.matchesOnQuotes) = (.embedded, false) }
            let result = try #require(try PartitionResult(try market.input(), settings).replay)
            let fills = result.fills.map {
                NaiveReplay.Fill(aggressor: $0.aggressor, passive: $0.passive, quantity: $0.quantity, doubledPrice: $0.doubledPrice,
                                 source: $0.dealSource, time: $0.timestamp)
            }
            let expected = NaiveReplay(market, settings.replay).fills
            try #require(fills == expected, "seed \(seed)")
            try checkInvariants(market, result, settings.replay, "seed \(seed)")
            count += fills.count
        }
        #expect(count > 300)
    }

    private func checkInvariants(_ market: RandomMarket, _ result: ReplayResult, _ rules: ReplaySettings, _ seed: String) throws {
        var used: [Int64: Int64] = [:]
        for fill in result.fills {
            #expect(fill.buyOrder != fill.sellOrder && fill.quantity > 0 && fill.doubledPrice > 0)
            for id in [fill.aggressor, fill.passive] { used[id, default: 0] += fill.quantity }
        }
        for order in result.orders {
            #expect(order.filled + order.booked == used[order.orderID, default: 0], "\(seed)")
            let rows = market.events.filter { $0.orderID == order.orderID }
            let most = rows.map { $0.leaves + $0.matched }.max() ?? 0
            #expect(order.filled + order.booked <= max(0, most - order.darkAtEntry), "\(seed)")
        }
        guard rules.inventory == .strict else { return }
        for (id, quantity) in used {
            let rows = market.events.filter { $0.orderID == id }
            if rows[0].mask & 2048 == 0 { #expect(quantity <= rows.map(\.leaves).max() ?? 0, "\(seed)") }
        }
    }

    @Test func missingQuotesAndSessionsAreNamed() throws {
        var market = RandomMarket(seed: 1)
        market.quotes = nil
        var settings = AnalysisSettings()
        settings.scenarios = [.d]
        settings.replay.quotes = .series
        #expect(throws: AnalysisError.quotesMissing) { try PartitionResult(try market.input(), settings) }
        settings.replay.quotes = .embedded
        settings.replay.session = .file
        #expect(throws: AnalysisError.sessionsMissing) { try PartitionResult(try market.input(), settings) }
    }

    /// The state of the instrument goes over that of the market where its priority is at least as high.
    @Test func sessionsByFile() {
        let states = SessionStates(rows: [
            (10, 1, "PRE_OPEN"), (20, 1, "OPEN"), (30, 4, "OPEN"), (40, 4, "TRADING_HALT"), (50, 4, "OPEN"), (60, 3, "CLOSE"), (70, 9, "OPEN"),
        ])
        #expect([5, 10, 20, 35, 40, 50, 60, 70].map { states.isOpen(at: $0) } == [false, false, true, true, false, true, false, false])
    }

    @Test func aReplayStopsWhenItIsAsked() throws {
        var settings = AnalysisSettings()
        settings.scenarios = [.a, .d]
        let input = try RandomMarket(seed: 1).input()
        #expect(throws: AnalysisError.stopped) { _ = try PartitionResult(input, settings) { true } }
        settings.scenarios = [.a]
        #expect(throws: Never.self) { _ = try PartitionResult(input, settings) { true } }
    }
}
