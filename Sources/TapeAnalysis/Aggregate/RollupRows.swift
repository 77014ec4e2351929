import TapeBytes
import TapeColumns
import TapeStore

/// Rows of the table `rollup`, of one level and security, as columns.
///
/// Sums of doubles depend on the order of their terms. It is one for all questions: first the dates of a security and value, ascending; then
/// values, ascending; then securities, ascending.
package struct RollupRows: Sendable {
    /// `RollupCell.value` of each row.
    package private(set) var values: [Int64] = []
    private var participants = NumberLists()
    private var dates = NumberLists()
    /// A column per sum: the counts, then the reals, as words.
    private var sums: [[Int64]]

    private static let sumColumns = MeasureSums.Count.allCases.map { ColumnSchema(name: $0.name, type: .int64) }
        + MeasureSums.Real.allCases.map { ColumnSchema(name: $0.name, type: .float64) }
    private static let columns = [
        ColumnSchema(name: "date", type: .date, isNullable: true), ColumnSchema(name: "value", type: .int64, role: .identifier),
        ColumnSchema(name: "participants", type: .string), ColumnSchema(name: "dates", type: .string, isNullable: true),
    ] + sumColumns

    package init() { sums = RollupRows.sumColumns.map { _ in [] } }

    package var count: Int { values.count }

    /// The participants of a row's orders.
    package func participants(_ row: Int) -> [Int64] { participants[row] }
    /// The dates that a row sums up; one, unless it is a total.
    package func dates(_ row: Int) -> [Int64] { dates[row] }

    /// Adds a row's sums to others.
    package func add(_ row: Int, to other: inout MeasureSums) {
        for index in 0..<MeasureSums.countCount { other.add(count: index, sums[index][row]) }
        for index in 0..<MeasureSums.realCount { other.add(real: index, ColumnWord.double(of: sums[MeasureSums.countCount + index][row])) }
    }

    package mutating func append(date: Int64, _ cell: RollupCell) {
        append(value: cell.value, participants: cell.participants, dates: [date], cell.sums)
    }

    private mutating func append(value: Int64, participants: [Int64], dates: [Int64], _ sums: MeasureSums) {
        values.append(value)
        self.participants.append(participants)
        self.dates.append(dates)
        for index in self.sums.indices { self.sums[index].append(sums.word(index)) }
    }

    /// Appends the rows of others, each of one date, whose date is wanted.
    package mutating func append(_ other: RollupRows, where isWanted: (_ date: Int64) -> Bool) {
        let rows = (0..<other.count).filter { row in other.dates[row].allSatisfy(isWanted) }
        values += rows.map { other.values[$0] }
        participants.append(other.participants, rows)
        dates.append(other.dates, rows)
        for index in sums.indices { sums[index] += rows.map { other.sums[index][$0] } }
    }

    /// The rows by date and value.
    package var sorted: RollupRows {
        let days = (0..<count).map { dates[$0].first ?? 0 }
        let order = (0..<count).sorted { (days[$0], values[$0]) < (days[$1], values[$1]) }
        var result = RollupRows()
        result.values = order.map { values[$0] }
        result.participants.append(participants, order)
        result.dates.append(dates, order)
        result.sums = sums.map { words in order.map { words[$0] } }
        return result
    }

    /// A row per value, of rows by date and value.
    ///
    /// - Throws: where a sum does not fit in 64 bits.
    package func totals() throws(AnalysisError) -> RollupRows {
        let order = (0..<count).sorted { (values[$0], $0) < (values[$1], $1) }
        var result = RollupRows()
        var first = 0
        while first < order.count {
            let value = values[order[first]]
            let rows = order[first...].prefix { values[$0] == value }
            var sums = MeasureSums()
            for row in rows { add(row, to: &sums) }
            try sums.check("the total of \(value)")
            let participants = Set(rows.flatMap { self.participants[$0] }).sorted()
            result.append(value: value, participants: participants, dates: rows.flatMap { dates[$0] }, sums)
            first = rows.endIndex
        }
        return result
    }

    /// The cell of a row, for shards' rollups, which are taken apart again.
    package func cell(_ row: Int, _ level: RollupCell.Level) -> RollupCell {
        var sums = MeasureSums()
        add(row, to: &sums)
        return RollupCell(level: level, value: values[row], participants: participants[row], sums: sums)
    }
}

