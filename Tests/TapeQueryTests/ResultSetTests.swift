import TapeColumns
import Testing

@testable import TapeQuery

/// Goal: ordering and limiting keep rows whole; nulls come last either way.
@Suite struct ResultSetTests {
    static let result = ResultSet(columns: [
        ResultColumn(name: "participant_id", type: .int64, values: .words(ColumnVector([3, nil, 1, 2]), dictionary: [])),
        ResultColumn(name: "name", type: .string, values: .words(ColumnVector([0, 1, 2, 0]), dictionary: ["b", "c", "a"])),
        ResultColumn(name: "sum", type: .int64, values: .wide([1 << 100, nil, -5, 0])),
    ])

    static func names(_ result: ResultSet) -> [Int64?] {
        guard case .words(let vector, _) = result.columns[0].values else { return [] }
        return (0..<vector.count).map { vector[$0] }
    }

    @Test func sortsByNumbersStringsAndWideSums() {
        #expect(ResultSetTests.names(ResultSetTests.result.sorted(by: 0, descending: false)) == [1, 2, 3, nil])
        #expect(ResultSetTests.names(ResultSetTests.result.sorted(by: 0, descending: true)) == [3, 2, 1, nil])
        #expect(ResultSetTests.names(ResultSetTests.result.sorted(by: 1, descending: false)) == [1, 3, 2, nil])
        #expect(ResultSetTests.names(ResultSetTests.result.sorted(by: 2, descending: true)) == [3, 2, 1, nil])
    }

    @Test func limits() {
        #expect(ResultSetTests.names(ResultSetTests.result.limited(to: 2)) == [3, nil])
        #expect(ResultSetTests.result.limited(to: 0).rowCount == 0)
        #expect(ResultSetTests.result.limited(to: 99).rowCount == 4)
    }

    @Test func textsWithoutAnyValueGoBeforeAndBehindOthers() {
        func texts(_ codes: [Int64?], _ dictionary: [String]) -> ResultSet {
            ResultSet(columns: [ResultColumn(name: "text", type: .string, values: .words(ColumnVector(codes), dictionary: dictionary))])
        }
        let all = ResultSet.concatenated([texts([nil, nil], []), texts([0, 1], ["a", "b"]), texts([nil], [])])
        #expect(ResultSetTests.names(all) == [nil, nil, 0, 1, nil])
    }

    @Test func findsColumnsByFoldedName() {
        #expect(ResultSetTests.result.columnIndex(named: "ParticipantID") == 0)
        #expect(ResultSetTests.result.columnIndex(named: "nothing") == nil)
    }
}
