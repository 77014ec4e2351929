import TapeColumns
import TapeStore

/// The table `rollup`: the cells of all partitions. Per level and security there are two segments: a row per date and value, and a row per value with
/// the sums over all dates, from which questions without dates are answered, by a few kilobytes a security whatever the number of dates.
package enum RollupTable {
    package static let keyColumns = [KeyColumn(name: "level", type: .string), KeyColumn(name: "security_code", type: .int32)]

    /// `participant`, or `participant_total` for the sums over all dates.
    package static func key(_ level: RollupCell.Level, isTotal: Bool, security: Int64) -> PartitionKey {
        PartitionKey([.text(name(level, isTotal: isTotal)), .word(security)])
    }

    package static func name(_ level: RollupCell.Level, isTotal: Bool) -> String { level.rawValue + (isTotal ? "_total" : "") }

    /// - Throws: where a sum of a partition does not fit in 64 bits.
    package static func check(_ cells: [RollupCell]) throws(AnalysisError) {
        for cell in cells { try cell.sums.check("the \(cell.level.rawValue) \(cell.value)") }
    }
}