extension RollupRows {
    /// The segment of the rows.
    package func image(isTotal: Bool) -> SegmentImage {
        let nulls = ColumnVector([Int64?](repeating: nil, count: count))
        let lists = participants.column(count)
        let days = isTotal ? dates.column(count) : (vector: nulls, strings: [])
        let day = isTotal ? nulls : ColumnVector((0..<count).map { dates[$0].first })
        var writer = SegmentWriter(columns: RollupRows.columns, effort: .quick)
        writer.appendAll([day, ColumnVector(words: values), lists.vector, days.vector] + sums.map { ColumnVector(words: $0) })
        return writer.finish(dictionaries: [[], [], lists.strings, days.strings] + sums.map { _ in [] })
    }

    /// - Throws: `SegmentError`, `FileError`; `AnalysisError` where the table is of another make.
    package init(_ reader: SegmentReader, isTotal: Bool) throws {
        var cache = ColumnCache(reader)
        func words(_ name: String) throws -> [Int64] {
            guard let index = reader.columnIndex(name) else { throw AnalysisError.missingColumn(table: ResultTables.rollup, column: name) }
            return try cache.vector(index).words
        }
        func strings(_ name: String) throws -> [String] { try reader.columnIndex(name).map { try reader.strings($0) } ?? [] }
        values = try words("value")
        participants = try NumberLists(codes: words("participants"), strings("participants"), column: "participants")
        dates = isTotal ? try NumberLists(codes: words("dates"), strings("dates"), column: "dates") : NumberLists(each: try words("date"))
        sums = try RollupRows.sumColumns.map { try words($0.name) }
    }
}

/// A short list of numbers per row, equal ones mostly stored once. In a segment: the numbers in decimal, separated by commas.
private struct NumberLists: Sendable {
    private var codes: [Int64] = []
    private var lists: [[Int64]] = []

    init() {}

    /// One number a row.
    init(each numbers: [Int64]) {
        var codeOfNumber: [Int64: Int64] = [:]
        for number in numbers {
            let code = codeOfNumber[number] ?? Int64(lists.count)
            if Int(code) == lists.count {
                lists.append([number])
                codeOfNumber[number] = code
            }
            codes.append(code)
        }
    }

    init(codes: [Int64], _ strings: [String], column: String) throws(SegmentError) {
        self.codes = codes
        lists = strings.map(NumberLists.numbers)
        guard codes.allSatisfy({ lists.indices.contains(Int($0)) }) else {
            throw SegmentError(.malformed(expected: "codes of the dictionary"), column: column)
        }
    }

    subscript(row: Int) -> [Int64] { lists[Int(codes[row])] }

    /// Reads `1,-2,3`. A plain loop: there are tens of thousands of these texts, and splitting them takes ten times as long.
    private static func numbers(_ text: String) -> [Int64] {
        var numbers: [Int64] = []
        var number: Int64 = 0
        var sign: Int64 = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): sign = -1
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
            default:
                numbers.append(sign &* number)
                (number, sign) = (0, 1)
            }
        }
        if !text.isEmpty { numbers.append(sign &* number) }
        return numbers
    }

    private static func text(_ numbers: [Int64]) -> String {
        var bytes: [UInt8] = []
        for number in numbers {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            if number < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.appendDigits(number.magnitude)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func append(_ list: [Int64]) {
        codes.append(Int64(lists.count))
        lists.append(list)
    }

    mutating func append(_ other: NumberLists, _ rows: [Int]) {
        let first = Int64(lists.count)
        lists += other.lists
        codes += rows.map { first + other.codes[$0] }
    }

    func column(_ count: Int) -> (vector: ColumnVector, strings: [String]) {
        let texts = lists.map(NumberLists.text)
        var column = StringColumn()
        for code in codes { column.append(texts[Int(code)]) }
        return (column.vector, column.strings)
    }
}
