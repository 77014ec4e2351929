import Glibc
import TapeBytes
import TapeTestSupport
import Testing

/// Goal: each kind of wrong input gives one clear message, the exit code of docs/cli.md, and a store as it was.
@Suite struct BadInputTests {
    static let header = "timestamp,orderbookid,bid,offer"
    static let good = "1725448941574323178,110621,3360,4000"

    /// The body of an nbbo file, the exit code's message, and where it must point.
    static let files: [(name: String, text: String, message: String)] = [
        ("bad integer", "\(header)\n1725448941574323178,110621,33x0,4000\n", ":2: column 3 'bid': '33x0' is not an integer"),
        ("exponent", "\(header)\n1.7e18,110621,3360,4000\n", ":2: column 1 'timestamp': '1.7e18' is not an integer"),
        ("fraction", "\(header)\n\(good)\n1725448941574323178,110621,3360.5,4000\n", ":3: column 3 'bid': '3360.5' is not an integer"),
        ("too few fields", "\(header)\n\(good)\n1,2,3\n", ":3: 3 fields, expected 4 fields"),
        ("too many fields", "\(header)\n1,2,3,4,5\n", ":2: 5 fields, expected 4 fields"),
        ("unclosed quote", "\(header)\n1725448941574323178,110621,\"3360,4000\n", ":2: a quote is not closed"),
        ("missing value", "\(header)\n,110621,3360,4000\n", ":2: column 1 'timestamp': empty"),
        ("out of range", "\(header)\n1725448941574323178,110621,3360,99999999999\n", ":2: column 4 'offer': '99999999999' is out of range"),
        ("beyond 64 bits", "\(header)\n99999999999999999999,110621,3360,1\n", ":2: column 1 'timestamp': '99999999999999999999' is out of range"),
        ("no schema", "alpha,beta\n1,2\n", ":1: the header fits no schema"),
        ("empty file", "", "the file is empty"),
        ("NUL bytes", "\(header)\n\0\0,110621,3360,4000\n", ":2: column 1 'timestamp'"),
        ("two of a column", "timestamp,orderbookid,bid,ask,askprice\n1,2,3,4,5\n", ":1: several columns are 'offer'"),
    ]

    @Test(arguments: files.indices) func aBadFileChangesNothing(index: Int) throws {
        let file = BadInputTests.files[index]
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let first = try directory.write("good.csv", "\(BadInputTests.header)\n\(BadInputTests.good)\n")
        #expect(try Command.run("convert", first, "--store", store).code == 0)
        let before = try treeContents(store)
        let bad = try directory.write("bad.csv", file.text)
        let outcome = try Command.run("convert", bad, "--store", store)
        #expect(outcome.code == 65, "\(file.name)")
        #expect(outcome.errors.hasPrefix("tapedeck: \(bad)"), "\(outcome.errors)")
        #expect(outcome.errors.contains(file.message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(try treeContents(store) == before, "\(file.name)")
    }

    @Test func linksThatLeadBackAreNotFollowedAndBrokenOnesAreErrors() throws {
        let directory = try TemporaryDirectory()
        let files = FileSystem()
        try files.createDirectories(directory.path + "/input/deep")
        _ = try directory.write("input/deep/a.csv", "\(BadInputTests.header)\n\(BadInputTests.good)\n")
        func link(_ target: String, _ name: String) { #expect(unsafe symlink(target, directory.path + "/input/" + name) == 0) }
        link("..", "deep/up")
        link("self", "self")
        let outcome = try Command.run("convert", directory.path + "/input", "--store", directory.path + "/store")
        #expect(outcome.code == 0 && outcome.errors.contains("1 file, 1 rows read = 1 stored"), "\(outcome.errors)")
        link("nowhere", "b.csv")
        let broken = try Command.run("convert", directory.path + "/input", "--store", directory.path + "/store")
        #expect(broken.code == 66 && broken.errors.contains("/input/b.csv: No such file"), "\(broken.errors)")
    }

    @Test func nothingIsStoredWhoseRejectsCannotBeWritten() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let csv = try directory.write("bad.csv", "\(BadInputTests.header)\n\(BadInputTests.good)\nx,1,2,3\n")
        func convert(_ rejects: String) throws -> Command.Outcome {
            try Command.run("convert", csv, "--store", store, "--on-error", "skip", "--max-rejects", "5", "--rejects", rejects)
        }
        let full = try convert("/dev/full")
        #expect(full.code == 73 && full.errors.contains("--rejects: /dev/full: No space left on device; nothing was stored"), "\(full.errors)")
        #expect(try Command.run("query", "SELECT 1 FROM nbbo", "--store", store).code == 66)
        let good = try convert(directory.path + "/rejects.csv")
        #expect(good.code == 0 && good.errors.contains("2 rows read = 1 stored + 1 rejected"), "\(good.errors)")
        #expect(String(decoding: try FileSystem().readAll(directory.path + "/rejects.csv"), as: UTF8.self).contains(",x,"))
    }

