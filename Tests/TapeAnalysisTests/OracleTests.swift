import TapeColumns
import Testing

@testable import TapeAnalysis

/// Goal: the fast analysis gives the numbers of the naive one. Method: a thousand random small markets, both sweep definitions.
@Suite struct OracleTests {
    @Test(arguments: [AnalysisSettings.Sweeps.exchange, .traded])
    func agreesWithTheNaiveAnalysis(sweeps: AnalysisSettings.Sweeps) throws {
        var settings = AnalysisSettings()
        settings.sweeps = sweeps
        var compared = 0
        for seed in 0..<1000 as Range<UInt64> {
            let market = RandomMarket(seed: seed)
            let result = try PartitionResult(market.orderEvents(), market.tradeLegs(), settings)
            let expected = NaiveAnalysis(market: market).orders(traded: sweeps == .traded)
            guard result.orders.map(\.orderID) == expected.map(\.id), result.orders.map(\.group) == expected.map(\.group) else {
                Issue.record("seed \(seed): other orders or groups")
                return
            }
            for (order, naive) in zip(result.orders, expected) {
                for column in ResultTables.orders.columns {
                    guard let value = naive.values[column.schema.name] else { continue }
                    guard OracleTests.equal(OracleTests.number(column.cell(order)), value) else {
                        Issue.record("seed \(seed), order \(order.orderID), \(column.schema.name): \(column.cell(order)), expected \(String(describing: value))")
                        return
                    }
                    compared += 1
                }
                for row in result.simulated where row.orderID == order.orderID {
                    let value = try #require(naive.simulated[row.scenario.rawValue])
                    guard OracleTests.equal(row.quantity.map { Double($0) }, value.quantity), OracleTests.equal(row.savings, value.savings) else {
                        Issue.record("seed \(seed), order \(order.orderID), scenario \(row.scenario): \(row), expected \(value)")
                        return
                    }
                    compared += 1
                }
            }
            #expect(result.simulated.count == 3 * expected.count { $0.group < 3 })
        }
        #expect(compared > 50_000)
    }

    static func number(_ cell: ResultTable<OrderMetrics>.Cell) -> Double? {
        switch cell {
        case .integer(let value): value.map { Double($0) }
        case .real(let value): value
        case .text: nil
        }
    }

    static func equal(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return abs(left - right) <= 1e-7 * max(1, abs(left), abs(right))
    }

    @Test func rollupsSumTheOrders() throws {
        for seed in 0..<100 as Range<UInt64> {
            let market = RandomMarket(seed: seed)
            let result = try PartitionResult(market.orderEvents(), market.tradeLegs(), AnalysisSettings())
            let (vectors, _) = ResultTables.cells.vectors(result.cells)
            let read = try ResultTables.readCells { name in
                vectors[try #require(ResultTables.cells.schemas.firstIndex { $0.name == name })]
            }
            #expect(read == result.cells, "cells come back from columns")
            var total = MeasureSums()
            for cell in result.cells { total.merge(cell.sums) }
            #expect(total[.orderCount] == Int128(result.orders.count))
            #expect(total[.notional] == result.orders.reduce(0) { $0 + Int128($1.notional) })
            #expect(total[.comparableB] == Int128(result.simulated.count { $0.scenario == .b && $0.savings != nil }))
        }
    }

    @Test func extremesOfScenarioB() throws {
        var all = AnalysisSettings()
        all.darkPartsPerMillion = 1_000_000
        var none = AnalysisSettings()
        none.darkPartsPerMillion = 0
        for seed in 0..<200 as Range<UInt64> {
            let market = RandomMarket(seed: seed)
            let full = try PartitionResult(market.orderEvents(), market.tradeLegs(), all).simulated
            for row in full where row.scenario == .b && row.isDarkEligible == true {
                #expect(row.savings == full.first { $0.orderID == row.orderID && $0.scenario == .a }?.savings, "all dark is scenario A")
            }
            for row in try PartitionResult(market.orderEvents(), market.tradeLegs(), none).simulated where row.scenario == .b && row.savings != nil {
                #expect(row.notional == Double(row.actualNotional) && row.savings == 0, "none dark is what happened")
            }
        }
    }
}
