import Foundation
import TapeTestSupport

/// Asks SQLite's command many questions at once.
enum SQLite {
    /// A value as SQLite tells it.
    enum Cell: Hashable {
        case null
        case integer(Int128)
        case real(Double)
        case text(String)
    }

    /// Where the command is; nil where it is not installed.
    static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/sqlite3" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// The rows of each answer; nil for a question that SQLite refuses.
    static func answers(_ setup: String, _ questions: [String], _ directory: TemporaryDirectory) throws -> [[[Cell]]?] {
        var script = "PRAGMA case_sensitive_like = ON;\n" + setup + ".mode quote\n.separator \"\u{1F}\" \"\u{1E}\"\n"
        for (index, question) in questions.enumerated() {
            script += ".print \u{1D}\(index)\u{1E}\n\(question);\n.print \u{1D}end\u{1E}\n"
        }
        let input = try directory.write("script.sql", script)
        _ = try directory.write("answers", "")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "")
        process.arguments = ["-batch", ":memory:"]
        process.standardInput = FileHandle(forReadingAtPath: input)
        process.standardOutput = FileHandle(forWritingAtPath: directory.path + "/answers")
        let errors = try directory.write("errors", "")
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        let output = FileManager.default.contents(atPath: directory.path + "/answers") ?? Data()
        let refused = String(decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self)
        if !refused.isEmpty { print("SQLite: \(refused.prefix(600))") }
        return parse([UInt8](output), questions.count, hasErrors: !refused.isEmpty)
    }

    /// Answers are between marks; a question that was refused has no rows, and is told by the errors alone: then no answer without rows is trusted.
    private static func parse(_ bytes: [UInt8], _ count: Int, hasErrors: Bool) -> [[[Cell]]?] {
        var answers: [[[Cell]]?] = []
        for part in bytes.split(separator: 0x1D) {
            var lines = part.split(separator: 0x1E, omittingEmptySubsequences: false).map { $0.first == 10 ? $0.dropFirst() : $0 }
            guard lines.first.map({ Int(String(decoding: $0, as: UTF8.self)) != nil }) == true else { continue }
            lines.removeFirst()
            if lines.last?.isEmpty == true { lines.removeLast() }
            answers.append(lines.map { $0.split(separator: 0x1F, omittingEmptySubsequences: false).map(cell) })
        }
        precondition(answers.count == count, "\(answers.count) answers to \(count) questions")
        return answers.map { hasErrors && $0?.isEmpty == true ? nil : $0 }
    }

    private static func cell(_ bytes: ArraySlice<UInt8>) -> Cell {
        let text = String(decoding: bytes, as: UTF8.self)
        if text == "NULL" { return .null }
        if text.hasPrefix("'") { return .text(String(text.dropFirst().dropLast()).replacingOccurrences(of: "''", with: "'")) }
        if let integer = Int128(text) { return .integer(integer) }
        return .real(text == "9.0e+999" || text == "Inf" ? .infinity : text == "-9.0e+999" || text == "-Inf" ? -.infinity : Double(text) ?? .nan)
    }
}
