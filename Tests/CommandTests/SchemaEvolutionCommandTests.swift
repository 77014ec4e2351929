import TapeTestSupport
import Testing

/// Goal: a store takes files of a schema that has grown, reads what is not there as null, and refuses schemas that contradict its own.
@Suite struct SchemaEvolutionCommandTests {
    static let first = """
        name: weather
        partition: [{name: day, day_of: time}]
        cluster: [time]
        columns:
          - {name: time, type: timestamp}
          - {name: wind, type: int16}
          - {name: wet, type: bool}

        """
    static let second = first.replacing("int16", with: "int64").replacing("{name: wet, type: bool}", with: "{name: haze, type: float64}")

    @Test func filesOfBothSchemasLieInOneTable() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let old = try directory.write("old.yaml", Self.first)
        let new = try directory.write("new.yaml", Self.second)
        let monday = try directory.write("monday.csv", "time,wind,wet\n1725448941574323178,3,1\n")
        let tuesday = try directory.write("tuesday.csv", "time,wind,haze\n1725548941574323178,70000,0.5\n")
        // The same day as Monday's, so that the partition gets rows of both.
        let late = try directory.write("late.csv", "time,wind,haze\n1725448941574323179,70001,1.5\n")
        #expect(try Command.run("convert", monday, "--schema", old, "--store", store).code == 0)
        for file in [tuesday, late] {
            let outcome = try Command.run("convert", file, "--schema", new, "--store", store)
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        let inspected = try Command.run("inspect", "weather", "--store", store)
        #expect(inspected.code == 0, "\(inspected.errors)")
        #expect(inspected.output.contains("wind,int64") && inspected.output.contains("wet,bool") && inspected.output.contains("haze,float64"))
        #expect(try Command.run("verify", "--store", store).code == 0)
        let answer = try Command.run("query", "SELECT sum(wind), count(wet), count(haze) FROM weather", "--store", store)
        #expect(answer.output == "sum(wind),count(wet),count(haze)\n140004,1,2\n", "\(answer.errors)")
        // The store's schema has all columns by now: old files still fit it, without a schema named.
        let older = try directory.write("older.csv", "time,wind,wet\n1725648941574323178,4,0\n")
        #expect(try Command.run("convert", older, "--store", store).code == 0)
    }

    @Test func aContradictionNamesBothSchemas() throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let old = try directory.write("old.yaml", Self.first)
        let file = try directory.write("a.csv", "time,wind,wet\n1725448941574323178,3,1\n")
        #expect(try Command.run("convert", file, "--schema", old, "--store", store).code == 0)
        let before = try treeContents(store)
        let other = try directory.write("other.yaml", Self.first.replacing("int16", with: "string"))
        let outcome = try Command.run("convert", file, "--schema", other, "--store", store)
        #expect(outcome.code == 64)
        #expect(outcome.errors.hasPrefix("tapedeck: \(other): the schema cannot extend the one that the store has for 'weather'\n"
            + "  column 'wind' is int16 in the store and string in the newer schema\n"), "\(outcome.errors)")
        #expect(try treeContents(store) == before)
    }
}
