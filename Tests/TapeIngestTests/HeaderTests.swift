import TapeColumns
import Testing

@testable import TapeIngest

/// Goal: a header finds the one schema that it fits, or says what is wrong.
@Suite struct HeaderTests {
    static let schemas = [
        TableSchema(name: "orders", columns: [
            ColumnSchema(name: "order_id", type: .int64), ColumnSchema(name: "price", aliases: ["limitprice"], type: .int32),
            ColumnSchema(name: "note", type: .string, isNullable: true, isOptional: true),
        ]),
        TableSchema(name: "trades", columns: [ColumnSchema(name: "trade_id", type: .int64), ColumnSchema(name: "price", type: .int32)]),
    ]

    static func match(_ header: String) throws(HeaderError) -> HeaderMap { try HeaderMap.match(ArraySlice(header.utf8), schemas) }

    @Test func namesFoldAndMayStandInAnyOrder() throws {
        let map = try HeaderTests.match("\u{FEFF} \"Limit_Price\" ,extra,ORDERID\r\n")
        #expect(map.schemaIndex == 0 && map.fieldOfColumn == [2, 0, nil] && map.fieldCount == 3 && map.ignored == ["extra"])
    }

    @Test func theNearestSchemaIsNamed() {
        #expect(throws: HeaderError(kind: .noSchema(nearest: "trades", missing: ["price"], unknown: []), names: ["trade_id"])) {
            try HeaderTests.match("trade_id")
        }
    }

    @Test func contradictionsAreRefused() {
        #expect(throws: HeaderError.self) { try HeaderTests.match("order_id,price,Price") }
        #expect(throws: HeaderError.self) { try HeaderTests.match("") }
        #expect(throws: HeaderError(kind: .severalSchemas(["orders", "trades"]), names: ["order_id", "trade_id", "price"])) {
            try HeaderTests.match("order_id,trade_id,price")
        }
    }

    @Test func aNameBeatsAnAlias() throws {
        #expect(try HeaderTests.match("order_id,limitprice,price").fieldOfColumn == [0, 2, nil])
    }
}
