import TapeColumns
import TapeStore
import TapeTestSupport
import Testing

@testable import TapeQuery

/// Goal: SQL means here what it means elsewhere. Method: random questions over random tables (several partitions, nulls, extremes, duplicates), asked
/// here and of SQLite, must have equal answers. Skipped, with a word, where the `sqlite3` command is not installed.
@Suite struct DifferentialTests {
    static let questionsPerTable = 125

    @Test(arguments: 0..<41) func answersEqualThoseOfSQLite(seed: UInt64) throws {
        guard SQLite.path != nil else { return print("sqlite3 is not installed: the differential test is skipped") }
        var random = SeededGenerator(seed: 0xD1FF + seed)
        let isLarge = seed == 40
        let partitions = isLarge ? [16_500, 3] : (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 1...60, using: &random) }
        let table = RandomTable(partitions: partitions, using: &random)
        let directory = try TemporaryDirectory()
        try table.write(to: directory.path + "/store")
        let store = try Store(path: directory.path + "/store")
        let questions = (0..<(isLarge ? 25 : DifferentialTests.questionsPerTable)).map { RandomQuery(seed: seed << 16 | UInt64($0), table: "r") }
        let theirs = try SQLite.answers(table.statements(table: "r"), questions.map(\.theirs), directory)
        var failures = 0
        for (number, (question, expected)) in zip(questions, theirs).enumerated() {
            var options = QueryOptions(workers: number % 2 == 0 ? 1 : 3)
            options.prunes = number % 5 != 0
            guard let problem = DifferentialTests.difference(question, expected, store, options) else { continue }
            failures += 1
            if failures <= 5 { Issue.record("seed \(seed), question \(number): \(problem)\n  here:   \(question.ours)\n  SQLite: \(question.theirs)") }
        }
        #expect(failures == 0, "seed \(seed): \(failures) of \(questions.count) answers differ")
    }

    /// An answer in pieces is the whole one, and takes a part of the memory that the whole would.
    @Test func piecesAddUpToTheWhole() throws {
        var random = SeededGenerator(seed: 1)
        let directory = try TemporaryDirectory()
        try RandomTable(partitions: [50, 60, 70, 5], using: &random).write(to: directory.path + "/store")
        let store = try Store(path: directory.path + "/store")
        let question = "SELECT id, name FROM r WHERE small > -15"
        let whole = try Query(question, store: store, options: QueryOptions()).run().result
        let small = try Query(question, store: store, options: QueryOptions(workers: 2, memory: 4 * 34 * 80))
        var pieces: [ResultSet] = []
        try small.forEachPiece { (answer) throws(QueryError) in pieces.append(answer.result) } failing: { $0 }
        #expect(pieces.count == 3)
        let rows = pieces.flatMap { piece in (0..<piece.rowCount).map { row in piece.columns.map { DifferentialTests.cell($0, row) } } }
        #expect(rows == (0..<whole.rowCount).map { row in whole.columns.map { DifferentialTests.cell($0, row) } })
    }

    /// What is wrong with our answer; nil where it is SQLite's.
    static func difference(_ question: RandomQuery, _ expected: [[SQLite.Cell]]?, _ store: Store, _ options: QueryOptions) -> String? {
        guard let expected else { return "SQLite refuses the question" }
        let result: ResultSet
        do {
            let query = try Query(question.ours, store: store, options: options)
            result = try options.prunes ? query.run().result : pieces(query)
        } catch {
            return "\(error.kind): \(error.message)"
        }
        var ours = (0..<result.rowCount).map { row in result.columns.map { cell($0, row) } }
        var theirs = expected.map { joined($0, question.isHalved) }
        guard ours.count == theirs.count else { return "\(ours.count) rows here, \(theirs.count) there" }
        if !question.isOrdered {
            ours = sorted(ours)
            theirs = sorted(theirs)
        }
        for (row, (left, right)) in zip(ours, theirs).enumerated() where !(left.count == right.count && zip(left, right).allSatisfy(isSame)) {
            return "row \(row): \(left) here, \(right) there"
        }
        return nil
    }

    /// The answer in pieces, put together.
    private static func pieces(_ query: Query) throws(QueryError) -> ResultSet {
        var pieces: [ResultSet] = []
        try query.forEachPiece { (answer) throws(QueryError) in pieces.append(answer.result) } failing: { $0 }
        let filled = pieces.filter { $0.rowCount > 0 }
        return filled.count == 1 ? filled[0] : pieces.count == 1 ? pieces[0] : ResultSet.concatenated(filled.isEmpty ? pieces : filled)
    }

    private static func cell(_ column: ResultColumn, _ row: Int) -> SQLite.Cell {
        switch column.values {
        case .wide(let values):
            guard let value = values[row] else { return .null }
            // Unsigned numbers are wide here; SQLite has what is left of them above 2⁶³.
            return .integer(isUnsigned(column.name) ? value - (1 << 63) : value)
        case .words(let vector, let dictionary):
            guard let word = vector[row] else { return .null }
            switch column.type {
            case .float64: return .real(ColumnWord.double(of: word))
            case .string: return .text(dictionary[Int(word)])
            default: return .integer(Int128(word))
            }
        }
    }

    /// Whether a column of an answer is the column `u` or its minimum or maximum.
    private static func isUnsigned(_ name: String) -> Bool {
        name == "u" || name.hasPrefix("min(u)") || name.hasPrefix("max(u)")
    }

    /// A row of SQLite's with the halves of sums put together.
    private static func joined(_ row: [SQLite.Cell], _ isHalved: [Bool]) -> [SQLite.Cell] {
        var cells: [SQLite.Cell] = []
        var index = 0
        for halved in isHalved {
            if halved, index + 1 < row.count, case .integer(let high) = row[index], case .integer(let low) = row[index + 1] {
                cells.append(.integer(high << 32 + low))
            } else {
                cells.append(index < row.count ? row[index] : .null)
            }
            index += halved ? 2 : 1
        }
        return cells
    }

    private static func isSame(_ left: SQLite.Cell, _ right: SQLite.Cell) -> Bool {
        switch (left, right) {
        case (.real(let a), .real(let b)): a == b || abs(a - b) <= 1e-12 * max(abs(a), abs(b)) + 1e-12
        case (.real(let a), .integer(let b)), (.integer(let b), .real(let a)): a == Double(b)
        default: left == right
        }
    }

    /// Rows in an order that does not tell an integer from a real of the same value.
    private static func sorted(_ rows: [[SQLite.Cell]]) -> [[SQLite.Cell]] {
        rows.map { (key: $0.map(key).joined(separator: "\u{1F}"), row: $0) }.sorted { $0.key < $1.key }.map(\.row)
    }

    private static func key(_ cell: SQLite.Cell) -> String {
        switch cell {
        case .null: return "-"
        case .integer(let value): return String(value)
        case .real(let value): return Int64(exactly: value).map { String($0) } ?? "\(value)"
        case .text(let text): return "'" + text
        }
    }
}
