import TapeColumns
import TapeQuery

/// The forms in which an answer can be written.
package enum ResultFormat: String, CaseIterable, Sendable {
    case table, csv, tsv, json, ndjson, markdown
}

/// Writes a result as text, in UTF-8. `docs/cli.md` promises these forms to scripts.
package struct ResultRenderer {
    package struct Options: Sendable {
        /// What null is written as; nil for the format's own: nothing in CSV, TSV and markdown, `NULL` in a table. JSON has `null` always.
        package var nullText: String?
        /// Times as nanoseconds since 1970 instead of ISO 8601.
        package var rawTimes = false
        /// The columns of a terminal, to which a table is cut; it is then cut to `tableRowsMax` rows too.
        package var width: Int?

        package init() {}
    }

    /// The most rows of a table on a terminal.
    package static let tableRowsMax = 1000
    /// Text goes out in pieces of about this size, so that an answer of any length takes no more memory than that.
    private static let pieceSize = 1 << 18

    private let format: ResultFormat
    private let options: Options

    package init(_ format: ResultFormat, _ options: Options = Options()) {
        self.format = format
        self.options = options
    }

    package func render(_ result: ResultSet) -> [UInt8] {
        var output: [UInt8] = []
        write(result) { output += $0 }
        return output
    }

    /// Hands the text to `emit`, piece by piece.
    package func write<Failure>(_ result: ResultSet, _ emit: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        let cells = result.columns.map { CellText($0, rawTimes: options.rawTimes) }
        let names = result.columns.map(\.name)
        let nullText = options.nullText ?? ""
        switch format {
        case .csv: try write(result.rowCount, DelimitedText(names, cells, .csv, nullText: nullText), emit)
        case .tsv: try write(result.rowCount, DelimitedText(names, cells, .tsv, nullText: nullText), emit)
        case .json: try write(result.rowCount, JSONText(names, cells, isArray: true), emit)
        case .ndjson: try write(result.rowCount, JSONText(names, cells, isArray: false), emit)
        case .markdown: try write(result.rowCount, MarkdownText(names, cells, nullText: nullText), emit)
        case .table:
            let shown = options.width == nil ? result.rowCount : min(result.rowCount, ResultRenderer.tableRowsMax)
            let table = TableText(names, cells, rowCount: result.rowCount, shown: shown,
                                  nullText: options.nullText ?? "NULL", width: options.width)
            try write(shown, table, emit)
        }
    }

    private func write<Failure>(
        _ rowCount: Int, _ text: consuming some RowText, _ emit: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var piece: [UInt8] = []
        text.appendHead(to: &piece)
        for row in 0..<rowCount {
            text.append(row, to: &piece)
            guard piece.count >= ResultRenderer.pieceSize else { continue }
            try emit(piece)
            piece.removeAll(keepingCapacity: true)
        }
        text.appendTail(to: &piece)
        try emit(piece)
    }
}

/// A form of text: what stands before the rows, each row, and what stands behind them.
protocol RowText {
    func appendHead(to bytes: inout [UInt8])
    mutating func append(_ row: Int, to bytes: inout [UInt8])
    func appendTail(to bytes: inout [UInt8])
}
