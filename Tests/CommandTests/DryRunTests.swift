import TapeTestSupport
import Testing

/// Goal: a dry run tells every problem of every file and the schema as understood, and stores nothing.
@Suite struct DryRunTests {
    static let header = "timestamp,orderbookid,bid,offer"
    static let good = "1725448941574323178,110621,3360,4000"

    @Test func everyProblemOfEveryFileIsTold() throws {
        let directory = try TemporaryDirectory()
        let bad = (0..<12).map { "x\($0),1,2,3\n" }.joined()
        let files = try [
            ("good.csv", "\(Self.header)\n\(Self.good)\n"), ("rows.csv", "\(Self.header)\n\(bad)\(Self.good)\n"),
            ("header.csv", "alpha,beta\n1,2\n"), ("empty.csv", ""), ("more.csv", "\(Self.header)\n1,2\n"),
        ].map { try directory.write($0.0, $0.1) }
        let store = directory.path + "/store"
        let outcome = try Command.run(["convert"] + files + [directory.path + "/none.csv", "--store", store, "--dry-run"])
        #expect(outcome.code == 65 && outcome.output.isEmpty)
        for message in [
            "\(files[1]):2: column 1 'timestamp': 'x0' is not an integer", "… and 2 more bad rows", "\(files[2]):1: the header fits no schema",
            "\(files[3]): the file is empty", "\(files[4]):2: 2 fields, expected 4 fields", "none.csv: no such file",
            "5 problems, named above", "nbbo: 15 rows read = 1 stored + 13 rejected + 1 exact duplicates",
        ] { #expect(outcome.errors.contains(message), "\(message)\n\(outcome.errors)") }
        #expect(try treeContents(directory.path).keys.sorted() == ["empty.csv", "good.csv", "header.csv", "more.csv", "rows.csv"])
    }

    @Test func theSchemaIsToldAsUnderstood() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("a.csv", "Offer,orderbookid,Time_Stamp,bid\n4000,110621,1725448941574323178,3360\n")
        let outcome = try Command.run("convert", file, "--store", directory.path + "/store", "--dry-run")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("\(file): table 'nbbo'\n"), "\(outcome.errors)")
        #expect(outcome.errors.contains("  timestamp  field 3 'Time_Stamp'\n") && outcome.errors.contains("  not in the file: null\n"))
        #expect(outcome.errors.contains("out (dry run: nothing stored)") && outcome.errors.contains("the disk must have as much free"))
        let json = try Command.run("convert", file, "--store", directory.path + "/store", "--dry-run", "--log-format", "json")
        #expect(json.errors.contains("{\"column\":\"timestamp\",\"type\":\"timestamp\",\"field\":3,\"name\":\"Time_Stamp\"}"), "\(json.errors)")
    }

    @Test func rejectsBeyondTheLimitAreAProblemOfSkipping() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("a.csv", "\(Self.header)\n\(Self.good)\nx,1,2,3\n")
        let store = directory.path + "/store"
        #expect(try Command.run("convert", file, "--store", store, "--dry-run", "--on-error", "skip", "--max-rejects", "1").code == 0)
        let outcome = try Command.run("convert", file, "--store", store, "--dry-run", "--on-error", "skip", "--max-rejects", "0")
        #expect(outcome.code == 65 && outcome.errors.contains("1 of 2 rows rejected"), "\(outcome.errors)")
    }
}
