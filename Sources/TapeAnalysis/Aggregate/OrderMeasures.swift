import TapeColumns

/// What aggregates need of one order, whether it was just measured or is read back from the table `order_metrics`.
package struct OrderMeasures: Hashable, Sendable {
    package var orderID: Int64
    package var participantID: Int64
    package var arrival: Int64
    package var end: Int64
    package var group: Int
    package var initialQuantity: Int64
    package var committed: Int64
    package var matched: Int64
    package var traded: Int64
    package var booked: Int64
    package var notional: Int64
    package var fillCount: Int64
    package var fillRatio: Double
    package var vwap: Double?
    package var slippage: Double?
    package var effectiveSpread: Double?
    package var shortfall: Double?
    package var timeToFirstFill: Double?

    package init(_ order: OrderMetrics) {
        orderID = order.orderID
        participantID = order.participantID
        arrival = order.arrival
        end = order.end
        group = order.group
        initialQuantity = order.initialQuantity
        committed = order.committed
        matched = order.matched
        traded = order.traded
        booked = order.booked
        notional = order.notional
        fillCount = Int64(order.fillCount)
        fillRatio = order.fillRatio
        vwap = order.vwap
        slippage = order.slippage
        effectiveSpread = order.effectiveSpread
        shortfall = order.implementationShortfallBps
        timeToFirstFill = order.timeToFirstFill
    }
}

extension OrderMeasures {
    /// The rows of a stored partition of `order_metrics`, in stored order.
    ///
    /// - Parameter column: the vector of a column of the table.
    package static func rows(_ column: (String) throws -> ColumnVector) throws -> [OrderMeasures] {
        let words = try ["order_id", "participant_id", "arrival_ts", "group", "initial_quantity", "committed_quantity", "matched",
                         "traded_quantity", "booked_quantity", "notional", "num_fills", "fill_ratio", "end_ts"].map { try column($0).words }
        let reals = try ["vwap", "slippage_arrival_bps", "effective_spread_bps", "implementation_shortfall_bps", "time_to_first_fill_s"]
            .map { try column($0) }
        return words[0].indices.map { OrderMeasures(row: $0, words, reals) }
    }

    private init(row: Int, _ words: [[Int64]], _ reals: [ColumnVector]) {
        func real(_ column: Int) -> Double? { reals[column][row].map { ColumnWord.double(of: $0) } }
        orderID = words[0][row]
        participantID = words[1][row]
        arrival = words[2][row]
        group = Int(words[3][row])
        initialQuantity = words[4][row]
        committed = words[5][row]
        matched = words[6][row]
        traded = words[7][row]
        booked = words[8][row]
        notional = words[9][row]
        fillCount = words[10][row]
        fillRatio = ColumnWord.double(of: words[11][row])
        end = words[12][row]
        vwap = real(0)
        slippage = real(1)
        effectiveSpread = real(2)
        shortfall = real(3)
        timeToFirstFill = real(4)
    }
}

/// What aggregates need of one simulated order.
package struct SimulatedMeasures: Hashable, Sendable {
    package var orderID: Int64
    package var scenario: AnalysisSettings.Scenario
    package var actualNotional: Int128
    package var savings: Double?
    package var savingsBps: Double?

    /// The rows of scenarios A to C and of D, each by order id, as one list by order id and scenario.
    package static func all(_ rows: [SimulatedOrder], _ replayed: [ReplayedOrder]) -> [SimulatedMeasures] {
        let formulas = rows.map { row in
            SimulatedMeasures(
                orderID: row.orderID, scenario: row.scenario, actualNotional: Int128(row.actualNotional), savings: row.savings,
                savingsBps: row.savingsBps)
        }
        let replay = replayed.map { order in
            SimulatedMeasures(
                orderID: order.orderID, scenario: .d, actualNotional: order.actualNotional, savings: order.savings, savingsBps: order.savingsBps)
        }
        return merged(formulas, replay)
    }

    static func merged(_ formulas: [SimulatedMeasures], _ replay: [SimulatedMeasures]) -> [SimulatedMeasures] {
        replay.isEmpty ? formulas : (formulas + replay).sorted { ($0.orderID, $0.scenario) < ($1.orderID, $1.scenario) }
    }

    /// The rows of a stored partition of `simulation`, in stored order.
    ///
    /// - Parameters:
    ///   - scenarios: what the words of the column `scenario` index.
    ///   - column: the vector of a column of the table.
    package static func rows(scenarios: [String], _ column: (String) throws -> ColumnVector) throws -> [SimulatedMeasures] {
        let known = scenarios.map { AnalysisSettings.Scenario(rawValue: $0) }
        let (ids, codes, notionals) = (try column("order_id").words, try column("scenario").words, try column("actual_notional").words)
        let (savings, bps) = (try column("savings"), try column("savings_bps"))
        return ids.indices.compactMap { row in
            guard known.indices.contains(Int(codes[row])), let scenario = known[Int(codes[row])] else { return nil }
            return SimulatedMeasures(
                orderID: ids[row], scenario: scenario, actualNotional: Int128(notionals[row]),
                savings: savings[row].map { ColumnWord.double(of: $0) }, savingsBps: bps[row].map { ColumnWord.double(of: $0) })
        }
    }

    /// The rows of a stored partition of `replay_orders`, in stored order.
    ///
    /// - Parameter notionals: what each order really traded.
    package static func replayed(
        notionals: [Int64: Int64], _ column: (String) throws -> ColumnVector
    ) throws -> [SimulatedMeasures] {
        let (ids, savings, bps) = (try column("order_id").words, try column("savings"), try column("savings_bps"))
        return ids.indices.compactMap { row in
            notionals[ids[row]].map { notional in
                SimulatedMeasures(
                    orderID: ids[row], scenario: .d, actualNotional: Int128(notional),
                    savings: savings[row].map { ColumnWord.double(of: $0) }, savingsBps: bps[row].map { ColumnWord.double(of: $0) })
            }
        }
    }
}
