import Foundation
import TapeTestSupport

/// Runs the built program, as a user would.
struct Command {
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String

        /// The fields of a CSV answer's row by the header's names.
        func row(_ number: Int) -> [String: String] {
            let lines = output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            guard number + 1 < lines.count else { return [:] }
            return Dictionary(zip(lines[0], lines[number + 1])) { first, _ in first }
        }
    }

    /// Beside the tests' own binary.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("tapedeck")

    static func run(_ arguments: String..., input: String = "") throws -> Outcome { try run(arguments, input: input) }

    static func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let directory = try TemporaryDirectory()
        let outputs = ["out", "err"].map { directory.path + "/" + $0 }
        for path in outputs { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: outputs[0])
        process.standardError = FileHandle(forWritingAtPath: outputs[1])
        let inputPath = try directory.write("in", input)
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        try process.run()
        process.waitUntilExit()
        func text(_ path: String) -> String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }
        return Outcome(code: process.terminationStatus, output: text(outputs[0]), errors: text(outputs[1]))
    }
}
