import TapeBytes
import TapeColumns
import TapeTestSupport
import Testing

@testable import TapeQuery
@testable import TapeStore

/// Goal: what is skipped is counted, limits hold, damage is named.
@Suite struct QueryRunTests {
    static func run(_ text: String, _ table: ModelTable, _ change: (inout QueryOptions) -> Void = { _ in }) throws -> QueryAnswer {
        var options = QueryOptions(workers: 2)
        change(&options)
        return try Query(text, store: table.store, options: options).run()
    }

    @Test func countsNeedNoSegment() throws {
        let table = try ModelTable(seed: 20, rowCounts: [50, 60, 70, 80])
        let answer = try QueryRunTests.run("SELECT date, count(*) FROM t WHERE security_code = 100 GROUP BY date", table)
        #expect(QueryModelTests.rows(answer.result) == [[.word(19_960), .word(50)], [.word(19_961), .word(70)]])
        #expect(answer.statistics.partitionsPruned == 2)
        #expect(answer.statistics.blocks == 0)
        #expect(answer.statistics.bytesRead == 0)
    }

    @Test func extremesComeFromZoneMaps() throws {
        let table = try ModelTable(seed: 21, rowCounts: [20_000])
        let answer = try QueryRunTests.run("SELECT min(many), max(ts), count(few) FROM t", table)
        #expect(answer.statistics.blocks == 3)
        #expect(answer.statistics.bytesRead == 0)
    }

    @Test func zoneMapsRuleBlocksOut() throws {
        let table = try ModelTable(seed: 22, rowCounts: [20_000])
        let answer = try QueryRunTests.run("SELECT count(*), sum(many) FROM t WHERE ts < '2024-08-25 01:00'", table)
        #expect(answer.statistics.blocks == 3)
        #expect(answer.statistics.blocksPruned == 2)
        #expect(answer.statistics.rowsScanned == 8192)
    }