    @Test func tooManyRejectsAreShown() throws {
        let directory = try TemporaryDirectory()
        let csv = try directory.write("bad.csv", "\(BadInputTests.header)\n" + (0..<12).map { "x\($0),1,2,3\n" }.joined())
        for limit in ["3", "50%"] {
            let outcome = try Command.run("convert", csv, "--store", directory.path + "/store", "--on-error", "skip", "--max-rejects", limit)
            #expect(outcome.code == 65 && outcome.errors.contains("12 of 12 rows rejected"), "\(outcome.errors)")
            #expect(outcome.errors.contains("\(csv):2: column 1 'timestamp': 'x0' is not an integer"), "\(outcome.errors)")
            #expect(outcome.errors.contains("'x9'") && !outcome.errors.contains("'x10'"), "\(outcome.errors)")
        }
    }

    @Test func aRecordIsTooLongWhateverTheChunks() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "7", count: 17 << 20)
        let csv = try directory.write("long.csv", "\(BadInputTests.header)\n\(BadInputTests.good)\n\(long),1,2,3\n\(BadInputTests.good)\n")
        for size in ["1MiB", "4MiB", "64MiB"] {
            let outcome = try Command.run("convert", csv, "--store", directory.path + "/store", "--chunk-size", size)
            #expect(outcome.code == 65 && outcome.errors.contains(":3: a record of more than 16.8 MB"), "\(size): \(outcome.errors.prefix(300))")
        }
    }

    @Test func aFailedFirstConvertLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        let bad = try directory.write("bad.csv", "alpha\n1\n")
        #expect(try Command.run("convert", bad, "--store", directory.path + "/store").code == 65)
        #expect(try treeContents(directory.path).keys.sorted() == ["bad.csv"])
    }

    @Test func aRejectsFileIsNoInputAndStaysWhereNothingIsRead() throws {
        let directory = try TemporaryDirectory()
        let (store, rejects) = (directory.path + "/store", directory.path + "/rejects.csv")
        let file = try directory.write("a.csv", "timestamp,orderbookid,bid,offer\n1725448941574323178,110621,3360,4000\nbad,1,2,3\n")
        let arguments = ["convert", file, "--store", store, "--on-error", "skip", "--max-rejects", "50%", "--rejects"]
        let refused = try Command.run(arguments + [directory.path + "/../" + (directory.path.split(separator: "/").last ?? "") + "/a.csv"])
        #expect(refused.code == 64 && refused.errors.contains("one of the files to be read"), "\(refused.errors)")
        #expect(try Command.run(arguments + [rejects]).code == 0)
        let written = try FileSystem().readAll(rejects)
        #expect(written.count(where: { $0 == 10 }) == 2)
        #expect(try Command.run(arguments + [rejects]).errors.contains("skipped"))
        #expect(try FileSystem().readAll(rejects) == written)
    }

    @Test func aStrayQuoteCostsEachLineThatItHides() throws {
        let directory = try TemporaryDirectory()
        let rows = (0..<100).map { "\(1_725_448_941_574_323_178 + $0),110621,\($0 == 10 || $0 == 59 ? "3\"" : "3360"),4000\n" }
        let file = try directory.write("a.csv", "timestamp,orderbookid,bid,offer\n" + rows.joined())
        let arguments = ["convert", file, "--store", directory.path + "/store", "--on-error", "skip"]
        #expect(try Command.run(arguments).errors.contains("50 of 100 rows rejected"))
        #expect(try Command.run(arguments + ["--max-rejects", "50"]).errors.contains("100 rows read = 50 stored + 50 rejected"))
    }

    @Test(arguments: ["catalog", "files", "ingest", "CURRENT", "partitions"]) func storesHaveNamesOfTheirOwn(name: String) throws {
        let directory = try TemporaryDirectory()
        let schema = try directory.write("s.yaml", "name: \(name)\ncolumns: [{name: a, type: string}]\n")
        let file = try directory.write("a.csv", "a\n1\n")
        let outcome = try Command.run("convert", file, "--schema", schema, "--store", directory.path + "/store")
        #expect(outcome.code == 64 && outcome.errors.contains("no table may be called '\(name)'"), "\(outcome.errors)")
    }

    @Test func aLostCurrentIsNoNewStore() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let file = try directory.write("a.csv", "timestamp,orderbookid,bid,offer\n1725448941574323178,110621,3360,4000\n")
        #expect(try Command.run("convert", file, "--store", store).code == 0)
        try FileSystem().remove(store + "/CURRENT")
        let before = try treeContents(store)
        let other = try directory.write("b.csv", "timestamp,orderbookid,bid,offer\n1725448941574323179,110621,3361,4001\n")
        for arguments in [["convert", other, "--store", store], ["query", "SELECT count(*) FROM nbbo", "--store", store]] {
            let outcome = try Command.run(arguments)
            #expect(outcome.code == 65 && outcome.errors.contains("CURRENT: no such file"), "\(outcome.errors)")
        }
        #expect(try treeContents(store) == before)
    }

    @Test func skippedRowsAreSetAsideAndCounted() throws {
        let directory = try TemporaryDirectory()
        let text = "\(BadInputTests.header)\n\(BadInputTests.good)\nx,1,2,3\n\(BadInputTests.good)\n1,2\n"
        let file = try directory.write("mixed.csv", text)
        let rejects = directory.path + "/rejects.csv"
        let outcome = try Command.run(
            "convert", file, "--store", directory.path + "/store", "--on-error", "skip", "--rejects", rejects, "--max-rejects", "50%")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("nbbo: 4 rows read = 1 stored + 2 rejected + 1 exact duplicates"))
        let lines = String(decoding: try #require(try treeContents(directory.path)["rejects.csv"]), as: UTF8.self).split(separator: "\n")
        #expect(lines == [
            "file,line,byte,column,kind,expected,value,row",
            "\(file),3,69,timestamp,bad_value,an integer (ns since 1970),x,\"x,1,2,3\"",
            "\(file),5,114,,too_few_fields,4 fields,2 fields,\"1,2\"",
        ])
        let strict = try Command.run("convert", file, "--store", directory.path + "/other", "--on-error", "skip")
        #expect(strict.code == 65 && strict.errors.contains("2 of 4 rows rejected"))
    }

    @Test func missingThingsAreNamed() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        #expect(try Command.run("convert", directory.path + "/nope.csv", "--store", store).code == 66)
        #expect(try Command.run("convert", directory.path, "--store", store).code == 66)
        #expect(try Command.run("query", "by-participant", "--store", store).code == 66)
        #expect(try Command.run("inspect", "--store", store).code == 66)
        #expect(try Command.run("query", "by-particpant", "--store", store).errors.contains("did you mean 'by-participant'?"))
        #expect(try Command.run("convert", "x.csv", "--no-such-option").code == 64)
        #expect(try Command.run("convert", "x.csv", "--workers", "0").code == 64)
    }

    @Test func damagedAndNewerSegmentsAreNamed() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let file = try directory.write("good.csv", "\(BadInputTests.header)\n\(BadInputTests.good)\n")
        #expect(try Command.run("convert", file, "--store", store).code == 0)
        let segment = try #require(try treeContents(store).first { $0.key.hasPrefix("nbbo/") })
        func verify(_ bytes: [UInt8]) throws -> Command.Outcome {
            _ = try directory.write("store/" + segment.key, "")
            try overwrite(store + "/" + segment.key, bytes)
            return try Command.run("verify", "--store", store)
        }
        let cut = try verify(Array(segment.value.dropLast(10)))
        #expect(cut.code == 65 && cut.errors.contains("nbbo, 2024-09-05, 110621"), "\(cut.errors)")
        var newer = segment.value
        newer[8] = 9
        let outcome = try verify(newer)
        #expect(outcome.code == 65 && outcome.errors.contains("format version 9, but this program reads up to 1"), "\(outcome.errors)")
        #expect(try verify(segment.value).code == 0)
    }
}
