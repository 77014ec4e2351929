import TapeColumns
import TapeStore

/// The days of a store: which day an instant belongs to. The rule is the domain's.
package struct DayRule: Sendable {
    /// The day, as days since 1970-01-01, of every instant of `start ..< end` (nanoseconds since 1970, UTC).
    package struct Interval: Sendable {
        package var day: Int64
        package var start: Int64
        package var end: Int64

        package init(day: Int64, start: Int64, end: Int64) {
            self.day = day
            self.start = start
            self.end = end
        }
    }

    /// The name that the store remembers, such as `session 19:00`.
    package var name: String
    package var interval: @Sendable (_ containing: Int64) -> Interval

    package init(name: String, interval: @escaping @Sendable (_ containing: Int64) -> Interval) {
        self.name = name
        self.interval = interval
    }
}

/// Finds each row's partition in a batch, and the order that brings rows of one partition together.
struct Partitioner: Sendable {
    private struct KeyPart {
        var column: Int
        var isDay: Bool
        var isString: Bool
    }

    private let parts: [KeyPart]
    private let dayRule: DayRule

    init(_ schema: TableSchema, _ dayRule: DayRule) {
        parts = schema.partitionKey.compactMap { key in
            guard let column = schema.columns.firstIndex(where: { $0.name == key.source }) else { return nil }
            return KeyPart(column: column, isDay: key.isDayOfSource, isString: schema.columns[column].type == .string)
        }
        self.dayRule = dayRule
    }

    /// Rows of a batch by partition: `rows[ranges[i]]` are those of `keys[i]`, in their old order.
    struct Partitioned: Sendable {
        var keys: [PartitionKey]
        var ranges: [Range<Int>]
        var rows: [Int32]
    }

    /// - Parameter dictionaries: what the words of string columns index. Key columns hold no nulls.
    func partition(_ batch: [ColumnVector], _ dictionaries: [[String]]) -> Partitioned {
        let rowCount = batch.first?.count ?? 0
        var codes = [Int64](repeating: 0, count: rowCount)
        var keys: [[PartitionKey.Part]] = [[]]
        for part in parts {
            let words = part.isDay ? days(batch[part.column].words) : batch[part.column].words
            let strings = part.isString ? dictionaries[part.column] : nil
            combine(&codes, &keys, with: words, strings)
        }
        return group(codes, keys.map { PartitionKey($0) })
    }

    private func days(_ instants: [Int64]) -> [Int64] {
        var interval = DayRule.Interval(day: 0, start: 0, end: 0)
        var days = [Int64](repeating: 0, count: instants.count)
        for index in instants.indices {
            let instant = instants[index]
            if instant < interval.start || instant >= interval.end { interval = dayRule.interval(instant) }
            days[index] = interval.day
        }
        return days
    }

    /// Refines codes (indices into `keys`) by one more key part.
    private func combine(
        _ codes: inout [Int64], _ keys: inout [[PartitionKey.Part]], with words: [Int64], _ strings: [String]?
    ) {
        var distinct = WordTable(countMax: max(1, words.count))
        var pairs = WordTable(countMax: max(1, words.count))
        var refined: [[PartitionKey.Part]] = []
        for index in codes.indices {
            guard let code = distinct.code(of: words[index]),
                let pair = pairs.code(of: codes[index] << 32 | Int64(code))
            else { continue }
            if pair == refined.count {
                let part = strings.map { PartitionKey.Part.text($0[Int(words[index])]) } ?? .word(words[index])
                refined.append(keys[Int(codes[index])] + [part])
            }
            codes[index] = Int64(pair)
        }
        keys = refined
    }

    private func group(_ codes: [Int64], _ keys: [PartitionKey]) -> Partitioned {
        var starts = [Int](repeating: 0, count: keys.count + 1)
        for code in codes { starts[Int(code) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var next = starts
        var rows = [Int32](repeating: 0, count: codes.count)
        for row in codes.indices {
            let code = Int(codes[row])
            rows[next[code]] = Int32(row)
            next[code] += 1
        }
        return Partitioned(keys: keys, ranges: keys.indices.map { starts[$0]..<starts[$0 + 1] }, rows: rows)
    }
}
