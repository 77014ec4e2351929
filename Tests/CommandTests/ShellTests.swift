import TapeBytes
import TapeTestSupport
import Testing

@testable import TapeCommand

/// Goal: what is typed is what the shell reads: keys from bytes in any pieces, editing as in other shells, statements to their `;`.
@Suite struct ShellTests {
    static func keys(_ bytes: [UInt8]) -> [Key] {
        var decoder = KeyDecoder()
        var keys: [Key] = []
        // Byte by byte, as a slow line would.
        for byte in bytes {
            decoder.append([byte])
            while let key = decoder.next() { keys.append(key) }
        }
        return keys
    }

    @Test func keysComeFromBytes() {
        #expect(ShellTests.keys(Array("a\u{1B}[Aé\u{1B}[1;5D\u{1B}OH\u{1B}[3~\u{1B}b\r\u{7F}".utf8))
            == [.text("a"), .up, .text("é"), .wordLeft, .home, .delete, .wordLeft, .enter, .backspace])
        #expect(ShellTests.keys([0x01, 0x05, 0x0B, 0x15, 0x17, 0x19, 0x03, 0x04]) == [
            .home, .end, .killToEnd, .killToStart, .killWord, .yank, .interrupt, .endOfInput,
        ])
        #expect(ShellTests.keys(Array("\u{1B}[99;99z".utf8)) == [.unknown])
    }

    static func typed(_ bytes: String, history: [String] = []) -> LineBuffer {
        var line = LineBuffer(history: history)
        for key in keys(Array(bytes.utf8)) { _ = line.apply(key) }
        return line
    }

    @Test func editing() {
        #expect(ShellTests.typed("selct\u{1B}[D\u{1B}[De\u{05} 1").text == "select 1")
        #expect(ShellTests.typed("one two\u{17}three\u{01}> ").text == "> one three")
        #expect(ShellTests.typed("abc\u{01}\u{0B}x\u{19}\u{19}").text == "xabcabc")
        #expect(ShellTests.typed("abc\u{15}d\u{7F}\u{7F}").text == "")
        #expect(ShellTests.typed("ab\u{01}\u{1B}[3~\u{04}").text == "")
        #expect(ShellTests.typed("x", history: ["first", "second"]).text == "x")
        #expect(ShellTests.typed("x\u{1B}[A\u{1B}[A\u{1B}[A", history: ["first", "second"]).text == "first")
        #expect(ShellTests.typed("x\u{1B}[A\u{1B}[B\u{1B}[B", history: ["first"]).text == "x")
        var empty = LineBuffer(history: [])
        #expect(empty.apply(.endOfInput) == .endOfInput && empty.apply(.interrupt) == .interrupted && empty.apply(.enter) == .done)
    }

    /// Whatever is typed, the cursor stays inside the line.
    @Test func randomKeysKeepTheCursorInside() {
        var random = SeededGenerator(seed: 11)
        var line = LineBuffer(history: ["one", "two words", ""])
        let keys: [Key] = [
            .text("a"), .text(" "), .backspace, .delete, .left, .right, .wordLeft, .wordRight, .home, .end, .up, .down,
            .killToEnd, .killToStart, .killWord, .yank, .endOfInput, .tab,
        ]
        for _ in 0..<20_000 {
            _ = line.apply(keys.randomElement(using: &random) ?? .left)
            #expect((0...line.characters.count).contains(line.cursor))
            if line.characters.count > 200 { line = LineBuffer(history: ["one"]) }
        }
    }

    @Test func statementsEndAtASemicolonOutsideOfText() {
        for text in ["select 1;", "select ';';", "select 1; -- done", "select \";\" ; /* ; */ ", "a;b;"] {
            #expect(StatementEnd.isComplete(text), "\(text)")
        }
        for text in ["select 1", "select ';", "select 1 -- ;", "select /* ;", "select ''';", "; select", "select 1; 2"] {
            #expect(!StatementEnd.isComplete(text), "\(text)")
        }
        #expect(StatementEnd.statements("select ';' ; ;\nselect 2; -- ;\n") == ["select ';' ;", "\nselect 2;"])
    }

    @Test func historyIsKeptAndBounded() throws {
        let directory = try TemporaryDirectory()
        var history = History(directory: directory.path + "/state/tapedeck")
        history.append("select 1\n-- a \\ comment\n;")
        history.append("two;")
        history.append("two;")
        #expect(History(directory: directory.path + "/state/tapedeck").statements == ["select 1\n-- a \\ comment\n;", "two;"])
        let lines = (0..<1500).map { "select \($0);\n" }.joined()
        _ = try directory.write("history", lines)
        var full = History(directory: directory.path)
        full.append("last;")
        #expect(full.statements.count == History.countMax && full.statements.last == "last;")
        #expect(try FileSystem().readAll(directory.path + "/history").filter { $0 == 10 }.count == History.countMax)
        var memory = History(directory: nil)
        memory.append("a;")
        #expect(memory.statements == ["a;"])
    }

    /// At a terminal, from the greeting to the end: an error keeps the shell, and so does Ctrl-C; the history survives.
    @Test func aSession() throws {
        let directory = try MarketTests.make([], workers: 1)
        let store = directory.path + "/store"
        let session = try ShellSession(["--store", store], stateDirectory: directory.path)
        #expect(session.shows("tapedeck> "), "\(session.screen)")
        session.type("by-dat;\r")
        #expect(session.shows("did you mean 'by-date'?") && session.shows("tapedeck> "), "\(session.screen)")
        session.type("\u{1B}[A\u{1B}[De\r")
        #expect(session.shows("2024-09-03") && session.shows("2 rows") && session.shows("tapedeck> "), "\(session.screen)")
        session.type("by-nothing\u{03}")
        #expect(session.shows("^C") && session.shows("tapedeck> "), "\(session.screen)")
        session.type(".timing on\r.format csv\rby-security\r")
        #expect(session.shows("     ...> "), "\(session.screen)")
        session.type(";\r")
        #expect(session.shows("security_code,order_count") && session.shows(" s\r\n") && session.shows("tapedeck> "), "\(session.screen)")
        session.type("\u{04}")
        #expect(session.exitCode() == 0, "\(session.screen)")
        #expect(History(directory: directory.path + "/tapedeck").statements == [
            "by-dat;", "by-date;", ".timing on", ".format csv", "by-security\n;",
        ])
    }

    @Test func withoutATerminalAQuestionIsNeeded() throws {
        let outcome = try Command.run("query", "--store", "/nonexistent")
        #expect(outcome.code == 64 && outcome.errors.contains("there is no question") && outcome.errors.contains("--file"), "\(outcome.errors)")
        let both = try Command.run("query", "summary", "--file", "q.sql")
        #expect(both.code == 64 && both.errors.contains("there are two questions"), "\(both.errors)")
        #expect(try Command.run(["query", "-"], input: "  \n").errors.contains("standard input: the question is empty"))
        #expect(try Command.run("query", "--file", "/nonexistent/q.sql").code == 66)
    }

    @Test func theQuestionMayComeFromAFileOrStandardInput() throws {
        let directory = try MarketTests.make([], workers: 1)
        let store = ["--store", directory.path + "/store"]
        let asked = try Command.run(["query", "by-date"] + store)
        #expect(asked.code == 0 && asked.output.hasPrefix("date,"))
        let file = try directory.write("q.sql", "by-date;\n")
        #expect(try Command.run(["query", "--file", file] + store).output == asked.output)
        let piped = try Command.run(["query", "-", "--timing"] + store, input: "by-date\n")
        #expect(piped.output == asked.output && piped.errors.hasSuffix(" s\n"), "\(piped.errors)")
    }
}
