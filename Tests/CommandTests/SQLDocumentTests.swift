import TapeBytes
import Testing

/// Goal: the examples of docs/sql.md are true. Method: each is asked of the market that the document says, and must have the answer that stands there.
@Suite struct SQLDocumentTests {
    /// The questions and the answers that stand behind them.
    static func examples() throws -> [(question: String, answer: String)] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let document = String(decoding: try FileSystem().readAll("/" + root + "/docs/sql.md"), as: UTF8.self)
        let blocks = document.split(separator: "```", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        return zip(blocks, blocks.dropFirst()).filter { $0.hasPrefix("sql\n") && $1.hasPrefix("text\n") }
            .map { (String($0.dropFirst(4)), String($1.dropFirst(5))) }
    }

    @Test func everyExampleHasTheAnswerThatStandsThere() throws {
        let directory = try MarketTests.make([], workers: 2)
        let examples = try SQLDocumentTests.examples()
        #expect(examples.count >= 6)
        for (question, answer) in examples {
            let outcome = try Command.run("query", question, "--store", directory.path + "/store", "--format", "table")
            #expect(outcome.code == 0 && outcome.output == answer, "\(question)\n\(outcome.errors)\(outcome.output)")
        }
    }

    @Test func errorsShowThePlace() throws {
        let directory = try MarketTests.make([], workers: 1)
        let store = directory.path + "/store"
        let outcome = try Command.run("query", "SELECT participant_id,\n\tsum(quantiy)\nFROM trades GROUP BY 1", "--store", store)
        #expect(outcome.code == 64 && outcome.output.isEmpty)
        #expect(outcome.errors == """
            tapedeck: the table 'trades' has no column 'quantiy'
               sum(quantiy)
                   ^^^^^^^
              help: did you mean 'quantity'?

            """, "\(outcome.errors)")
        let misspelt = try Command.run("query", "SELEC 1 FROM trades", "--store", store)
        #expect(misspelt.code == 64 && misspelt.errors.contains("expected SELECT, not 'SELEC'\n  SELEC 1 FROM trades\n  ^^^^^\n"), "\(misspelt.errors)")
    }
}
