import TapeColumns
import TapeMarket
import TapeTestSupport
import Testing

@testable import TapeAnalysis

/// Goal: the fast analysis gives the numbers of the naive one. Method: a thousand random small markets, each with random settings.
@Suite struct OracleTests {
    /// Every option that the oracle knows, by the seed.
    static func settings(seed: UInt64) throws -> AnalysisSettings {
        var random = SeededGenerator(seed: seed ^ 0xABCD)
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        var settings = AnalysisSettings()
        settings.sweeps = pick(AnalysisSettings.Sweeps.allCases + [.exchange, .traded])
        settings.includeBooked = pick([false, false, true])
        settings.acceptCrossed = pick([false, false, true])
        settings.arrival = pick(AnalysisSettings.Arrival.allCases)
        settings.horizonInNanoseconds = pick([60_000_000_000, 0, 1_000_000_000])
        settings.coverageMinInPercent = pick([0, 10, 80])
        settings.benchmark = pick(AnalysisSettings.BenchmarkKind.allCases)
        settings.groups = pick([[1, 2], [1], [1, 2, 3]])
        settings.darkPartsPerMillion = pick([500_000, 0, 1_000_000, 333_333])
        settings.impact = pick([.partsPerMillion(500), .partsPerMillion(0), .ticks(1), .ticks(3)])
        settings.hours = pick([nil, nil, try TradingHours(parsing: "10-11"), try TradingHours(parsing: "09:55-12:05")])
        return settings
    }

    @Test func agreesWithTheNaiveAnalysis() throws {
        var compared = 0
        for seed in 0..<1000 as Range<UInt64> {
            let market = RandomMarket(seed: seed)
            let settings = try OracleTests.settings(seed: seed)
            let result = try PartitionResult(try market.input(), settings)
            let expected = NaiveAnalysis(market: market, settings: settings).orders()
            try #require(result.orders.map(\.orderID) == expected.map(\.id), "seed \(seed): other orders")
            for ((order, values), naive) in zip(zip(result.orders, OracleTests.numbers(result.orders)), expected) {
                for (name, value) in naive.values {
                    try #require(OracleTests.equal(values[name], value), "seed \(seed), order \(order.orderID), \(name)")
                    compared += 1
                }
                let rows = result.simulated.filter { $0.orderID == order.orderID }
                try #require(Set(rows.map(\.scenario.rawValue)) == Set(naive.simulated.keys), "seed \(seed), order \(order.orderID)")
                for row in rows {
                    let value = try #require(naive.simulated[row.scenario.rawValue])
                    try #require(OracleTests.equal(row.quantity.map { Double($0) }, value.quantity) && OracleTests.equal(row.savings, value.savings),
                                 "seed \(seed), order \(order.orderID): \(row), expected \(value)")
                    compared += 1
                }
            }
        }
        #expect(compared > 50_000)
    }

    /// The values of each order by column.
    static func numbers(_ orders: [OrderMetrics]) -> [[String: Double]] {
        let (vectors, _) = ResultTables.orders.vectors(orders)
        return orders.indices.map { order in
            Dictionary(uniqueKeysWithValues: zip(ResultTables.orders.schemas, vectors).compactMap { schema, vector in
                vector[order].map { (schema.name, schema.type == .float64 ? ColumnWord.double(of: $0) : Double($0)) }
            })
        }
    }

    static func equal(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return abs(left - right) <= 1e-7 * max(1, abs(left), abs(right))
    }

    /// The table has the metrics of the document, and the oracle knows each of them.
    @Test func theOracleKnowsEveryMetric() throws {
        var known: Set<String> = []
        for seed in 0..<20 as Range<UInt64> {
            for order in NaiveAnalysis(market: RandomMarket(seed: seed), settings: AnalysisSettings()).orders() { known.formUnion(order.values.keys) }
        }
        #expect(Set(ResultTables.metrics.schemas.map(\.name)).subtracting(known).isEmpty)
    }

    @Test func rollupsSumTheOrders() throws {
        var settings = AnalysisSettings()
        settings.scenarios = [.a, .b, .c, .d]
        for seed in 0..<100 as Range<UInt64> {
            let result = try PartitionResult(try RandomMarket(seed: seed).input(), settings)
            for level in RollupCell.Level.allCases {
                var total = MeasureSums()
                for cell in result.cells where cell.level == level { total.merge(cell.sums) }
                OracleTests.expect(total, of: result)
            }
            for cell in result.cells where cell.level != .participant {
                let participants = Set(result.orders.filter { order in
                    cell.level == .hour
                        ? ExchangeTime.localHour(at: order.arrival) == Int(cell.value) : OrderSize.bucket(order.committed) == Int(cell.value)
                }.map(\.participantID))
                #expect(cell.participants == participants.sorted(), "seed \(seed), \(cell.level) \(cell.value)")
            }
        }
    }

    static func expect(_ total: MeasureSums, of result: PartitionResult) {
        #expect(total[.orderCount] == Int128(result.orders.count))
        #expect(total[.notional] == result.orders.reduce(0) { $0 + Int128($1.notional) })
        #expect(total[.comparableB] == Int128(result.simulated.count { $0.scenario == .b && $0.savings != nil }))
        #expect(total[.comparableD] == Int128(result.replay?.orders.count { $0.savingsBps != nil } ?? -1))
    }

    @Test func extremesOfScenarioB() throws {
        var all = AnalysisSettings()
        all.darkPartsPerMillion = 1_000_000
        var none = AnalysisSettings()
        none.darkPartsPerMillion = 0
        for seed in 0..<200 as Range<UInt64> {
            let input = try RandomMarket(seed: seed).input()
            let full = try PartitionResult(input, all).simulated
            for row in full where row.scenario == .b && row.isDarkEligible == true {
                #expect(row.savings == full.first { $0.orderID == row.orderID && $0.scenario == .a }?.savings, "all dark is scenario A")
            }
            for row in try PartitionResult(input, none).simulated where row.scenario == .b && row.savings != nil {
                #expect(row.notional == Double(row.actualNotional) && row.savings == 0, "none dark is what happened")
            }
        }
    }

    /// Extreme words in every column: an error or an answer, never a trap.
    @Test func extremesDoNotTrap() throws {
        let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, Int64(Int32.max), .max - 1, .max]
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            func extreme(_ value: inout Int64) { if random.next() % 4 == 0 { value = extremes[Int(random.next() % 8)] } }
            var market = RandomMarket(seed: seed)
            for index in market.events.indices {
                for path in [\RandomMarket.Event.price, \.quantity, \.leaves, \.matched, \.minimum, \.mask, \.midTick, \.validity, \.crossingKey] {
                    extreme(&market.events[index][keyPath: path])
                }
                if random.next() % 4 == 0 { market.events[index].bid = extremes[Int(random.next() % 8)] }
                if random.next() % 4 == 0 { market.events[index].offer = extremes[Int(random.next() % 8)] }
            }
            for index in market.legs.indices {
                for path in [\RandomMarket.Leg.price, \.quantity, \.source] { extreme(&market.legs[index][keyPath: path]) }
            }
            if seed % 3 == 0, !market.events.isEmpty {
                market.events[0].timestamp = .min
                market.events[market.events.count - 1].timestamp = .max
            }
            var settings = try OracleTests.settings(seed: seed)
            settings.scenarios = [.a, .b, .c, .d]
            settings.replay = NaiveReplay.rules(seed: seed)
            settings.replay.quotes = .embedded
            do {
                _ = try PartitionResult(try market.input(), settings)
            } catch AnalysisError.overflow {
                continue
            }
        }
    }
}
