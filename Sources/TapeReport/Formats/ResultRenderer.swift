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
        /// The columns of a terminal, to which a table is cut.
        package var width: Int?

        package init() {}
    }

    private let format: ResultFormat
    private let options: Options

    package init(_ format: ResultFormat, _ options: Options = Options()) {
        self.format = format
        self.options = options
    }

    package func render(_ result: ResultSet) -> [UInt8] {
        let cells = result.columns.map { CellText($0, rawTimes: options.rawTimes) }
        var output: [UInt8] = []
        switch format {
        case .csv:
            appendLine(result.columns.map { Quoting.csv($0.name) }, ",", &output)
            for row in 0..<result.rowCount {
                appendLine(cells.map { $0.text(row).map(Quoting.csv) ?? options.nullText ?? "" }, ",", &output)
            }
        case .tsv:
            appendLine(result.columns.map { Quoting.tsv($0.name) }, "\t", &output)
            for row in 0..<result.rowCount {
                appendLine(cells.map { $0.text(row).map(Quoting.tsv) ?? options.nullText ?? "" }, "\t", &output)
            }
        case .ndjson:
            for row in 0..<result.rowCount { output += Array((object(result, cells, row) + "\n").utf8) }
        case .json:
            output += Array("[".utf8)
            for row in 0..<result.rowCount { output += Array(((row > 0 ? ",\n " : "\n ") + object(result, cells, row)).utf8) }
            output += Array((result.rowCount > 0 ? "\n]\n" : "]\n").utf8)
        case .markdown:
            appendLine(["|"] + result.columns.map { " \(Quoting.markdown($0.name)) |" }, "", &output)
            appendLine(["|"] + cells.map { $0.isNumber ? " ---: |" : " --- |" }, "", &output)
            for row in 0..<result.rowCount {
                appendLine(["|"] + cells.map { " \($0.text(row).map(Quoting.markdown) ?? options.nullText ?? "") |" }, "", &output)
            }
        case .table:
            TableRenderer(result, cells, nullText: options.nullText ?? "NULL", width: options.width).append(to: &output)
        }
        return output
    }

    private func appendLine(_ fields: [String], _ separator: String, _ output: inout [UInt8]) {
        output.append(contentsOf: fields.joined(separator: separator).utf8)
        output.append(10)
    }

    private func object(_ result: ResultSet, _ cells: [CellText], _ row: Int) -> String {
        let members = zip(result.columns, cells).map { column, cell -> String in
            let name = Quoting.json(column.name)
            guard let text = cell.text(row) else { return "\(name): null" }
            guard cell.isBareInJSON else { return "\(name): \(Quoting.json(text))" }
            // JSON has no infinities and no NaN.
            return "\(name): \(text.hasSuffix("inf") || text.hasSuffix("nan") ? "null" : text)"
        }
        return "{" + members.joined(separator: ", ") + "}"
    }
}

/// How each form protects text.
package enum Quoting {
    package static func csv(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    static func tsv(_ text: String) -> String {
        escape(text) { ["\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"][$0] }
    }

    static func markdown(_ text: String) -> String {
        escape(text) { ["|": "\\|", "\n": " ", "\r": " "][$0] }
    }

    package static func json(_ text: String) -> String {
        "\"" + escape(text) { scalar in
            switch scalar {
            case "\"": return "\\\""
            case "\\": return "\\\\"
            case "\n": return "\\n"
            case "\r": return "\\r"
            case "\t": return "\\t"
            default: return scalar.value < 0x20 ? control(scalar) : nil
            }
        } + "\""
    }

    /// For a terminal: control characters, which could move its cursor, as escapes.
    package static func visible(_ text: String) -> String { escape(text) { $0.value < 0x20 || $0.value == 0x7F ? control($0) : nil } }

    private static func control(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private static func escape(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let escaped = replacement(scalar) {
                output.append(contentsOf: escaped.unicodeScalars)
            } else {
                output.append(scalar)
            }
        }
        return String(output)
    }
}
