import TapeColumns
import TapeQuery

/// What results are grouped by: the presets of `tapedeck query`, and the files of aggregated/ (domain.md, section 8.2).
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
}

/// Folds rollups into the measures of domain.md, section 8.1.
///
/// Partitions must be added in the order (security, date), so that sums of doubles are formed in one order whatever computed the rollups.
package struct Aggregates {
    private struct Group {
        var sums = MeasureSums()
        var participants: Set<Int64> = []
        var securities: Set<Int64> = []
        var dates: Set<Int64> = []
    }

    private let grouping: Grouping
    /// Nil for those that any order could be compared in.
    private let scenarios: [AnalysisSettings.Scenario]?
    private var groups: [[Int64]: Group] = [:]

    package init(_ grouping: Grouping, scenarios: [AnalysisSettings.Scenario]? = nil) {
        self.grouping = grouping
        self.scenarios = scenarios
    }

    /// Adds the cells of one partition that `isSelected` lets through.
    package mutating func add(
        date: Int64, security: Int64, _ cells: [RollupCell], where isSelected: (RollupCell.Key) -> Bool = { _ in true }
    ) {
        for cell in cells where isSelected(cell.key) {
            let hour = cell.key.halfHour / 2
            let key: [Int64] = switch grouping {
            case .security: [security]
            case .date: [date]
            case .participant: [cell.key.participantID]
            case .timeOfDay: [Int64(TimeOfDay.bucket(hour: Int(hour)))]
            case .orderSize: [cell.key.sizeBucket]
            case .timeSeries: [date, hour]
            case .summary: []
            }
            var group = groups.removeValue(forKey: key) ?? Group()
            group.sums.merge(cell.sums)
            group.participants.insert(cell.key.participantID)
            group.securities.insert(security)
            group.dates.insert(date)
            groups[key] = group
        }
    }

    /// A row per group, in the file's order; the summary has a row per measure instead.
    package var result: ResultSet {
        let sorted = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let scenarios = shownScenarios
        guard grouping != .summary else { return summary(sorted.first?.value ?? Group(), scenarios) }
        let rows = sorted.map { measures($0.value, scenarios) }
        let names = measures(Group(), scenarios).map(\.name)
        return ResultSet(columns: keyColumns(sorted.map(\.key)) + names.indices.map { index in
            column(names[index], rows.map { $0[index].value })
        })
    }

    private var shownScenarios: [AnalysisSettings.Scenario] {
        scenarios ?? AnalysisSettings.Scenario.allCases.filter { scenario in
            groups.values.contains { $0.sums[MeasureSums.names(scenario).comparable] > 0 }
        }
    }

    private func keyColumns(_ keys: [[Int64]]) -> [ResultColumn] {
        func words(_ part: Int) -> ResultValues { .words(ColumnVector(words: keys.map { $0[part] }), dictionary: []) }
        switch grouping {
        case .security: return [ResultColumn(name: "security_code", type: .int64, role: .identifier, values: words(0))]
        case .date: return [ResultColumn(name: "date", type: .date, values: words(0))]
        case .participant: return [ResultColumn(name: "participantid", type: .int64, role: .identifier, values: words(0))]
        case .timeOfDay:
            return [ResultColumn(name: "time_of_day", type: .string, values: .words(ColumnVector(words: keys.map { $0[0] }), dictionary: TimeOfDay.names))]
        case .orderSize:
            return [ResultColumn(name: "order_size", type: .string, values: .words(ColumnVector(words: keys.map { $0[0] }), dictionary: OrderSize.names))]
        case .timeSeries:
            return [ResultColumn(name: "date", type: .date, values: words(0)), ResultColumn(name: "hour", type: .int64, values: words(1))]
        case .summary: return []
        }
    }

    private enum Value {
        case count(Int128)
        case real(Double?)
    }

    /// Every measure of domain.md, section 8.1, in its order.
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
