import TapeBytes
import TapeTestSupport
import Testing

/// Goal: convert says what it does as docs/cli.md promises: progress, log lines, warnings and causes, on standard error and in the form asked for.
@Suite struct ConvertReportTests {
    static let header = "timestamp,orderbookid,bid,offer"
    static let row = "1725448941574323178,110621,3360,4000"

    @Test func quotesOfOneTimeKeepTheirFilesOrder() throws {
        let directory = try TemporaryDirectory()
        let (file, store) = (directory.path + "/quotes.csv", directory.path + "/store")
        let rows = [(1, 10), (1, 30), (1, 10), (0, 1), (1, 5), (1, 30)].map { "\(1_725_240_000_000_000_000 + $0.0),101,\($0.1),\($0.1 + 10)\n" }
        try overwrite(file, Array(("timestamp,orderbookid,bid,offer\n" + rows.joined()).utf8))
        let outcome = try Command.run("convert", file, "--store", store)
        #expect(outcome.errors.contains("6 rows read = 4 stored + 0 rejected + 2 exact duplicates"), "\(outcome.errors)")
        #expect(try Command.run("query", "SELECT bid FROM nbbo", "--store", store, "--format", "csv").output == "bid\n1\n10\n5\n30\n")
    }

    @Test func theSummaryCountsEverything() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("a.csv", "\(Self.header)\n\(Self.row)\n\(Self.row)\n")
        let outcome = try Command.run("convert", file, "--store", directory.path + "/store", "--verbose")
        #expect(outcome.code == 0 && outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n").map(String.init)
        try #require(lines.count == 4)
        #expect(lines[0] == "\(file): table 'nbbo', 2 rows read, 0 rejected")
        #expect(lines[1].hasPrefix("nbbo: 2 rows read = 1 stored + 0 rejected + 1 exact duplicates; 1 partition, "), "\(lines)")
        #expect(lines[2] == "  1 to 1 rows |######################################## 1")
        #expect(lines[3].hasPrefix("1 file, 2 rows read = 1 stored + 0 rejected + 1 exact duplicates; 1 partition, \(Self.header.count + 2 * Self.row.count + 3) bytes in, "), "\(lines)")
        #expect(lines.last?.contains(" MB/s, peak memory ") == true)
        let quiet = try Command.run("convert", file, "--store", directory.path + "/other", "--quiet", "--progress", "json")
        #expect(quiet.code == 0 && quiet.errors.isEmpty && quiet.output.isEmpty)
    }

    @Test func logsAndProgressAreObjectsIfAskedFor() throws {
        let directory = try TemporaryDirectory()
        let text = "\(Self.header),note\n\(Self.row),x\n"
        let file = try directory.write("a.csv", text)
        let outcome = try Command.run(
            "convert", file, "--store", directory.path + "/store", "--progress", "json", "--log-format", "json")
        let lines = outcome.errors.split(separator: "\n").map(String.init)
        #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("{\"event\":\"") && $0.hasSuffix("}") }, "\(outcome.errors)")
        #expect(lines.first?.hasPrefix("{\"event\":\"progress\",\"bytes_read\":\(text.count),\"bytes_total\":\(text.count),\"rows_read\":1,") == true)
        #expect(lines.contains { $0.contains("\"level\":\"warning\"") && $0.contains("kept out: note") })
        #expect(lines.contains { $0.contains("\"partition_sizes\":[{\"rows_min\":1,\"rows_max\":1,\"partitions\":1}]") })
        let wrong = try Command.run("convert", directory.path + "/none.csv", "--store", directory.path + "/store", "--log-format", "json")
        #expect(wrong.code == 66)
        #expect(wrong.errors.hasPrefix("{\"event\":\"log\",\"level\":\"error\",\"message\":\"\(directory.path)/none.csv: no such file or folder\",\"code\":66"))
    }

    @Test func oneWarningNamesTheColumnsKeptOut() throws {
        let directory = try TemporaryDirectory()
        try FileSystem().createDirectories(directory.path + "/in")
        for name in ["a", "b", "c"] {
            _ = try directory.write("in/\(name).csv", "\(Self.header),zulu,yank\n\(Self.row),\(name),1\n")
        }
        let outcome = try Command.run("convert", directory.path + "/in", "--store", directory.path + "/store")
        let warnings = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
        #expect(warnings == [
            "warning: \(directory.path)/in/a.csv and 2 other files: columns that the schema does not know are kept out: zulu, yank",
        ])
    }

    @Test func errorsTellTheirCausesIfAskedFor() throws {
        let arguments = ["convert", "/dev/null", "--store", "/proc/nowhere"]
        let plain = try Command.run(arguments)
        #expect(plain.code == 73 && !plain.errors.contains("cause:") && !plain.errors.contains("\u{1B}"), "\(plain.errors)")
        let verbose = try Command.run(arguments + ["--verbose", "--color", "always"])
        #expect(verbose.errors.hasPrefix("\u{1B}[1;31mtapedeck:\u{1B}[0m "))
        #expect(verbose.errors.contains("  cause: the store at /proc/nowhere\n  cause: the system call for createDirectory on /proc/nowhere"))
    }
}
