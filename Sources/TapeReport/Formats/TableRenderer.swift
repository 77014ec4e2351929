import TapeQuery

/// Draws a result for a terminal: aligned columns, numbers on the right, and a last line that counts the rows.
///
/// Where the terminal is too narrow the widest columns are cut and columns at the end left away; the last line says so.
struct TableRenderer {
    private let result: ResultSet
    private let cells: [CellText]
    private let nullText: String
    private let width: Int?

    init(_ result: ResultSet, _ cells: [CellText], nullText: String, width: Int?) {
        self.result = result
        self.cells = cells
        self.nullText = nullText
        self.width = width
    }

    func append(to output: inout [UInt8]) {
        let texts = cells.map { cell in (0..<result.rowCount).map { Quoting.visible(cell.text($0) ?? nullText) } }
        let natural = texts.indices.map { column in
            max(result.columns[column].name.count, texts[column].map(\.count).max() ?? 0)
        }
        let widths = fitted(natural)
        func line(_ fields: [String]) {
            var text = ""
            for (column, size) in widths.enumerated() {
                let field = fields[column].count > size ? String(fields[column].prefix(max(0, size - 1))) + "…" : fields[column]
                let padding = String(repeating: " ", count: size - field.count)
                text += (column > 0 ? "  " : "") + (cells[column].isNumber ? padding + field : field + padding)
            }
            while text.last == " " { text.removeLast() }
            output.append(contentsOf: text.utf8)
            output.append(10)
        }
        line(result.columns.map(\.name))
        line(widths.map { String(repeating: "─", count: $0) } + Array(repeating: "", count: natural.count - widths.count))
        for row in 0..<result.rowCount { line(texts.map { $0[row] }) }
        var footer = "\(result.rowCount) row\(result.rowCount == 1 ? "" : "s")"
        if widths.count < natural.count { footer += ", \(natural.count - widths.count) columns left away (--format csv has all)" }
        if zip(widths, natural).contains(where: { $0 < $1 }) { footer += ", shortened to the terminal" }
        output.append(contentsOf: (footer + "\n").utf8)
    }

    /// Widths that fit, for as many columns as can have a dozen characters.
    private func fitted(_ natural: [Int]) -> [Int] {
        guard let width else { return natural }
        var widths = natural
        func total() -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }
        while total() > width, let widest = widths.max(), widest > 12, let column = widths.firstIndex(of: widest) { widths[column] -= 1 }
        while total() > width, widths.count > 1 { widths.removeLast() }
        return widths
    }
}
