import TapeColumns
import Testing

@testable import TapeIngest

/// Goal: a header finds its one schema by names and aliases, however it is written; otherwise the error says what is near and what differs.
@Suite struct HeaderMapTests {
    static let readings = TableSchema(name: "readings", columns: [
        ColumnSchema(name: "station_id", aliases: ["station", "Site"], type: .int32), ColumnSchema(name: "time", type: .timestamp),
        ColumnSchema(name: "level", type: .int64, isNullable: true, isOptional: true),
    ])
    static let stations = TableSchema(name: "stations", columns: [
        ColumnSchema(name: "station_id", type: .int32), ColumnSchema(name: "name", type: .string),
    ])

    static func match(_ header: String, _ candidates: [TableSchema] = [readings, stations]) throws(HeaderError) -> HeaderMap {
        try HeaderMap.match(Array(header.utf8)[...], candidates)
    }

    @Test(arguments: [
        "station_id,time,level", "station_id,time,level\r\n", "\u{FEFF}station_id,time,level\n", " STATION ID , Time,LEVEL ",
        "StationId,time,level", "site,TIME,Level", "\"station_id\",\"time\",\"level\"\r\n", "\u{FEFF}\"Station_ID\" ,time,level",
    ]) func spellings(header: String) throws {
        let map = try HeaderMapTests.match(header)
        #expect(map == HeaderMap(schemaIndex: 0, fieldOfColumn: [0, 1, 2], fieldCount: 3, ignored: []))
    }

    @Test func orderExtraAndMissingColumns() throws {
        #expect(try HeaderMapTests.match("colour,time,\"a,b\",station") ==
            HeaderMap(schemaIndex: 0, fieldOfColumn: [3, 1, nil], fieldCount: 4, ignored: ["colour", "a,b"]))
        #expect(try HeaderMapTests.match("name,station_id") == HeaderMap(schemaIndex: 1, fieldOfColumn: [1, 0], fieldCount: 2, ignored: []))
        #expect(try HeaderMapTests.match("station_id,time,").ignored == [""])
    }

    @Test(arguments: ["", "\n", "\r\n", "\u{FEFF}", ",,", "  "]) func emptyHeaders(header: String) {
        let error = #expect(throws: HeaderError.self) { try HeaderMapTests.match(header) }
        #expect(error?.kind == .empty)
    }

    @Test func theNearestSchemaIsNamed() {
        let error = #expect(throws: HeaderError.self) { try HeaderMapTests.match("station,tme,level") }
        #expect(error == HeaderError(
            kind: .noSchema(nearest: "readings", missing: ["time"], unknown: ["tme"]), names: ["station", "tme", "level"]))
    }

    @Test func aFileThatLacksAColumnIsNoneOfASmallerTable() throws {
        let error = #expect(throws: HeaderError.self) { try HeaderMapTests.match("station_id,name,time,level,a,b", [
            TableSchema(name: "large", columns: ["station_id", "name", "time", "a", "b", "c"].map { ColumnSchema(name: $0, type: .int64) }), HeaderMapTests.stations,
        ]) }
        #expect(error?.kind == .noSchema(nearest: "large", missing: ["c"], unknown: ["level"]))
        #expect(try HeaderMapTests.match("station_id,name,a,b", [HeaderMapTests.stations]).ignored == ["a", "b"], "named by --table")
    }

    @Test func severalSchemasAreAmbiguousUnlessOneTakesMore() throws {
        let error = #expect(throws: HeaderError.self) { try HeaderMapTests.match("station_id,time,name") }
        #expect(error?.kind == .severalSchemas(["readings", "stations"]))
        #expect(try HeaderMapTests.match("station_id,time,name,level").schemaIndex == 0)
    }

    @Test func repeatedColumnsAreRefusedButAnOwnNameBeatsAnAlias() throws {
        let error = #expect(throws: HeaderError.self) { try HeaderMapTests.match("time,TIME,station", [HeaderMapTests.readings]) }
        #expect(error?.kind == .duplicateColumn(column: "time", names: ["time", "TIME"]))
        #expect(throws: HeaderError.self) { try HeaderMapTests.match("time,site,station", [HeaderMapTests.readings]) }
        for header in ["station_id,time,site", "site,time,station_id"] {
            let map = try HeaderMapTests.match(header)
            #expect(map.fieldOfColumn == [header.hasPrefix("site") ? 2 : 0, 1, nil] && map.ignored == ["site"])
        }
    }

    /// Found by one table's own names, a second name of another table's column is nobody's business.
    @Test func repeatsInAnotherSchemaDoNoHarm() throws {
        let map = try HeaderMapTests.match("name,station_id,site,station")
        #expect(map.schemaIndex == 1 && map.ignored == ["site", "station"])
        #expect(try HeaderMapTests.match("site,station,name,station_id").schemaIndex == 1)
    }

    @Test func columnsOfAChunkFollowTheMap() throws {
        let map = try HeaderMapTests.match("colour,time,site")
        let parsed = CSVChunkParser.parse(Array("red,5,7\nblue,6,8\n".utf8), HeaderMapTests.readings, map)
        #expect(parsed.rows(HeaderMapTests.readings) == [["7", "5", nil], ["8", "6", nil]])
    }
}
