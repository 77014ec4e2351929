import TapeColumns
import TapeStore

/// One row of the table `jobs`: how the last run of a partition's job went.
package struct JobRecord: Hashable, Sendable {
    package static let table = "jobs"

    package enum Status: String, Sendable {
        case done
        /// A partition without orders.
        case empty
        case failed
    }

    package struct Anomaly: Hashable, Sendable {
        package var name: String
        package var count: Int
    }

    package var date: Int64
    package var security: Int64
    package var status = Status.done
    package var attempts = 1
    /// When the job ended, in nanoseconds since 1970.
    package var ended: Int64 = 0
    package var nanoseconds = 0
    package var orderRows = 0
    package var tradeRows = 0
    /// Analysed orders, those of them with anything matched, and their sums.
    package var orders = 0
    package var filled = 0
    package var tradedQuantity: Int64 = 0
    package var committedQuantity: Int64 = 0
    /// Nil where an earlier program made the record.
    package var matchedQuantity: Int64?
    package var anomalies: [Anomaly] = []
    /// The share of trades, in percent, that the quotes of the table `nbbo` hold within the spread, and whether they were refused for it.
    package var quoteCoverage: Double?
    package var areQuotesRefused = false
    /// `AnalysisJob.inputHash`, and the settings and the program that the results were made with: the job's fingerprint.
    package var inputHash: UInt64 = 0
    package var settings = ""
    package var program = ""
    /// The results tree that its files were written to, and each file's name and size.
    package var directory = ""
    package var files: [TreeFile] = []
    /// Why it failed.
    package var reason = ""

    package struct TreeFile: Hashable, Sendable {
        package var name: String
        package var size: Int

        package init(name: String, size: Int) {
            self.name = name
            self.size = size
        }
    }

    package init(_ job: AnalysisJob) {
        date = job.date
        security = job.security
        orderRows = job.orderRowCount
        tradeRows = job.tradeRowCount
        inputHash = job.inputHash
    }

    package var key: PartitionKey { PartitionKey([.word(date), .word(security)]) }
    /// Matched over committed; nil without orders.
    package var fillRatio: Double? {
        guard let matchedQuantity, committedQuantity != 0 else { return nil }
        return Double(matchedQuantity) / Double(committedQuantity)
    }
}

extension JobRecord {
    private static let columns: [ColumnSchema] = [
        ColumnSchema(name: "date", type: .date), ColumnSchema(name: "security_code", type: .int32, role: .identifier),
        ColumnSchema(name: "status", type: .string), ColumnSchema(name: "attempts", type: .int64),
        ColumnSchema(name: "ended", type: .timestamp, unit: "ns UTC"), ColumnSchema(name: "seconds", type: .decimal(scale: 9), unit: "s"),
        ColumnSchema(name: "order_rows", type: .int64), ColumnSchema(name: "trade_rows", type: .int64),
        ColumnSchema(name: "orders", type: .int64), ColumnSchema(name: "filled", type: .int64),
        ColumnSchema(name: "traded_quantity", type: .int64, unit: "shares"), ColumnSchema(name: "committed_quantity", type: .int64, unit: "shares"),
        ColumnSchema(name: "anomalies", type: .string), ColumnSchema(name: "input_hash", type: .uint64, role: .identifier),
        ColumnSchema(name: "settings", type: .string), ColumnSchema(name: "program", type: .string),
        ColumnSchema(name: "directory", type: .string), ColumnSchema(name: "files", type: .string), ColumnSchema(name: "error", type: .string),
        ColumnSchema(name: "nbbo_coverage_percent", type: .float64, isNullable: true), ColumnSchema(name: "nbbo_refused", type: .bool),
        ColumnSchema(name: "matched_quantity", type: .int64, isNullable: true, unit: "shares"),
    ]
    /// Earlier programs did not write this one.
    private static let added = 21

