import TapeBytes
import TapeColumns
import TapeTestSupport

@testable import TapeQuery
@testable import TapeStore

/// A random table `t`, partitioned by (date, security_code), in a store of its own; and its rows as plain values.
///
/// Columns have nulls, extremes, runs, few and many values, NaN and −0; some segments lack a column, some have it narrower.
struct ModelTable {
    static let columns: [ColumnSchema] = [
        ColumnSchema(name: "ts", type: .timestamp), ColumnSchema(name: "few", type: .int32, isNullable: true, role: .identifier),
        ColumnSchema(name: "many", type: .int64), ColumnSchema(name: "wild", type: .int64, isNullable: true),
        ColumnSchema(name: "runs", type: .int64), ColumnSchema(name: "real", type: .float64, isNullable: true),
        ColumnSchema(name: "text", type: .string, isNullable: true), ColumnSchema(name: "money", type: .decimal(scale: 2), isNullable: true),
        ColumnSchema(name: "flag", type: .bool, isNullable: true), ColumnSchema(name: "late_column", type: .int64, isNullable: true),
    ]
    static let schemaText = """
        name: t
        partition: [{name: date, day_of: ts}, {name: security_code}]
        cluster: [ts]
        columns:
          - {name: ts, type: timestamp}
          - {name: few, type: int32, nullable: true, aliases: [less], role: identifier}
          - {name: many, type: int64}
          - {name: wild, type: int64, nullable: true}
          - {name: runs, type: int64}
          - {name: real, type: float64, nullable: true}
          - {name: text, type: string, nullable: true}
          - {name: money, type: decimal(2), nullable: true}
          - {name: flag, type: bool, nullable: true}
          - {name: late_column, type: int64, nullable: true}
          - {name: security_code, type: int32}
        """
    static let keyColumns = [KeyColumn(name: "date", type: .date), KeyColumn(name: "security_code", type: .int32)]
    /// The slots that a row's values have in `TableShape`: stored columns in schema order, `security_code` among them, then `date`.
    static let slotNames = columns.map(\.name) + ["security_code", "date"]

    let directory: TemporaryDirectory
    let store: Store
    var rows: [[Constant]] = []
    var path: String { directory.path + "/store" }

    init(seed: UInt64, rowCounts: [Int]) throws {
        var random = SeededGenerator(seed: seed)
        directory = try TemporaryDirectory()
        var writer = try StoreWriter(path: directory.path + "/store")
        var entries: [SegmentEntry] = []
        for (part, rowCount) in rowCounts.enumerated() {
            let key = PartitionKey([.word(19_960 + Int64(part / 2)), .word(100 + Int64(part % 2))])
            let segment = ModelTable.segment(rowCount, day: 19_960 + part / 2, isEarly: part % 3 == 1, &random)
            entries.append(SegmentEntry(
                table: "t", key: key, generation: writer.nextGeneration, part: 0, rowCount: rowCount, sizeInBytes: segment.image.bytes.count,
                checksum: segment.image.checksum, clusterMin: 0, clusterMax: 0, sources: []))
            try writer.write(segment.image, as: entries[part], ModelTable.keyColumns)
            rows += segment.rows.map { $0 + [.word(100 + Int64(part % 2)), .word(19_960 + Int64(part / 2))] }
        }
        let settings = ["key.t": Catalog.settingText(ModelTable.keyColumns), "schema.t": ModelTable.schemaText]
        try writer.commit(adding: entries, removing: [], settings: settings)
        _ = consume writer
        // Room for some of what questions read.
        store = try Store(path: directory.path + "/store", cacheSize: 20_000)
    }

    /// - Parameter isEarly: without the last column, and with `many` in 32 bits.
    private static func segment(
        _ rowCount: Int, day: Int, isEarly: Bool, _ random: inout SeededGenerator
    ) -> (image: SegmentImage, rows: [[Constant]]) {
        let texts = ["apple", "banana", "apricot", "", "Zürich", "a%b", "cherry"]
        let reals: [Double] = [0, -0.0, 1.5, -2.25, .nan, -.nan, .infinity, -.infinity, 1e300, 0.1]
        var time = Int64(day) * LocalClock.day
        var run: Int64 = 0
        var rows: [[Constant]] = []
        for _ in 0..<rowCount {
            time += Int64.random(in: 0...(80_000_000_000_000 / Int64(max(rowCount, 1))), using: &random)
            if Int.random(in: 0..<20, using: &random) == 0 { run = Int64.random(in: -3...3, using: &random) }
            func maybe(_ value: Constant) -> Constant { Int.random(in: 0..<6, using: &random) == 0 ? .null : value }
            let wild: Int64 = [.min, .max, 0, -1, 1 << 40].randomElement(using: &random) ?? 0
            rows.append([
                .word(time), maybe(.word(Int64.random(in: 0..<7, using: &random))), .word(Int64.random(in: -100_000...100_000, using: &random)),
                maybe(.word(wild)), .word(run), maybe(.real(reals.randomElement(using: &random) ?? 0)),
                maybe(.text(texts.randomElement(using: &random) ?? "")), maybe(.word(Int64.random(in: -500...500, using: &random))),
                maybe(.word(Int64.random(in: 0...1, using: &random))), isEarly ? .null : maybe(.word(Int64.random(in: 0..<1000, using: &random))),
            ])
        }
        return (image(rows, isEarly: isEarly), rows)
    }

    private static func image(_ rows: [[Constant]], isEarly: Bool) -> SegmentImage {
        var columns = isEarly ? Array(columns.dropLast()) : columns
        if isEarly { columns[2].type = .int32 }
        var vectors: [ColumnVector] = []
        var dictionaries: [[String]] = []
        for index in columns.indices {
            var texts = StringColumn()
            for row in rows { if case .text(let text) = row[index] { texts.append(text) } else { texts.append(nil) } }
            dictionaries.append(columns[index].type == .string ? texts.strings : [])
            vectors.append(columns[index].type == .string ? texts.vector : ColumnVector(rows.map { row in
                switch row[index] {
                case .word(let word): word
                case .real(let real): ColumnWord.word(of: real)
                default: nil
                }
            }))
        }
        var writer = SegmentWriter(columns: columns)
        writer.appendAll(vectors)
        return writer.finish(dictionaries: dictionaries)
    }
}
