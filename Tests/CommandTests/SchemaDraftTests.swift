import TapeTestSupport
import Testing

/// Goal: `schema FILE.csv` drafts a schema under which the same file can be converted, every value as it was.
@Suite struct SchemaDraftTests {
    static let text = """
        ReadingId,Trade Time,wet,"level, m",temperature,large,note,on,bid,empty
        1,1725448941574323178,True,21.50,1e-3,18446744073709551615,"a ""b"", c",2024-09-05,7,
        2,1725448941574323179,false,-3.125,0.5,1,,2024-09-06,-9223372036854775808,

        """

    @Test func aDraftedSchemaTakesItsFile() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("readings-2024.csv", Self.text)
        let draft = try Command.run("schema", file)
        #expect(draft.code == 0 && draft.errors.isEmpty, "\(draft.errors)")
        let lines = draft.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.joined(separator: "\n") == """
            name: readings
            partition: [{name: date, day_of: trade_time}]
            cluster: [trade_time]
            columns:
              - {name: reading_id, type: int64, role: identifier}
              - {name: trade_time, type: timestamp}
              - {name: wet, type: bool}
              - {name: level_m, type: decimal(3), aliases: ["level, m"]}
              - {name: temperature, type: float64}
              - {name: large, type: uint64}
              - {name: note, type: string, nullable: true}
              - {name: on, type: date}
              - {name: bid, type: int64, nullable: true, null: ["-9223372036854775808"]}
              - {name: empty, type: string, nullable: true}
            """)
        let schema = try directory.write("readings.yaml", draft.output)
        #expect(try Command.run("schema", schema).output == "\(schema): sound: table 'readings', 10 columns\n")
        let store = directory.path + "/store"
        #expect(try Command.run("convert", file, "--schema", schema, "--store", store).code == 0)
        let stored = try Command.run(
            "query", "SELECT reading_id, trade_time, wet, level_m, temperature, large, note, on, bid, empty FROM readings", "--raw-times", "--store", store)
        #expect(stored.output == """
            reading_id,trade_time,wet,level_m,temperature,large,note,on,bid,empty
            1,1725448941574323178,true,21.500,0.001,18446744073709551615,"a ""b"", c",2024-09-05,7,
            2,1725448941574323179,false,-3.125,0.5,1,,2024-09-06,,

            """, "\(stored.errors)")
    }

    @Test func codesKeepTheirZeros() throws {
        let directory = try TemporaryDirectory()
        let draft = try Command.run("schema", try directory.write("codes.csv", "isin,code,share\nA,00123,0\nB,4,0.5\n"))
        #expect(draft.output.contains("{name: code, type: string}") && draft.output.contains("{name: share, type: decimal(1)}"), "\(draft.output)")
    }

    @Test func whatIsNoCSVIsAnError() throws {
        let directory = try TemporaryDirectory()
        #expect(try Command.run("schema", directory.path + "/none.csv").code == 66)
        #expect(try Command.run("schema", try directory.write("empty.csv", "")).code == 65)
        #expect(try Command.run("schema", try directory.write("twice.csv", "a,A\n1,2\n")).code == 65)
        let bare = try Command.run("schema", try directory.write("bare.csv", "a,,b"))
        #expect(bare.code == 0 && bare.output.contains("- {name: a, type: string, nullable: true}\n  - {name: b, "), "\(bare.output)\(bare.errors)")
    }
}