    @Test func zonesRuleSegmentsOutUnopened() throws {
        let table = try ModelTable(seed: 30, rowCounts: Array(repeating: 40, count: 20))
        let question = "SELECT count(*), sum(many) FROM t WHERE ts < '2024-08-26 00:00'"
        let answer = try QueryRunTests.run(question, table)
        #expect(answer.statistics.partitionsUnread == 18)
        #expect(answer.statistics.blocks == 20 && answer.statistics.blocksPruned == 18)
        // Cut short, behind what zones say of it.
        let entry = table.store.catalog.entries(of: "t")[1]
        let whole = try FileSystem().readAll(table.path + "/" + entry.path(ModelTable.keyColumns))
        for (size, isSound) in [(20, false), (0, false), (whole.count - 40, true)] {
            var output = try FileSystem().create(table.path + "/" + entry.path(ModelTable.keyColumns))
            try output.write(Array(whole.prefix(size)))
            try output.close()
            let result = Result { try QueryRunTests.run("SELECT sum(runs) FROM t WHERE ts < '2024-08-26 00:00'", table) }
            #expect(isSound == ((try? result.get()) != nil), "\(size) of \(whole.count) bytes: \(result)")
            if case .failure(let error) = result { #expect("\(error)".contains("cut short") || "\(error)".contains("not a segment"), "\(error)") }
        }
        var output = try FileSystem().create(table.path + "/" + entry.path(ModelTable.keyColumns))
        try output.write(whole)
        try output.close()
        // Nobody looks at those any more.
        for entry in table.store.catalog.entries(of: "t").dropFirst(2) { try FileSystem().remove(table.path + "/" + entry.path(ModelTable.keyColumns)) }
        #expect(QueryModelTests.rows(try QueryRunTests.run(question, table).result) == QueryModelTests.rows(answer.result))
        // Those of other segments do not count.
        let other = try ModelTable(seed: 32, rowCounts: Array(repeating: 40, count: 20))
        output = try FileSystem().create(table.path + "/zones/1/t.seg")
        try output.write(FileSystem().readAll(other.path + "/zones/1/t.seg"))
        try output.close()
        #expect(throws: QueryError.self) { try QueryRunTests.run(question, table) }
        try FileSystem().removeTree(table.path + "/zones")
        #expect(throws: QueryError.self) { try QueryRunTests.run(question, table) }
        #expect(QueryModelTests.rows(try QueryRunTests.run(question, table) { $0.skipsDamaged = true }.result) == QueryModelTests.rows(answer.result))
    }

    @Test func valuesThatDoNotOccurNeedNoRows() throws {
        let table = try ModelTable(seed: 31, rowCounts: [9000])
        // Zone maps rule the first out, the values of the runs the others.
        for condition in ["runs = 100", "runs + 0.5 = 2", "runs IN (-50, 50)", "runs BETWEEN 10 AND 9"] {
            let answer = try QueryRunTests.run("SELECT count(*) FROM t WHERE \(condition)", table)
            #expect(QueryModelTests.rows(answer.result) == [[.word(0)]])
        }
    }

    @Test func explanationsCount() throws {
        let table = try ModelTable(seed: 23, rowCounts: [20_000, 100, 100])
        let query = try Query("SELECT sum(many) FROM t WHERE date = '2024-08-25' AND ts < '2024-08-25 01:00'", store: table.store, options: QueryOptions())
        let text = try query.explain()
        #expect(text.contains("partitions  2 of 3 by their key"))
        #expect(text.contains("columns     ts, many"))
    }

    @Test func aLimitStopsEarly() throws {
        let table = try ModelTable(seed: 24, rowCounts: Array(repeating: 17_000, count: 4))
        let answer = try QueryRunTests.run("SELECT many FROM t LIMIT 5", table) { $0.workers = 1 }
        #expect(answer.result.rowCount == 5)
        #expect(answer.statistics.rowsScanned == 8192)
    }

    @Test func memoryIsBounded() throws {
        let table = try ModelTable(seed: 25, rowCounts: [20_000, 20_000])
        for text in ["SELECT many, count(*) FROM t GROUP BY 1", "SELECT * FROM t", "SELECT count(DISTINCT many) FROM t"] {
            let error = #expect(throws: QueryError.self) { try QueryRunTests.run(text, table) { $0.memory = 100_000 } }
            #expect(error?.kind == .memory)
            #expect(error?.help?.contains("allow more") == true)
        }
    }

    @Test func cancelledQuestionsStop() throws {
        let table = try ModelTable(seed: 26, rowCounts: [100])
        let error = #expect(throws: QueryError.self) { try QueryRunTests.run("SELECT sum(many) FROM t", table) { $0.isCancelled = { true } } }
        #expect(error?.kind == .cancelled)
    }

    @Test func damageIsNamedOrLeftOut() throws {
        let table = try ModelTable(seed: 27, rowCounts: [17_000, 100])
        let entry = table.store.catalog.entries(of: "t")[0]
        let path = table.path + "/" + entry.path(ModelTable.keyColumns)
        var bytes = try FileSystem().readAll(path)
        let reader = try SegmentReader(bytes)
        let block = try reader.descriptor(2).blocks[1]
        bytes[block.offset + block.storedSize / 2] ^= 1
        var output = try FileSystem().create(path)
        try output.write(bytes)
        try output.close()
        let error = #expect(throws: QueryError.self) { try QueryRunTests.run("SELECT sum(many) FROM t", table) }
        #expect(error?.kind == .damaged)
        #expect(error?.message.contains("t, 2024-08-25, 100: column 'many', block 1, rows 8192–16383") == true)
        let answer = try QueryRunTests.run("SELECT count(many), sum(many) FROM t", table) { $0.skipsDamaged = true }
        #expect(answer.statistics.damaged.count == 1)
        // Another column of the same block is whole.
        _ = try QueryRunTests.run("SELECT sum(runs) FROM t", table)
        let missing = try QueryRunTests.run("SELECT count(*) FROM t WHERE many IS NOT NULL AND many + 0 > -1000000", table) { $0.skipsDamaged = true }
        #expect(QueryModelTests.rows(missing.result) == [[.word(17_100 - 8192)]])
    }

    @Test func theStoreIsATableToo() throws {
        let table = try ModelTable(seed: 28, rowCounts: [50, 60, 70])
        let partitions = try QueryRunTests.run("SELECT table, sum(rows), count(*) FROM partitions GROUP BY 1", table)
        #expect(QueryModelTests.rows(partitions.result) == [[.text("t"), .wide(180), .word(3)]])
        let columns = try QueryRunTests.run("SELECT type, is_identifier FROM columns WHERE column = 'few'", table)
        #expect(QueryModelTests.rows(columns.result) == [[.text("int32"), .word(1)]])
    }

    @Test func sumsPassSixtyFourBitsAndArithmeticDoesNot() throws {
        let table = try ModelTable(seed: 29, rowCounts: [2000])
        let most = table.rows.filter { $0[3] == .word(.max) }.count
        let answer = try QueryRunTests.run("SELECT sum(wild) FROM t WHERE wild = 9223372036854775807", table)
        #expect(QueryModelTests.rows(answer.result) == [[.wide(Int128(Int64.max) * Int128(most))]])
        let error = #expect(throws: QueryError.self) { try QueryRunTests.run("SELECT max(wild + 1) FROM t", table) }
        #expect(error?.kind == .overflow)
        #expect(error?.place == 11..<19)
        // The row that would overflow is not there.
        _ = try QueryRunTests.run("SELECT max(wild + 1) FROM t WHERE wild < 5", table)
    }

    @Test(arguments: [
        ("9007199254740993.5 > 9007199254740993", "true"), ("floor(9007199254740993.5)", "9007199254740993"), ("ceil(-2.5)", "-2"), ("floor(-2.5)", "-3"),
        ("round(-2.5)", "-3"), ("round(2.345, 2)", "2.35"), ("round(7904194000040000003, -1)", "7904194000040000000"), ("round(15, -1)", "20"),
        ("round(-15, -30)", "0"), ("123456789012345678.90", "123456789012345678.90"), ("7904194000040000003.0 = 7904194000040000003", "true"),
        ("7904194000040000003 = '7904194000040000003.0'", "true"), ("7904194000040000003 IN (7904194000040000003.0)", "true"),
        ("CAST('12345678901234567890.5' AS DECIMAL(30, 1))", "12345678901234567890.5"), ("CAST(99.99 AS DECIMAL(4, 2))", "99.99"),
        ("TIMESTAMP '2024-01-01' < DATE '9999-12-31'", "true"), ("TIMESTAMP '2024-01-01' > DATE '1600-01-01'", "true"),
        ("DATE '2024-01-01' + 31", "2024-02-01"),
    ]) func numbersStayExact(expression: String, value: String) throws {
        let table = try ModelTable(seed: 31, rowCounts: [1])
        let answer = try QueryRunTests.run("SELECT CAST(\(expression) AS VARCHAR) FROM t", table)
        #expect(QueryModelTests.rows(answer.result) == [[.text(value)]])
    }

    @Test(arguments: [
        "DATE '2300-01-01'::timestamp", "DATE '2024-01-01' + 4294967296", "CAST(1000.5 AS DECIMAL(5, 2))", "CAST(99.999 AS DECIMAL(4, 2))",
        "CAST(70000 AS SMALLINT)", "round(9223372036854775807, -1)",
    ]) func whatDoesNotFitFails(expression: String) throws {
        let table = try ModelTable(seed: 31, rowCounts: [1])
        let error = #expect(throws: QueryError.self) { try QueryRunTests.run("SELECT \(expression) FROM t", table) }
        #expect(error?.kind == .overflow && error?.place != nil, "\(String(describing: error))")
    }

    /// What GROUP BY ALL stands for, and the groups written out.
    @Test(arguments: [
        ("few, count(*)", "few"), ("few + 1 AS f, text, sum(many) / count(*)", "few + 1, text"), ("text, few", "text, few"), ("count(*), few, max(ts)", "few"),
    ]) func allGroupsAreThoseWithoutAggregates(list: String, groups: String) throws {
        let table = try ModelTable(seed: 40, rowCounts: [300, 200])
        let all = try QueryRunTests.run("SELECT \(list) FROM t GROUP BY ALL ORDER BY 1, 2", table).result
        let written = try QueryRunTests.run("SELECT \(list) FROM t GROUP BY \(groups) ORDER BY 1, 2", table).result
        #expect(QueryModelTests.rows(all) == QueryModelTests.rows(written) && all.rowCount > 1)
        #expect(try QueryRunTests.run("SELECT count(*), sum(many) FROM t GROUP BY ALL", table).result.rowCount == 1)
    }

    @Test func aliasesOfAliasesAreBounded() throws {
        let table = try ModelTable(seed: 31, rowCounts: [10])
        func question(_ step: String, _ count: Int) -> String {
            "SELECT many AS a0" + (0..<count).map { ", " + step.replacing("#", with: "a\($0)") + " AS a\($0 + 1)" }.joined() + " FROM t LIMIT 1"
        }
        #expect(try QueryRunTests.run(question("# + 1", 100), table).result.rowCount == 1)
        for text in [question("# + 1", 5000), question("# + #", 40)] {
            let error = #expect(throws: QueryError.self) { try QueryRunTests.run(text, table) }
            #expect(error?.message.contains("aliases") == true)
        }
    }

    @Test func numbersWithoutAnExponentAreExactOrAnError() throws {
        let table = try ModelTable(seed: 31, rowCounts: [10])
        for text in ["9.2233720368547758069", "170141183460469231731687303715884105728"] {
            let error = #expect(throws: QueryError.self) { try QueryRunTests.run("SELECT many < \(text) FROM t", table) }
            #expect(error?.kind == .syntax)
        }
        #expect(try QueryRunTests.run("SELECT 9.2233720368547758069e0, CAST('9.2233720368547758069' AS DOUBLE) FROM t LIMIT 1", table).result.rowCount == 1)
    }

    @Test func distinctIsOfOneArgument() throws {
        let table = try ModelTable(seed: 31, rowCounts: [10])
        for call in ["vwap(DISTINCT few, many)", "first(DISTINCT few BY many)", "last(DISTINCT few BY many)"] {
            let error = #expect(throws: QueryError.self) { try QueryRunTests.run("SELECT \(call) FROM t", table) }
            #expect(error?.kind == .type && error?.message.contains("takes no DISTINCT") == true)
        }
    }
}
