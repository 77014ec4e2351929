import TapeTestSupport
import Testing

@testable import TapeQuery

/// Goal: errors say where and what instead; no text crashes the parser or the binder.
@Suite struct ParserTests {
    static let shape = TableShape(name: "t", stored: ModelTable.columns, key: [("date", .date), ("security_code", .int32)])

    static func error(_ text: String) -> QueryError? {
        do {
            _ = try Binder.plan(Parser.parse(text), shape, .utc, question: text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("SELEC few FROM t", "SELEC", "expected SELECT, not 'SELEC'"),
        ("SELECT few FORM t", "t", "expected FROM, not 't'"),
        ("SELECT few, FROM t", "FROM", "expected an expression, not 'FROM'"),
        ("SELECT feww FROM t", "feww", "the table 't' has no column 'feww'"),
        ("SELECT few FROM t WHERE\n  text = 3", "3", "cannot compare a value of type text with one of type integer"),
        ("SELECT summ(few) FROM t", "summ", "there is no function 'summ'"),
        ("SELECT few, count(*) FROM t", "few", "'few' must be in GROUP BY, or inside an aggregate"),
        ("SELECT count(*) FROM t WHERE sum(few) > 1", "sum(few)", "'sum' is an aggregate; WHERE sees rows, not groups: use HAVING"),
        ("SELECT date FROM t WHERE date > '2024-13-01'", "'2024-13-01'", "'2024-13-01' is no date"),
        ("SELECT few FROM t LIMIT x", "x", "expected a count of rows, not 'x'"),
        ("SELECT few FROM t GROUPBY few", "GROUPBY", "expected the end of the question, not 'GROUPBY'"),
        ("SELECT 'open FROM t", "'", "the text has no closing quote"),
        ("SELECT few + 'a' FROM t", "'a'", "'+' takes numbers, not a value of type text"),
        ("SELECT few FROM t ORDER BY 2", "2", "ORDER BY 2: the list has 1 column"),
        ("SELECT first(few) FROM t", "first(few)", "'first' needs an order, as in first(price BY timestamp)"),
        ("SELECT CAST(few AS integr) FROM t", "integr", "there is no type 'integr'"),
        ("SELECT quantile(few, 2) FROM t", "2", "the share of a quantile must be a number from 0 to 1"),
        ("SELECT few FROM t WHERE few # 3", "#", "a character that means nothing here"),
    ])
    func errorsSayWhereAndWhat(text: String, place: String, message: String) throws {
        let error = try #require(ParserTests.error(text))
        #expect(error.message == message)
        let range = try #require(error.place)
        #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == place)
    }

    @Test func suggestsTheNearestName() {
        #expect(ParserTests.error("SELECT moneey FROM t")?.help == "did you mean 'money'?")
        #expect(ParserTests.error("SELECT cuont(*) FROM t")?.help == "did you mean 'count'?")
    }

    @Test func excerptsMarkThePlace() {
        let text = "SELECT few\nFROM t\nWHERE feew = 1"
        let excerpt = ParserTests.error(text)?.excerpt(of: text)
        #expect(excerpt?.line == "WHERE feew = 1")
        #expect(excerpt?.marker == "      ^^^^")
        let wide = "SELECT '東京', feew FROM orders"
        #expect(QueryError(.syntax, "", place: 17..<21).excerpt(of: wide)?.marker == "               ^^^^", "characters of two columns")
    }

    @Test(arguments: [
        "select FEW, Late_Column from t;", "SELECT \"few\" AS \"a b\", latecolumn x FROM t -- comment", "SELECT /* all */ * FROM t LIMIT 3 OFFSET 2;;",
        "SELECT few AS f, count(*) FROM t GROUP BY f HAVING count(*) > 1 ORDER BY f DESC NULLS FIRST, 2",
        "SELECT few + many * 2 - -3, NOT few BETWEEN 1 AND 2 AND few NOT IN (1, NULL) FROM t WHERE text NOT LIKE 'a''b%'",
        "SELECT sum(few) FILTER (WHERE few > 1), count(DISTINCT text), first(few BY ts) FROM t WHERE ts >= TIMESTAMP '2024-09-05 10:00' AND date = DATE '2024-09-05'",
        "SELECT few::DOUBLE, CAST(money AS DECIMAL(12, 4)), text || 'x' FROM t", "SELECT 1e3, .5, 12345678901234567890, 1.50 FROM t",
    ])
    func readsTheGrammar(text: String) { #expect(ParserTests.error(text) == nil) }

    @Test func nestingIsBounded() {
        for text in [
            "SELECT " + String(repeating: "(", count: 5000) + "1",
            "SELECT " + String(repeating: "- ", count: 5000) + "1 FROM t", "SELECT " + String(repeating: "NOT ", count: 5000) + "flag FROM t",
            "SELECT 1" + String(repeating: " + 1", count: 5000) + " FROM t", "SELECT " + String(repeating: "abs(", count: 5000) + "1",
            "SELECT " + String(repeating: "CASE ", count: 5000) + "1",
        ] { #expect(ParserTests.error(text) != nil) }
        #expect(ParserTests.error("SELECT few FROM t WHERE few = 0" + (1...3000).map { " OR few = \($0)" }.joined()) == nil)
    }

    /// Random words of the grammar, and questions with a word dropped, doubled or swapped: an error or a plan, never a crash.
    @Test func noTextCrashes() {
        var random = SeededGenerator(seed: 4)
        let words = ["SELECT", "FROM", "t", "WHERE", "GROUP", "BY", "ORDER", "LIMIT", "(", ")", ",", "*", "few", "text", "'a'", "1", "1.5", "-", "+", "/", "%",
                     "AND", "OR", "NOT", "IN", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "count", "sum", "DISTINCT", "CAST", "AS", "::", "||",
                     "=", "<", "BETWEEN", "LIKE", "HAVING", "FILTER", "date", "ts", "first", "\"", "'", "/*", "--", ";", "é", "9223372036854775808", "NULLS", "real"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
            _ = ParserTests.error(text)
        }
        var questions = RandomQuestion(random: SeededGenerator(seed: 5))
        for _ in 0..<3000 {
            var parts = questions.question().split(separator: " ").map(String.init)
            let place = Int.random(in: 0..<parts.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: parts.remove(at: place)
            case 1: parts.insert(words.randomElement(using: &random) ?? "", at: place)
            default: parts.swapAt(place, Int.random(in: 0..<parts.count, using: &random))
            }
            _ = ParserTests.error(parts.joined(separator: " "))
        }
    }
}
