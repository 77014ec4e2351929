import TapeColumns
import TapeQuery

/// What results are grouped by: the presets of `tapedeck query`, and the files of aggregated/ (docs/domain.md, Aggregates).
package enum Grouping: String, CaseIterable, Sendable {
    case security = "by-security", date = "by-date", participant = "by-participant"
    case timeOfDay = "by-time-of-day", orderSize = "by-order-size", timeSeries = "time-series", summary

    /// The file in aggregated/.
    package var fileName: String {
        switch self {
        case .security: "by_security.csv"
        case .date: "by_date.csv"
        case .participant: "by_participant.csv"
        case .timeOfDay: "by_time_of_day.csv"
        case .orderSize: "by_order_size.csv"
        case .timeSeries: "time_series_analysis.csv"
        case .summary: "global_summary.csv"
        }
    }

    /// The cells that it folds.
    package var level: RollupCell.Level {
        switch self {
        case .security, .date, .participant, .summary: .participant
        case .timeOfDay, .timeSeries: .hour
        case .orderSize: .size
        }
    }

    /// Whether its groups tell dates apart.
    package var hasDates: Bool { self == .date || self == .timeSeries }
}

/// Folds rollups into the measures of docs/domain.md, Aggregates.
///
/// Securities must be added in ascending order, so that sums of doubles are formed in one order whatever computed the rollups.
package struct Aggregates {
    /// What rows are grouped by: none, one or two numbers.
    private struct Key: Hashable, Comparable {
        var first: Int64 = 0
        var second: Int64 = 0

        static func < (left: Key, right: Key) -> Bool { (left.first, left.second) < (right.first, right.second) }
    }

    private struct Group {
        var sums = MeasureSums()
        var participants: Set<Int64> = []
        var securities: Set<Int64> = []
        var dates: Set<Int64> = []
    }

    package let grouping: Grouping
    /// Nil for those that any order could be compared in.
    private let scenarios: [AnalysisSettings.Scenario]?
    private var groups: [Group] = []
    private var groupOfKey: [Key: Int] = [:]

    package init(_ grouping: Grouping, scenarios: [AnalysisSettings.Scenario]? = nil) {
        self.grouping = grouping
        self.scenarios = scenarios
    }

    /// Adds a row of a security's rollup, of the level that `grouping` folds: of one date where it groups by dates, else a total.
    package mutating func add(security: Int64, _ rows: RollupRows, row: Int) {
        let dates = rows.dates(row)
        let date = dates.first ?? 0
        let value = rows.values[row]
        let key = switch grouping {
        case .security: Key(first: security)
        case .date: Key(first: date)
        case .participant, .orderSize: Key(first: value)
        case .timeOfDay: Key(first: Int64(TimeOfDay.bucket(hour: Int(value))))
        case .timeSeries: Key(first: date, second: value)
        case .summary: Key()
        }
        let group = groupOfKey[key] ?? groups.count
        if group == groups.count {
            groups.append(Group())
            groupOfKey[key] = group
        }
        rows.add(row, to: &groups[group].sums)
        groups[group].participants.formUnion(rows.participants(row))
        groups[group].securities.insert(security)
        groups[group].dates.formUnion(dates)
    }

    /// A row per group, in the file's order; the summary has a row per measure instead.
    package var result: ResultSet {
        let sorted = groupOfKey.sorted { $0.key < $1.key }
        let scenarios = shownScenarios
        guard grouping != .summary else { return summary(groups.first ?? Group(), scenarios) }
        let rows = sorted.map { measures(groups[$0.value], scenarios) }
        let names = measures(Group(), scenarios).map(\.name)
        return ResultSet(columns: keyColumns(sorted.map(\.key)) + names.indices.map { index in
            column(names[index], rows.map { $0[index].value })
        })
    }

    private var shownScenarios: [AnalysisSettings.Scenario] {
        scenarios ?? AnalysisSettings.Scenario.allCases.filter { scenario in
            groups.contains { $0.sums[MeasureSums.names(scenario).comparable] > 0 }
        }
    }

    private func keyColumns(_ keys: [Key]) -> [ResultColumn] {
        func words(_ part: (Key) -> Int64, of names: [String] = []) -> ResultValues { .words(ColumnVector(words: keys.map(part)), dictionary: names) }
        switch grouping {
        case .security: return [ResultColumn(name: "security_code", type: .int64, role: .identifier, values: words(\.first))]
        case .date: return [ResultColumn(name: "date", type: .date, values: words(\.first))]
        case .participant: return [ResultColumn(name: "participantid", type: .int64, role: .identifier, values: words(\.first))]
        case .timeOfDay:
            return [ResultColumn(name: "time_of_day", type: .string, values: words(\.first, of: TimeOfDay.names))]
        case .orderSize:
            return [ResultColumn(name: "order_size", type: .string, values: words(\.first, of: OrderSize.names))]
        case .timeSeries:
            return [ResultColumn(name: "date", type: .date, values: words(\.first)), ResultColumn(name: "hour", type: .int64, values: words(\.second))]
        case .summary: return []
        }
    }

    private enum Value {
        case count(Int128)
        case real(Double?)
    }

    /// Every measure of docs/domain.md, Aggregates, in its order.
    private func measures(_ group: Group, _ scenarios: [AnalysisSettings.Scenario]) -> [(name: String, value: Value)] {
        let sums = group.sums
        func ratio(_ numerator: Double, _ denominator: Int128) -> Value { .real(denominator == 0 ? nil : numerator / Double(denominator)) }
        var list: [(String, Value)] = [
            ("order_count", .count(sums[.orderCount])), ("full_count", .count(sums[.fullCount])),
            ("partial_count", .count(sums[.partialCount])), ("none_count", .count(sums[.noneCount])),
            ("filled_count", .count(sums[.fullCount] + sums[.partialCount])),
            ("initial_quantity", .count(sums[.initialQuantity])), ("committed_quantity", .count(sums[.committedQuantity])),
            ("matched_quantity", .count(sums[.matchedQuantity])), ("traded_quantity", .count(sums[.tradedQuantity])),
            ("booked_quantity", .count(sums[.bookedQuantity])), ("notional", .count(sums[.notional])),
            ("fill_count", .count(sums[.fillCount])),
            ("fill_ratio_mean", ratio(sums[.fillRatio], sums[.orderCount])),
            ("fill_ratio_weighted", ratio(Double(sums[.matchedQuantity]), sums[.committedQuantity])),
            ("vwap", ratio(Double(sums[.notional]), sums[.tradedQuantity])), ("vwap_mean", ratio(sums[.vwap], sums[.vwapCount])),
            ("slippage_arrival_bps_mean", ratio(sums[.slippage], sums[.slippageCount])),
            ("slippage_arrival_bps_weighted", ratio(sums[.slippageWeighted], sums[.slippageWeight])),
            ("effective_spread_bps_mean", ratio(sums[.spread], sums[.spreadCount])),
            ("effective_spread_bps_weighted", ratio(sums[.spreadWeighted], sums[.spreadWeight])),
            ("implementation_shortfall_bps_mean", ratio(sums[.shortfall], sums[.shortfallCount])),
            ("implementation_shortfall_bps_weighted", ratio(sums[.shortfallWeighted], sums[.shortfallWeight])),
            ("time_to_first_fill_s_mean", ratio(sums[.firstFill], sums[.firstFillCount])),
            ("participant_count", .count(Int128(group.participants.count))), ("security_count", .count(Int128(group.securities.count))),
            ("date_count", .count(Int128(group.dates.count))),
        ]
        for scenario in scenarios {
            let names = MeasureSums.names(scenario)
            let prefix = "sim_\(scenario.rawValue)_"
            let savings = sums[names.savings]
            list += [
                (prefix + "comparable", .count(sums[names.comparable])),
                (prefix + "savings", .real(sums[names.comparable] == 0 ? nil : savings)),
                (prefix + "savings_bps_weighted", ratio(savings * 1e4, sums[names.notional])),
                (prefix + "savings_bps_mean", ratio(sums[names.bps], sums[names.comparable])),
            ]
        }
        return list.map { (name: $0.0, value: $0.1) }
    }

    private func column(_ name: String, _ values: [Value]) -> ResultColumn {
        var counts: [Int128?] = []
        var reals: [Int64?] = []
        for value in values {
            switch value {
            case .count(let count): counts.append(count)
            case .real(let real): reals.append(real.map { ColumnWord.word(of: $0) })
            }
        }
        let isCount = reals.isEmpty && !counts.isEmpty
        return ResultColumn(name: name, type: isCount ? .int64 : .float64, values: isCount ? .wide(counts) : .words(ColumnVector(reals), dictionary: []))
    }

    /// Long form, one row per measure; then the names that the prototype used, as aliases.
    private func summary(_ group: Group, _ scenarios: [AnalysisSettings.Scenario]) -> ResultSet {
        var list = measures(group, scenarios)
        let aliases = [
            ("total_orders", "order_count"), ("total_filled", "filled_count"), ("total_failed", "none_count"),
            ("global_fill_ratio", "fill_ratio_weighted"), ("total_quantity_traded", "traded_quantity"), ("total_cost", "notional"),
            ("avg_execution_price", "vwap"), ("avg_dark_pool_savings", "sim_A_savings_bps_weighted"), ("num_securities", "security_count"),
            ("num_dates", "date_count"), ("num_participants", "participant_count"),
        ]
        for (alias, name) in aliases {
            if let measure = list.first(where: { $0.name == name }) { list.append((alias, measure.value)) }
        }
        let texts = list.map { measure -> String? in
            switch measure.value {
            case .count(let count): String(count)
            case .real(let real): real.map { String(describing: $0) }
            }
        }
        let rows = Int64(list.count)
        return ResultSet(columns: [
            ResultColumn(name: "metric", type: .string, values: .words(ColumnVector(words: Array(0..<rows)), dictionary: list.map(\.name))),
            ResultColumn(name: "value", type: .string, values: .words(
                ColumnVector(texts.enumerated().map { $1 == nil ? nil : Int64($0) }), dictionary: texts.map { $0 ?? "" })),
        ])
    }
}
