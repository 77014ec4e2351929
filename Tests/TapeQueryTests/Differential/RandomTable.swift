import TapeColumns
import TapeStore
import TapeTestSupport

/// A table of random rows, as a store and as SQLite's statements: every type, nulls, duplicates, and numbers next to the limits of theirs.
///
/// SQLite sees words (`ColumnType`): a date is its days, a time its nanoseconds, a decimal its digits without the point, an unsigned number what is
/// left of it above 2⁶³, all of which order as the values do.
struct RandomTable {
    struct Column {
        var name: String
        var type: ColumnType
        var isNullable = true
    }

    static let columns = [
        Column(name: "part", type: .int32, isNullable: false), Column(name: "small", type: .int16), Column(name: "big", type: .int64),
        Column(name: "id", type: .int64, isNullable: false), Column(name: "price", type: .decimal(scale: 2)), Column(name: "f", type: .float64),
        Column(name: "wide", type: .float64), Column(name: "flag", type: .bool), Column(name: "name", type: .string),
        Column(name: "day", type: .date), Column(name: "t", type: .timestamp, isNullable: false), Column(name: "u", type: .uint64),
    ]
    static let names = ["", "a", "A", "ab", "abc", "b%c", "x_y", "it's", "é", "日本", "Zürich, HB", "zz"]
    static let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1]
    /// Doubles whose sums are exact in any order.
    static let reals: [Double] = [-1000.5, -2.25, -0.125, 0, 0.125, 1, 1.5, 3, 1000.5, 65536]
    static let wideReals: [Double] = [-.infinity, -1e300, -9_223_372_036_854_775_808, -1, -0.0, 0, .leastNonzeroMagnitude, 9_007_199_254_740_992, 1e18, 1e300, .infinity]

    /// A word per column; nil for null.
    var rows: [[Int64?]] = []

    /// - Parameter partitions: how many rows each has.
    init(partitions: [Int], using random: inout SeededGenerator) {
        for (part, count) in partitions.enumerated() {
            for _ in 0..<count {
                var row = RandomTable.columns.map { RandomTable.word($0, &random) }
                row[0] = Int64(part * 7 - 3)
                rows.append(row)
            }
        }
    }

    private static func word(_ column: Column, _ random: inout SeededGenerator) -> Int64? {
        if column.isNullable, Int.random(in: 0..<6, using: &random) == 0 { return nil }
        switch column.name {
        case "small": return Int64.random(in: -20...20, using: &random)
        case "big": return Bool.random(using: &random) ? extremes.randomElement(using: &random) : Int64.random(in: .min ... .max, using: &random)
        case "id": return Int64.random(in: 7_900_000_000_000_000_000...7_900_000_000_000_000_040, using: &random)
        case "price": return Int64.random(in: -500...500, using: &random)
        case "f": return ColumnWord.word(of: reals.randomElement(using: &random) ?? 0)
        case "wide": return ColumnWord.word(of: wideReals.randomElement(using: &random) ?? 0)
        case "flag": return Int64.random(in: 0...1, using: &random)
        case "name": return Int64.random(in: 0..<Int64(names.count), using: &random)
        case "day": return Int64.random(in: 19_960...19_975, using: &random)
        case "t": return 1_725_000_000_000_000_000 + Int64.random(in: 0..<100, using: &random) * 1_234_567_890_123
        default: return ColumnWord.word(of: [0, 1, 1 << 63, UInt64.max, 42].randomElement(using: &random) ?? 0)
        }
    }

    // MARK: As a store

    func write(to path: String) throws {
        var writer = try StoreWriter(path: path)
        let keyColumns = [KeyColumn(name: "part", type: .int32)]
        var entries: [SegmentEntry] = []
        for part in Set(rows.map { $0[0] ?? 0 }).sorted() {
            let image = RandomTable.image(rows.filter { $0[0] == part })
            let entry = SegmentEntry(
                table: "r", key: PartitionKey([.word(part)]), generation: writer.nextGeneration, part: 0, rowCount: image.rowCount,
                sizeInBytes: image.bytes.count, checksum: image.checksum, clusterMin: 0, clusterMax: 0, sources: [])
            try writer.write(image, as: entry, keyColumns)
            entries.append(entry)
        }
        try writer.commit(adding: entries, removing: [], settings: ["key.r": Catalog.settingText(keyColumns)])
    }

    private static func image(_ rows: [[Int64?]]) -> SegmentImage {
        var vectors: [ColumnVector] = []
        var dictionaries: [[String]] = []
        for (index, column) in columns.enumerated() {
            if column.type == .string {
                var strings = StringColumn()
                for row in rows { strings.append(row[index].map { names[Int($0)] }) }
                vectors.append(strings.vector)
                dictionaries.append(strings.strings)
            } else {
                vectors.append(ColumnVector(rows.map { $0[index] }))
                dictionaries.append([])
            }
        }
        var writer = SegmentWriter(columns: columns.map { ColumnSchema(name: $0.name, type: $0.type, isNullable: $0.isNullable) })
        writer.appendAll(vectors)
        return writer.finish(dictionaries: dictionaries)
    }

    // MARK: For SQLite

    func statements(table: String) -> String {
        let types = RandomTable.columns.map { "\($0.name) \($0.type == .float64 ? "REAL" : $0.type == .string ? "TEXT" : "INTEGER")" }
        var text = "CREATE TABLE \(table)(\(types.joined(separator: ", ")));\nBEGIN;\n"
        for row in rows {
            let values = zip(row, RandomTable.columns).map { RandomTable.literal($0, $1.type) }
            text += "INSERT INTO \(table) VALUES (\(values.joined(separator: ",")));\n"
        }
        return text + "COMMIT;\n"
    }

    private static func literal(_ word: Int64?, _ type: ColumnType) -> String {
        guard let word else { return "NULL" }
        switch type {
        case .float64: return literal(ColumnWord.double(of: word))
        case .string: return "'\(names[Int(word)].split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
        default: return literal(word)
        }
    }

    /// The smallest integer cannot be written with a sign in front, which SQLite takes for a negated number.
    static func literal(_ word: Int64) -> String { word == .min ? "(-9223372036854775807-1)" : String(word) }

    static func literal(_ value: Double) -> String { value.isInfinite ? (value < 0 ? "-9e999" : "9e999") : "\(value)" }
}
