import Foundation
import TapeTestSupport
import Tapedeck
import Testing

/// Goal: what the library promises to programs that embed it, seen from outside: only its public names are used here.
@Suite struct LibraryTests {
    static let schema = """
        name: weather
        partition: [{name: station}]
        cluster: [time]
        columns:
          - {name: time, type: timestamp}
          - {name: station, type: string, role: identifier}
          - {name: temperature, type: decimal(1), nullable: true}
          - {name: wet, type: bool}
          - {name: pressure, type: float64}
          - {name: day, type: date}

        """

    static func store(_ directory: TemporaryDirectory) throws -> Store {
        let file = try directory.write("weather.csv", """
            time,station,temperature,wet,pressure,day
            1725448941574323178,Bern,21.5,true,951.25,2024-09-04
            1725448941574323179,Bern,,false,-0.5,2024-09-04
            1725448941574323180,Genf,-3.0,true,1000,2024-09-05

            """)
        var options = ConversionOptions()
        options.schemas = [schema]
        let conversion = try Store.convert([file], into: directory.path + "/store", options: options)
        #expect(conversion.rowsRead == 3 && conversion.rowsStored == 3 && conversion.rowsRejected == 0 && conversion.duplicates == 0)
        return try Store(path: directory.path + "/store")
    }

    @Test func tablesAndPartitions() throws {
        let directory = try TemporaryDirectory()
        let table = try #require(try LibraryTests.store(directory).tables.first { $0.name == "weather" })
        #expect(table.rowCount == 3 && table.partitions.map(\.key) == [["Bern"], ["Genf"]] && table.partitions.map(\.rowCount) == [2, 1])
    }

    @Test func answersHaveTypedColumns() throws {
        let directory = try TemporaryDirectory()
        let store = try LibraryTests.store(directory)
        let answer = try store.query("SELECT station, temperature, wet, pressure, day, time FROM weather ORDER BY time")
        #expect(answer.rowCount == 3 && answer.columns.map(\.kind) == [.text, .decimal(scale: 1), .boolean, .real, .date, .time])
        #expect(answer.columns.map { $0[0].description } == [
            "Bern", "21.5", "true", "951.25", "2024-09-04", "2024-09-04T21:22:21.574323178+10:00",
        ])
        #expect(answer.columns[1][1] == .null && answer.columns[1].isNull(1) && answer.columns[1].hasNulls && !answer.columns[2].hasNulls)
        #expect(answer.columns[0].isIdentifier && answer.column("TEMPERATURE")?[2] == .decimal(digits: -30, scale: 1))
        #expect(answer.columns[3].withReals { $0[1] } == -0.5 && answer.columns[3].withIntegers { _ in 0 } == nil)
        #expect(answer.columns[5].withIntegers { times in times.indices.map { times[$0] }.last } == 1_725_448_941_574_323_180)
        #expect(answer.columns[0].withTexts { indices, texts in texts[Int(indices[2])] } == "Genf")
    }

    @Test func sumsHave128Bits() throws {
        let directory = try TemporaryDirectory()
        let sums = try LibraryTests.store(directory).query("SELECT sum(temperature) AS s, sum(9223372036854775807) AS big FROM weather")
        #expect(sums.columns.map(\.kind) == [.sum(scale: 1), .sum(scale: 0)])
        #expect(sums.columns[0][0].description == "18.5" && sums.columns[1].withSums { $0[0] } == 3 * Int128(Int64.max))
        #expect(sums.csv == "s,big\n18.5,27670116110564327421\n")
    }

    @Test func partitionsAreRead() throws {
        let directory = try TemporaryDirectory()
        let store = try LibraryTests.store(directory)
        let partition = try #require(store.tables.first { $0.name == "weather" }?.partitions.first)
        var rows: [String] = []
        try store.read(partition, columns: ["temperature", "wet"]) { answer in
            for row in 0..<answer.rowCount { rows.append(answer.columns.map { $0[row].description }.joined(separator: "|")) }
        }
        #expect(rows == ["21.5|true", "|false"])
        #expect(throws: TapedeckError.self) { try store.read(partition, columns: ["humidity"]) { _ in } }
    }

    @Test func errorsSayWhatIsWrong() throws {
        let directory = try TemporaryDirectory()
        let store = try LibraryTests.store(directory)
        let error = try #require(throws: TapedeckError.self) { try store.query("SELECT temprature FROM weather") }
        #expect(error.kind == .question && error.place == 7..<17 && error.help == "did you mean 'temperature'?", "\(error)")
        #expect(try #require(throws: TapedeckError.self) { try Store(path: directory.path + "/none") }.kind == .missing)
        var options = QuestionOptions()
        options.isCancelled = { true }
        #expect(try #require(throws: TapedeckError.self) { try store.query("SELECT count(DISTINCT time) FROM weather", options: options) }.kind == .cancelled)
        let bad = try directory.write("bad.csv", "time,station,temperature,wet,pressure,day\nx,Bern,1,true,1,2024-09-04\n")
        #expect(try #require(throws: TapedeckError.self) { try Store.convert([bad], into: directory.path + "/store") }.kind == .input)
    }

    /// The program of docs/library.md is the one that is built beside the tests, and it runs.
    @Test func theExampleOfTheDocumentsRuns() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path + "/raw", withIntermediateDirectories: true)
        _ = try directory.write("raw/trades.csv", """
            exchange,sequence,tradedate,tradetime,securitycode,orderid,dealsource,dealsourcedecoded,exchangeinfo,matchgroupid,nationalbidpricesnapshot,\
            nationalofferpricesnapshot,tradeprice,tradequantity,side,sidedecoded,participantid,passiveaggressive,row_num
            3,1,2024-09-05,1725494400000000000,101,7900000000000000001,1,,,9,1490,1510,1500,10,1,,69,0,1
            3,2,2024-09-05,1725494400000000000,101,7900000000000000002,1,,,9,1490,1510,1500,10,2,,8,1,2

            """)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("LibraryExample")
        process.arguments = [directory.path + "/raw", directory.path + "/store"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.contains("2 rows read, 2 stored") && text.contains("20 shares for 30000") && text.contains("30000,20"), "\(text)")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let source = try String(contentsOf: root.appendingPathComponent("Tests/LibraryExample/main.swift"), encoding: .utf8)
        let document = try String(contentsOf: root.appendingPathComponent("docs/library.md"), encoding: .utf8)
        #expect(document.contains("```swift\n" + source + "```\n"), "docs/library.md shows another program")
    }
}
