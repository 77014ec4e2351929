import TapeBytes
import TapeTestSupport
import Testing

/// Goal: the engine knows no market: with a schema of one's own it stores weather, under keys that could be paths.
@Suite struct WeatherTests {
    static let schema = """
        name: weather
        partition: [{name: day, day_of: time}, {name: station}]
        cluster: [time]
        columns:
          - {name: time, type: timestamp}
          - {name: station, type: string, role: identifier}
          - {name: temperature, type: decimal(1), nullable: true}
          - {name: wet, type: bool}

        """

    @Test func storesWeatherAndRemembersItsSchema() throws {
        let directory = try TemporaryDirectory()
        let schema = try directory.write("weather.yaml", WeatherTests.schema)
        let store = directory.path + "/store"
        let first = try directory.write("first.csv", """
            Station,Time,temperature,wet
            ../../etc,1725448941574323178,21.5,True
            "Zürich, HB",1725448941574323179,-3,0
            ../../etc,1725448941574323100,,false

            """)
        #expect(try Command.run("convert", first, "--schema", schema, "--store", store).code == 0)
        // The store remembers: the second time no schema is named.
        let second = try directory.write("second.csv", "wet,time,station,temperature\n1,1725448941574323101,../../etc,0.1\n")
        let outcome = try Command.run("convert", second, "--store", store)
        #expect(outcome.code == 0 && outcome.errors.contains("weather: 1 rows read = 1 stored"), "\(outcome.errors)")
        let partitions = try Command.run("inspect", "weather", "--partitions", "--store", store)
        #expect(partitions.row(0)["rows"] == "3" && partitions.row(0)["partition"] == "weather/2024-09-05/../../etc")
        #expect(try Command.run("verify", "--store", store).code == 0)
        let other = try directory.write("other.yaml", WeatherTests.schema.replacing("cluster: [time]", with: "cluster: [station]"))
        let third = try directory.write("third.csv", "wet,time,station,temperature\n1,7,A,0.1\n")
        #expect(try Command.run("convert", third, "--schema", other, "--store", store).code == 64)
    }

    @Test func twoSpellingsOfOneCharacterAreTwoKeysAndTwoFiles() throws {
        let directory = try TemporaryDirectory()
        let schema = try directory.write("weather.yaml", WeatherTests.schema)
        let store = directory.path + "/store"
        try FileSystem().createDirectories(directory.path + "/input")
        for (row, name) in ["caf\u{E9}", "cafe\u{301}"].enumerated() {
            _ = try directory.write("input/\(name).csv", "time,station,temperature,wet\n\(row),caf\u{E9},1,0\n\(row),cafe\u{301},2,0\n")
        }
        for round in 0..<2 {
            let outcome = try Command.run("convert", directory.path + "/input", "--schema", schema, "--store", store)
            #expect(outcome.code == 0 && outcome.errors.contains(round == 0 ? "2 files, 4 rows read = 4 stored" : "0 files"), "\(outcome.errors)")
            #expect(try Command.run("verify", "--store", store).code == 0)
            let answer = try Command.run("query", "SELECT station, count(*) FROM weather GROUP BY 1", "--store", store, "--format", "csv")
            #expect(answer.output == "station,count(*)\ncafe\u{301},2\ncaf\u{E9},2\n", "\(answer.output)")
        }
    }

    @Test func rowsThatDifferInTheirPositionsAloneAreDuplicatesInAnyOrder() throws {
        let directory = try TemporaryDirectory()
        let schema = try directory.write("t.yaml", """
            name: t
            cluster: [time, place]
            columns:
              - {name: time, type: int64}
              - {name: place, type: int64, optional: true, default: position}
              - {name: value, type: int64}

            """)
        let rows = ["1,1,5", "1,2,6", "1,3,5"]
        for (number, order) in [[0, 1, 2], [2, 0, 1], [1, 2, 0]].enumerated() {
            let csv = try directory.write("\(number).csv", "time,place,value\n" + order.map { rows[$0] + "\n" }.joined())
            let store = directory.path + "/store\(number)"
            let outcome = try Command.run("convert", csv, "--schema", schema, "--store", store)
            #expect(outcome.code == 0 && outcome.errors.contains("3 rows read = 2 stored + 0 rejected + 1 exact duplicates"), "\(outcome.errors)")
            #expect(try Command.run("query", "SELECT * FROM t", "--store", store, "--format", "csv").output == "time,place,value\n1,2,6\n1,3,5\n")
        }
    }

    @Test func aSegmentEndsBeforeItsTextsAreTooLargeToBeRead() throws {
        let directory = try TemporaryDirectory()
        let schema = try directory.write("t.yaml", "name: t\ncolumns:\n  - {name: n, type: int64}\n  - {name: text, type: string}\n")
        let padding = String(repeating: "x", count: 8200)
        let csv = try directory.write("long.csv", "n,text\n" + (0..<9000).map { "\($0),\($0)\(padding)\n" }.joined())
        let store = directory.path + "/store"
        #expect(try Command.run("convert", csv, "--schema", schema, "--store", store, "--quiet").code == 0)
        #expect(try Command.run("verify", "--store", store).code == 0)
        #expect(try Command.run("inspect", "t", "--partitions", "--store", store, "--format", "csv").row(0)["segments"] == "2")
        #expect(try Command.run("query", "SELECT count(DISTINCT text), max(n) FROM t", "--store", store, "--format", "csv").output.hasSuffix("9000,8999\n"))
    }

    @Test func aTableWhoseFilesHaveNoRowsIsThereAndEmpty() throws {
        let directory = try TemporaryDirectory()
        let schema = try directory.write("weather.yaml", WeatherTests.schema)
        let csv = try directory.write("none.csv", "time,station,temperature,wet\n")
        let store = directory.path + "/store"
        #expect(try Command.run("convert", csv, "--schema", schema, "--store", store).code == 0)
        for (question, answer) in [
            ("SELECT count(*), max(temperature) FROM weather", "count(*),max(temperature)\n0,\n"),
            ("SELECT station, count(*) FROM weather WHERE day > DATE '2024-01-01' GROUP BY 1", "station,count(*)\n"),
            ("SELECT station, wet FROM weather ORDER BY time LIMIT 3", "station,wet\n"),
        ] {
            let outcome = try Command.run("query", question, "--store", store, "--format", "csv")
            #expect(outcome.code == 0 && outcome.output == answer, "\(question): \(outcome.output) \(outcome.errors)")
        }
    }

    @Test func aSchemaTooLargeForTheStoreIsRefused() throws {
        let directory = try TemporaryDirectory()
        let columns = (0..<4097).map { "c\($0)" }
        let wide = try directory.write("wide.yaml", "name: wide\ncolumns:\n" + columns.map { "  - {name: \($0), type: int64}\n" }.joined())
        let deep = try directory.write("deep.yaml", "name: deep\npartition: [{name: c0}, {name: c1}, {name: c2}]\ncolumns:\n"
            + columns.prefix(3).map { "  - {name: \($0), type: int64}\n" }.joined())
        let csv = try directory.write("a.csv", "c0,c1,c2\n1,2,3\n")
        for (schema, message) in [(wide, "4097 columns; a table has at most 4096"), (deep, "3 partition columns; a table has at most 2")] {
            let outcome = try Command.run("convert", csv, "--schema", schema, "--store", directory.path + "/store")
            #expect(outcome.code == 64 && outcome.errors.contains(message), "\(outcome.errors)")
        }
    }
}
