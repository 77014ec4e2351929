import TapeMarket
import Testing

@testable import TapeAnalysis

/// Goal: each counter counts what it says and nothing else does. Method: a clean match of two orders, with one thing wrong at a time.
@Suite struct AnomalyTests {
    /// Order 1 buys 100 at 520 and order 2 sells 100 at 510: entered at 10, filled by each other at 517 at 20. Rows: entries, then fills.
    static func market() -> RandomMarket {
        var market = RandomMarket()
        for (time, leaves, reason) in [(10, 100, 6), (20, 0, 3)] as [(Int64, Int64, Int64)] {
            for id: Int64 in [1, 2] {
                var event = RandomMarket.Event(
                    orderID: id, timestamp: time, price: id == 1 ? 520 : 510, side: id, reason: reason, quantity: 100, leaves: leaves,
                    matched: 100 - leaves, type: 1, mask: 64, participant: 8, midTick: 0, bid: 515, offer: 520)
                event.sequence = Int64(market.events.count)
                market.events.append(event)
            }
        }
        for id: Int64 in [1, 2] {
            market.legs.append(RandomMarket.Leg(
                orderID: id, time: 20, price: 517, quantity: 100, source: 47, participant: 8, side: id, matchGroup: 9, tradeDate: 6, bid: 515, offer: 520))
        }
        return market
    }

    /// The counters that are not 0.
    static func counts(_ change: (inout RandomMarket) -> Void) throws -> [String: Int] {
        var market = market()
        change(&market)
        var input = try market.input()
        input.date = 6
        let items = try PartitionResult(input, AnalysisSettings()).anomalies.items.filter { $0.count != 0 }
        return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.count) })
    }

    @Test func aCleanMatchCountsNothing() throws {
        #expect(try AnomalyTests.counts { _ in } == [:])
        // A half tick below 520, where the tick is 5, is 517½, published as 517.
        #expect(try AnomalyTests.counts { for row in [1, 3] { ($0.events[row].price, $0.events[row].midTick) = (520, 1) } } == [:])
    }

    @Test func rows() throws {
        #expect(try AnomalyTests.counts { $0.events[1].sequence = 0 } == ["repeated_sequences": 1])
        #expect(try AnomalyTests.counts { $0.events[2].sequence = 0 } == ["decreasing_sequences": 1])
        #expect(try AnomalyTests.counts { $0.events[2].participant = 9 } == ["changed_identities": 1])
        #expect(try AnomalyTests.counts { ($0.events[0].quantity, $0.events[0].matched) = (1000, 150) } == ["decreasing_matched": 1])
        #expect(try AnomalyTests.counts { $0.events[0].leaves = -1 } == ["leaves_out_of_range": 1])
        #expect(try AnomalyTests.counts { $0.events[0].matched = 30 } == ["over_committed_rows": 1])
        #expect(try AnomalyTests.counts { $0.events[2].quantity = 90 } == ["over_committed_rows": 1, "matched_above_quantity": 1])
        #expect(try AnomalyTests.counts { $0.events[0].bid = 520 } == ["locked_rows": 1])
        #expect(try AnomalyTests.counts { $0.events[0].bid = 525 } == ["crossed_rows": 1])
        #expect(try AnomalyTests.counts { $0.events[0].bid = nil } == [:])
    }

    @Test func orders() throws {
        #expect(try AnomalyTests.counts { $0.events[2].matched = 0 } == ["empty_finals": 1, "unreconciled": 1])
        #expect(try AnomalyTests.counts { $0.events[2].reason = 1 } == ["ends_without_reason": 1])
        #expect(try AnomalyTests.counts { $0.events[0].reason = 5 } == ["without_entry": 1])
        #expect(try AnomalyTests.counts { for leg in [0, 1] { $0.legs[leg].time = 5 } } == ["fills_before_arrival": 2, "fills_without_row": 2])
    }

    @Test func trades() throws {
        #expect(try AnomalyTests.counts { $0.legs[0].quantity = 90 } == ["unreconciled": 1, "odd_matches": 1])
        #expect(try AnomalyTests.counts { for leg in [0, 1] { $0.legs[leg].time = 21 } } == ["fills_without_row": 2])
        #expect(try AnomalyTests.counts { for leg in [0, 1] { $0.legs[leg].price = 521 } } == ["fills_beyond_limit": 1])
        // A lit price has no half units.
        #expect(try AnomalyTests.counts { market in
            for row in [1, 3] { (market.events[row].price, market.events[row].midTick) = (520, 1) }
            for leg in [0, 1] { market.legs[leg].source = 1 }
        } == ["fills_beyond_limit": 1])
        #expect(try AnomalyTests.counts { $0.legs[1].side = 1 } == ["odd_matches": 1])
        #expect(try AnomalyTests.counts { $0.legs[1].matchGroup = 10 } == ["odd_matches": 2])
        #expect(try AnomalyTests.counts { $0.legs[0].orderID = 77 } == ["foreign_trades": 1, "unreconciled": 1])
        #expect(try AnomalyTests.counts { $0.legs[0].tradeDate = 5 } == ["other_trade_dates": 1])
    }

    @Test func cutOrders() throws {
        var market = AnomalyTests.market()
        // 10 ns after the epoch is 10:00 of the exchange's day; the fills are moved to 13:00.
        for row in [2, 3] { market.events[row].timestamp = 3 * 3_600_000_000_000 }
        for leg in [0, 1] { market.legs[leg].time = 3 * 3_600_000_000_000 }
        var settings = AnalysisSettings()
        settings.hours = try .init(firstHour: 10, lastHour: 11)
        #expect(try PartitionResult(try market.input(), settings).anomalies.cutByHours == 2)
    }
}
