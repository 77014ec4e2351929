import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeQuery

/// Goal: every question is answered as the naive engine does, whatever the workers and whether blocks are pruned or not. Method: random questions
/// over random tables; the seed is in the message.
@Suite struct QueryModelTests {
    static func rows(_ result: ResultSet) -> [[Constant]] {
        (0..<result.rowCount).map { row in
            result.columns.map { column in
                switch column.values {
                case .wide(let values): return values[row].map { .wide($0) } ?? .null
                case .words(let vector, let dictionary):
                    guard let word = vector[row] else { return .null }
                    switch column.type {
                    case .string: return .text(dictionary[Int(word)])
                    case .float64: return .real(ColumnWord.double(of: word))
                    default: return .word(word)
                    }
                }
            }
        }
    }

    static func answer(_ text: String, _ table: ModelTable, workers: Int = 1, prunes: Bool = true) throws -> [[Constant]] {
        var options = QueryOptions(workers: workers)
        options.prunes = prunes
        return rows(try Query(text, store: table.store, options: options).run().result)
    }

    /// Range by range of the first key, where the question has one, and piece by piece.
    private static func rangedAnswer(_ text: String, _ table: ModelTable) throws -> [[Constant]] {
        var options = QueryOptions(workers: 2)
        options.forcesRanges = true
        var found: [[Constant]] = []
        try Query(text, store: table.store, options: options).forEachPiece { (answer) throws(QueryError) in found += rows(answer.result) } failing: { $0 }
        return found
    }

    static func expected(_ text: String, _ table: ModelTable) throws -> [[Constant]] {
        let source = try TableSource.find("t", 0..<0, in: table.store)
        let plan = try Binder.plan(Parser.parse(text), source.shape, .utc, question: text)
        return try NaiveEngine(plan: plan).answer(table.rows)
    }

    static func areAlike(_ left: Constant, _ right: Constant) -> Bool {
        guard case .real(let a) = left, case .real(let b) = right else { return left == right || NaiveEngine.wide(left) == NaiveEngine.wide(right) && bothExact(left, right) }
        if a.isNaN || b.isNaN || a.isInfinite || b.isInfinite { return RealOrder(a) == RealOrder(b) }
        return (a - b).magnitude <= 1e-9 * max(1, a.magnitude, b.magnitude)
    }

    private static func bothExact(_ left: Constant, _ right: Constant) -> Bool {
        switch (left, right) {
        case (.word, .wide), (.wide, .word): true
        default: false
        }
    }

    static func check(_ text: String, _ table: ModelTable, _ note: String) {
        let comment = Comment(rawValue: "\(note): \(text)")
        let wanted: [[Constant]]
        do {
            wanted = try expected(text, table)
        } catch let error as QueryError where error.kind == .overflow {
            return
        } catch {
            Issue.record("\(note): \(text): \(error)")
            return
        }
        do {
            let found = try answer(text, table)
            #expect(found.count == wanted.count, comment)
            for (row, (left, right)) in zip(found, wanted).enumerated() where !zip(left, right).allSatisfy({ areAlike($0, $1) }) {
                Issue.record("\(note): \(text): row \(row): \(left), wanted \(right)")
                break
            }
            // One worker is many, to the last bit; and zone maps change nothing.
            for (workers, prunes) in [(4, true), (3, false)] {
                let again = try answer(text, table, workers: workers, prunes: prunes)
                #expect("\(again)" == "\(found)", comment)
            }
            // Neither do ranges and pieces.
            #expect("\(try rangedAnswer(text, table))" == "\(found)", comment)
        } catch let error as QueryError where error.kind == .overflow {
            // Both sides of AND are computed for every row, so that a value may overflow that row by row is not needed.
            return
        } catch {
            Issue.record("\(note): \(text): \(error)")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func answersAsTheNaiveEngineDoes(seed: UInt64) throws {
        let table = try ModelTable(seed: seed, rowCounts: [40, 0, 130, 7, 260])
        var questions = RandomQuestion(random: SeededGenerator(seed: seed &* 77))
        for number in 0..<250 { QueryModelTests.check(questions.question(), table, "seed \(seed), question \(number)") }
    }

    /// Of so many that the store knows what values are in them.
    @Test(arguments: [UInt64(4), 5])
    func answersOverManySegments(seed: UInt64) throws {
        let table = try ModelTable(seed: seed, rowCounts: (0..<24).map { $0 * 7 % 13 })
        var questions = RandomQuestion(random: SeededGenerator(seed: seed &* 79))
        for number in 0..<150 { QueryModelTests.check(questions.question(), table, "seed \(seed), question \(number)") }
    }

    @Test func answersOverSeveralBlocks() throws {
        let table = try ModelTable(seed: 9, rowCounts: [17_000, 300])
        var questions = RandomQuestion(random: SeededGenerator(seed: 10))
        for number in 0..<12 { QueryModelTests.check(questions.question(), table, "seed 9, question \(number)") }
    }
}
