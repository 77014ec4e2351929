import TapeBytes
import TapeQuery

/// A result for people: aligned columns, numbers on the right, and a last line that counts the rows.
///
/// Where the terminal is too narrow the widest columns are cut and columns at the end left away; the last line says so.
struct TableText: RowText {
    private let names: [String]
    var cells: [CellText]
    private let rowCount: Int
    private let shown: Int
    private let nullText: String
    /// In columns of a terminal, of the columns of the result that stay.
    private let widths: [Int]
    private let isCut: Bool

    /// - Parameter shown: how many rows will be asked for, from the first on; the widths are theirs.
    init(_ names: [String], _ cells: [CellText], rowCount: Int, shown: Int, nullText: String, width: Int?) {
        (self.names, self.cells, self.rowCount, self.shown, self.nullText) = (names, cells, rowCount, shown, nullText)
        var natural: [Int] = []
        for index in cells.indices {
            var widest = DisplayWidth.of(Quoting.visible(names[index]))
            for row in 0..<shown { widest = max(widest, DisplayWidth.of(TableText.text(row, &self.cells[index], nullText))) }
            natural.append(widest)
        }
        widths = TableText.fitted(natural, width)
        isCut = zip(widths, natural).contains { $0 < $1 }
    }

    func shown(of rowCount: Int) -> Int { min(shown, rowCount) }

    func appendHead(to bytes: inout [UInt8]) {
        appendLine(widths.indices.map { Quoting.visible(names[$0]) }, to: &bytes)
        appendLine(widths.map { String(repeating: "─", count: $0) }, to: &bytes)
    }

    mutating func append(_ row: Int, to bytes: inout [UInt8]) {
        var fields: [String] = []
        for index in widths.indices { fields.append(TableText.text(row, &cells[index], nullText)) }
        appendLine(fields, to: &bytes)
    }

    func appendTail(to bytes: inout [UInt8]) {
        var footer = "\(rowCount) row\(rowCount == 1 ? "" : "s")"
        if shown < rowCount { footer += ", the first \(shown) shown (--format csv has all)" }
        let left = names.count - widths.count
        if left > 0 { footer += ", \(left) column\(left == 1 ? "" : "s") left away (--format csv has all)" }
        if isCut { footer += ", shortened to the terminal" }
        bytes.append(contentsOf: (footer + "\n").utf8)
    }

    private static func text(_ row: Int, _ cell: inout CellText, _ nullText: String) -> String {
        if cell.isNull(row) { return nullText }
        if let text = cell.string(row) { return Quoting.visible(text) }
        var bytes: [UInt8] = []
        cell.append(row, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendLine(_ fields: [String], to bytes: inout [UInt8]) {
        var text = ""
        for (column, width) in widths.enumerated() {
            let field = TableText.cut(fields[column], to: width)
            let padding = String(repeating: " ", count: width - DisplayWidth.of(field))
            text += (column > 0 ? "  " : "") + (cells[column].isNumber ? padding + field : field + padding)
        }
        while text.last == " " { text.removeLast() }
        bytes.append(contentsOf: text.utf8)
        bytes.append(10)
    }

    private static func cut(_ text: String, to width: Int) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        var front = Substring(text.prefix(max(0, width - 1)))
        while DisplayWidth.of(front) > max(0, width - 1) { front.removeLast() }
        return front + "…"
    }

    /// Widths that fit, for as many columns from the first on as can have a dozen characters.
    private static func fitted(_ natural: [Int], _ width: Int?) -> [Int] {
        guard let width else { return natural }
        func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }
        var widths = natural
        while total(widths.map { min($0, 12) }) > width, widths.count > 1 { widths.removeLast() }
        while total(widths) > width, let widest = widths.max(), widest > 12, let column = widths.firstIndex(of: widest) { widths[column] -= 1 }
        return widths
    }
}
