import TapeTestSupport
import Testing

@testable import TapeCommand

/// Goal: the short way to read a command line never reads it otherwise than the argument parser does.
@Suite struct PlainQueryTests {
    /// Both readings of what follows `tapedeck`; nil where the argument parser refuses the line.
    static func parsed(_ arguments: [String]) -> QueryCommand? { try? TapedeckCommand.parseAsRoot(arguments) as? QueryCommand }

    @Test func readsAsTheArgumentParserDoes() throws {
        let words = [
            "SELECT 1 FROM t", "summary", "--store", "DIR", "--format", "json", "csv", "--null", "-", "--workers", "3", "0", "--timing", "--explain",
            "--raw-times", "--quiet", "--limit", "", "--workers=2",
        ]
        var random = SeededGenerator(seed: 3)
        var plainCount = 0
        for _ in 0..<600 {
            let arguments = ["query"] + (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
            guard let plain = PlainQuery(arguments) else { continue }
            plainCount += 1
            guard let command = PlainQueryTests.parsed(arguments) else {
                Issue.record("only the short way takes \(arguments)")
                continue
            }
            #expect(plain.question == command.question && plain.storePath == command.shared.storePath, "\(arguments)")
            #expect(plain.workers == command.shared.workers && plain.output == command.output.style, "\(arguments)")
            #expect(plain.isTimed == command.timing && plain.explains == command.explain && !command.shared.quiet, "\(arguments)")
        }
        #expect(plainCount > 30)
    }

    @Test func leavesAllElseToTheArgumentParser() {
        for arguments in [
            ["query"], ["query", "-"], ["query", "a", "b"], ["query", "a", "--help"], ["query", "a", "--format", "xml"], ["query", "a", "--workers", "0"],
            ["query", "a", "--store"], ["query", "a", "--limit", "3"], ["inspect", "a"], [], ["query", "a", "--quiet"], ["query", "--", "a"],
        ] { #expect(PlainQuery(arguments) == nil, "\(arguments)") }
    }
}
