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
}