    /// By column; nil for null, and for texts.
    private var words: [Int64?] {
        [date, security, nil, Int64(attempts), ended, Int64(nanoseconds), Int64(orderRows), Int64(tradeRows), Int64(orders), Int64(filled),
         tradedQuantity, committedQuantity, nil, ColumnWord.word(of: inputHash), nil, nil, nil, nil, nil,
         quoteCoverage.map { ColumnWord.word(of: $0) }, areQuotesRefused ? 1 : 0, matchedQuantity]
    }

    private var texts: [(column: Int, text: String)] {
        [(2, status.rawValue), (12, anomalies.map { "\($0.name)=\($0.count)" }.joined(separator: ",")), (14, settings), (15, program),
         (16, directory), (17, files.map { "\($0.name)=\($0.size)" }.joined(separator: ",")), (18, reason)]
    }

    /// The whole table, in the order given.
    package static func image(_ records: [JobRecord]) -> SegmentImage {
        var words = columns.map { _ in [Int64?]() }
        var strings = columns.map { _ in StringColumn() }
        for record in records {
            for (column, word) in record.words.enumerated() { words[column].append(word) }
            for (column, text) in record.texts { strings[column].append(text) }
        }
        var writer = SegmentWriter(columns: columns)
        writer.appendAll(columns.indices.map { columns[$0].type == .string ? strings[$0].vector : ColumnVector(words[$0]) })
        return writer.finish(dictionaries: strings.map(\.strings))
    }

    /// - Throws: `SegmentError`, `FileError`.
    package static func records(_ reader: SegmentReader) throws -> [JobRecord] {
        var cache = ColumnCache(reader)
        var vectors: [ColumnVector] = []
        var strings: [[String]] = []
        for (place, column) in columns.enumerated() {
            if place == added, reader.columnIndex(column.name) == nil {
                vectors.append(ColumnVector([Int64?](repeating: nil, count: reader.rowCount)))
                strings.append([])
                continue
            }
            guard let index = reader.columnIndex(column.name), try reader.descriptor(index).type == column.type else {
                throw SegmentError(.malformed(expected: "a column of the table 'jobs'"), column: column.name)
            }
            vectors.append(try cache.vector(index))
            strings.append(try reader.strings(index))
        }
        return (0..<reader.rowCount).map { row in
            JobRecord(vectors.map { $0[row] ?? 0 }, coverage: vectors[19][row], matched: vectors[added][row]) { column, code in strings[column].indices.contains(Int(code)) ? strings[column][Int(code)] : "" }
        }
    }

    private init(_ words: [Int64], coverage: Int64?, matched: Int64?, _ text: (_ column: Int, _ code: Int64) -> String) {
        func string(_ column: Int) -> String { text(column, words[column]) }
        func number(_ column: Int) -> Int { Int(words[column]) }
        /// Reads `name=number,name=number`.
        func pairs(_ column: Int) -> [(name: String, number: Int)] {
            string(column).split(separator: ",").compactMap { item in
                let parts = item.split(separator: "=")
                return parts.count == 2 ? Int(parts[1]).map { (String(parts[0]), $0) } : nil
            }
        }
        date = words[0]
        security = words[1]
        status = Status(rawValue: string(2)) ?? .failed
        attempts = number(3)
        ended = words[4]
        nanoseconds = number(5)
        orderRows = number(6)
        tradeRows = number(7)
        orders = number(8)
        filled = number(9)
        tradedQuantity = words[10]
        committedQuantity = words[11]
        anomalies = pairs(12).map { Anomaly(name: $0.name, count: $0.number) }
        inputHash = ColumnWord.unsigned(of: words[13])
        settings = string(14)
        program = string(15)
        directory = string(16)
        files = pairs(17).map { TreeFile(name: $0.name, size: $0.number) }
        reason = string(18)
        quoteCoverage = coverage.map { ColumnWord.double(of: $0) }
        areQuotesRefused = words[20] != 0
        matchedQuantity = matched
    }
}
