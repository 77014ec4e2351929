import TapeTestSupport
import Testing

@testable import TapeBytes

/// Goal: settings read as written, with lines; everything that is no plain tree is refused with its line, and nothing crashes.
@Suite struct YAMLTests {
    static func parse(_ text: String) throws(YAMLError) -> YAMLNode { try YAMLNode.parse(Array(text.utf8)) }

    @Test func readsATreeWithLines() throws {
        let node = try YAMLTests.parse("# about\nname: orders\ncolumns:\n  - {name: price, type: 'int32'}\n  - 7\nempty:\n")
        #expect(node == .mapping([
            YAMLEntry(key: "name", keyLine: 2, value: .scalar("orders", line: 2)),
            YAMLEntry(key: "columns", keyLine: 3, value: .sequence([
                .mapping([
                    YAMLEntry(key: "name", keyLine: 4, value: .scalar("price", line: 4)),
                    YAMLEntry(key: "type", keyLine: 4, value: .scalar("int32", line: 4)),
                ], line: 4),
                .scalar("7", line: 5),
            ], line: 4)),
            YAMLEntry(key: "empty", keyLine: 6, value: .scalar("", line: 6)),
        ], line: 2))
    }

    @Test func scalarsStayText() throws {
        let node = try YAMLTests.parse("[yes, 007, 1e5, ~, \"a\\nb\", 'it''s', -9223372036854775808, zwölf]")
        guard case .sequence(let items, _) = node else { Issue.record("no sequence"); return }
        let texts = items.map { item -> String? in if case .scalar(let text, _) = item { text } else { nil } }
        #expect(texts == ["yes", "007", "1e5", "~", "a\nb", "it's", "-9223372036854775808", "zwölf"])
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n"]) func emptyTextIsReadable(text: String) throws {
        switch try YAMLTests.parse(text) {
        case .mapping(let entries, _): #expect(entries.isEmpty)
        case .scalar(let text, _): #expect(text.isEmpty)
        case .sequence: Issue.record("a sequence of nothing")
        }
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "'a' is given twice", 3), ("a: &x 1\n", "anchors are not allowed", 1),
        ("a: &x [1]\n", "anchors are not allowed", 1), ("a: &x {b: 1}\n", "anchors are not allowed", 1),
        ("a: 1\nb: *a\n", "aliases are not allowed", 2), ("a: 1\n---\nb: 2\n", "more than one document", 1),
        ("? [a]\n: 1\n", "a key must be plain text", 1),
    ]) func refuses(text: String, message: String, line: Int) {
        #expect(throws: YAMLError(message: message, line: line)) { try YAMLTests.parse(text) }
    }

    @Test(arguments: ["a: [1\n", "a: }\n", "a: b: c\n", "\ta: 1\n", "a: \"open\n", "- a\nb: 1\n"]) func brokenTextNamesALine(text: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLTests.parse(text) }
        #expect(error.map { $0.line >= 1 && !$0.message.isEmpty } == true)
    }

    @Test func depthIsBounded() throws {
        let depth = YAMLNode.depthMax - 1
        _ = try YAMLTests.parse(String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth))
        #expect(throws: YAMLError(message: "nested deeper than \(YAMLNode.depthMax)", line: 1)) {
            try YAMLTests.parse(String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000))
        }
    }

    @Test func anyBytesGiveATreeOrAnError() {
        var random = SeededGenerator(seed: 11)
        for count in 0..<400 {
            let symbols = Array("ab:- \n[]{},\"'#&*!|>%?\t\r".utf8) + [0, 0x80, 0xC3, 0xBC, 0xFF]
            let text = (0..<(count % 60)).map { _ in symbols[Int(random.next() % UInt64(symbols.count))] }
            do throws(YAMLError) {
                #expect(try YAMLNode.parse(text).line >= 1)
            } catch {
                #expect(error.line >= 1)
            }
        }
    }
}
