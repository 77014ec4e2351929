import TapeBytes
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
        /// Threads that write long answers.
        package var workers = 1

        package init() {}
    }

    /// The most rows of a table on a terminal.
    package static let tableRowsMax = 1000
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
        var stream = ResultStream(self)
        try stream.append(result, emit)
        try stream.finish(emit)
    }

    var workers: Int { options.workers }

    func text(of result: ResultSet) -> any RowText {
        let (names, cells, nullText) = (result.columns.map(\.name), cells(of: result), options.nullText ?? "")
        switch format {
        case .csv: return DelimitedText(names, cells, .csv, nullText: nullText)
        case .tsv: return DelimitedText(names, cells, .tsv, nullText: nullText)
        case .json: return JSONText(names, cells, isArray: true)
        case .ndjson: return JSONText(names, cells, isArray: false)
        case .markdown: return MarkdownText(names, cells, nullText: nullText)
        case .table:
            let shown = options.width == nil ? result.rowCount : min(result.rowCount, ResultRenderer.tableRowsMax)
            return TableText(names, cells, rowCount: result.rowCount, shown: shown, nullText: options.nullText ?? "NULL", width: options.width)
        }
    }

    func cells(of result: ResultSet) -> [CellText] { result.columns.map { CellText($0, rawTimes: options.rawTimes) } }
}

/// Writes an answer that comes in pieces of the same columns. A table, whose widths are those of all rows, must come as one piece.
package struct ResultStream {
    /// Text goes out in pieces of about this size, so that an answer of any length takes no more memory than that.
    static let pieceSize = 1 << 18
    /// Fewer rows are written by one thread.
    static let concurrentRowsMin = 8192

    private let renderer: ResultRenderer
    private var text: (any RowText)?
    private var bytes: [UInt8] = []

    package init(_ renderer: ResultRenderer) { self.renderer = renderer }

    package mutating func append<Failure>(_ result: ResultSet, _ emit: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var text = self.text ?? renderer.text(of: result)
        if self.text == nil { text.appendHead(to: &bytes) } else { text.cells = renderer.cells(of: result) }
        try text.appendRows(result.rowCount, workers: renderer.workers, to: &bytes, emit)
        self.text = text
    }

    package mutating func finish<Failure>(_ emit: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        text?.appendTail(to: &bytes)
        try emit(bytes)
        bytes = []
    }
}

/// A form of text: what stands before the rows, each row, and what stands behind them.
protocol RowText: Sendable {
    /// Of the rows that come next.
    var cells: [CellText] { get set }
    /// How many rows are written of so many.
    func shown(of rowCount: Int) -> Int
    func appendHead(to bytes: inout [UInt8])
    mutating func append(_ row: Int, to bytes: inout [UInt8])
    func appendTail(to bytes: inout [UInt8])
}

extension RowText {
    func shown(of rowCount: Int) -> Int { rowCount }

    mutating func appendRows<Failure>(
        _ rowCount: Int, workers: Int, to bytes: inout [UInt8], _ emit: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let count = shown(of: rowCount)
        var next = 0
        // A row's text depends on no other but the first, which knows that it is.
        if count > 0 {
            append(0, to: &bytes)
            next = 1
        }
        while workers > 1, count - next >= ResultStream.concurrentRowsMin {
            let size = min((count - next + workers - 1) / workers, ResultStream.concurrentRowsMin)
            let (text, first) = (self, next)
            let parts = concurrentMap(workers, workers: workers) { part in
                var (text, bytes) = (text, [UInt8]())
                for row in min(first + part * size, count)..<min(first + (part + 1) * size, count) { text.append(row, to: &bytes) }
                return bytes
            }
            for part in [bytes] + parts { try emit(part) }
            bytes.removeAll(keepingCapacity: true)
            next = min(first + workers * size, count)
        }
        for row in next..<count {
            append(row, to: &bytes)
            guard bytes.count >= ResultStream.pieceSize else { continue }
            try emit(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }
}
