import TapeColumns
import TapeTestSupport
import Testing

/// Goal: a schema may grow and widen, and nothing else; an extended schema reads back from its own text.
@Suite struct SchemaEvolutionTests {
    static let stored = """
        name: weather
        partition: [{name: day, day_of: time}, {name: station}]
        cluster: [time]
        columns:
          - {name: time, type: timestamp}
          - {name: station, type: string, aliases: [place]}
          - {name: wind, type: int16, null: ["-1"]}
          - {name: wet, type: bool, unit: "a \\"b\\\\ c"}

        """

    static func schema(_ text: String) throws -> TableSchema { try TableSchema.parse(Array(text.utf8)) }

    @Test func columnsAreAddedAndTypesWidened() throws {
        let old = try Self.schema(Self.stored)
        let newer = try Self.schema(Self.stored.replacing("int16, null: [\"-1\"]", with: "int32, nullable: true, null: [none]")
            .replacing("{name: wet, type: bool, unit: \"a \\\"b\\\\ c\"}", with: "{name: haze, type: float64}"))
        let extended = try old.extended(by: newer)
        #expect(extended.columns.map(\.name) == ["time", "station", "wind", "wet", "haze"])
        #expect(extended.columns.map(\.isOptional) == [false, false, false, true, true])
        #expect(extended.columns.map(\.isNullable) == [false, false, true, true, true])
        #expect(extended.columns[2].type == .int32 && extended.columns[2].nullSpellings == ["none", "-1"])
        #expect(try Self.schema(extended.text) == extended)
        #expect(try old.extended(by: old) == old)
        #expect(try extended.extended(by: newer) == extended && extended.extended(by: extended) == extended)
    }

    @Test(arguments: [
        ("int16", "int8", "column 'wind' is int16 in the store and int8 in the newer schema"),
        ("int16", "string", "column 'wind' is int16 in the store and string in the newer schema"),
        ("int16", "decimal(2)", "column 'wind' is int16 in the store and decimal(2) in the newer schema"),
        ("cluster: [time]", "cluster: [wind]", "the cluster key is another one"),
        ("{name: station}]", "{name: wet}]", "the partition key is another one"),
        ("name: wet", "name: \"W in_d\"", "two columns would be 'wind'"),
    ]) func anythingElseIsAConflict(old: String, new: String, reason: String) throws {
        let text = Self.stored.replacing(old, with: new)
        let newer = reason.hasPrefix("two") ? try? Self.schema(text.replacing("name: wind", with: "name: gust")) : try Self.schema(text)
        let stored = try Self.schema(Self.stored)
        let error = #expect(throws: SchemaConflict.self) { try stored.extended(by: #require(newer)) }
        #expect(error?.reasons.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func everyTextReadsBack() throws {
        let old = try Self.schema(Self.stored)
        #expect(try Self.schema(old.text) == old)
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var schema = old
            let scalars = (0..<8).map { _ in Unicode.Scalar(UInt8.random(in: 1...126, using: &generator)) }
            schema.columns[3].unit = String(String.UnicodeScalarView(scalars))
            schema.columns[3].aliases = [schema.columns[3].unit, "true", "é"]
            #expect(try Self.schema(schema.text) == schema, "\(schema.text)")
        }
    }
}
