import TapeBytes
import TapeTestSupport
import Testing

@testable import TapeCommand
@testable import TapeIngest

/// Goal: rejected rows that were written stay, whatever fails behind them.
@Suite struct RejectFileTests {
    @Test func whatWasWrittenStaysWhereTheConvertFailsAfterwards() throws {
        let path = try TemporaryDirectory()
        let file = try RejectFile(path.path + "/rejects.csv", inputs: [])
        file.append("a.csv", RowError(kind: .badValue, line: 2, byte: 9, field: 1, column: "n", expected: "an integer", value: "x", row: "x"))
        #expect(file.close(isRead: true) == nil)
        let written = try FileSystem().readAll(path.path + "/rejects.csv")
        #expect(String(decoding: written, as: UTF8.self).hasSuffix("a.csv,2,9,n,bad_value,an integer,x,x\n"))
        #expect(file.close(isRead: false) == nil)
        #expect(try FileSystem().readAll(path.path + "/rejects.csv") == written)
    }
}
