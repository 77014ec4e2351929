/// A row per line: fields between commas, as RFC 4180 has them; or between tabs, where tabs, line breaks and backslashes inside are escaped,
/// so that a tab always ends a field and a line feed always a row.
struct DelimitedText: RowText {
    enum Style { case csv, tsv }

    private let names: [String]
    var cells: [CellText]
    private let style: Style
    private let separator: UInt8
    private let nullText: String
    /// The field of a null.
    private let nullField: String

    init(_ names: [String], _ cells: [CellText], _ style: Style, nullText: String) {
        (self.names, self.cells, self.style, self.nullText) = (names, cells, style, nullText)
        nullField = style == .csv ? Quoting.csv(nullText) : nullText
        separator = style == .csv ? UInt8(ascii: ",") : UInt8(ascii: "\t")
    }

    func appendHead(to bytes: inout [UInt8]) {
        for (index, name) in names.enumerated() {
            if index > 0 { bytes.append(separator) }
            append(name, to: &bytes)
        }
        bytes.append(10)
    }

    mutating func append(_ row: Int, to bytes: inout [UInt8]) {
        for index in cells.indices {
            if index > 0 { bytes.append(separator) }
            switch cells[index].appendPlain(row, to: &bytes) {
            case nil: break
            case .null: bytes.append(contentsOf: nullField.utf8)
            case .text(let text): append(text, to: &bytes)
            }
        }
        bytes.append(10)
    }

    private func append(_ text: String, to bytes: inout [UInt8]) {
        switch style {
        case .csv: Quoting.appendCSV(text, nullText: nullText, to: &bytes)
        case .tsv: Quoting.appendTSV(text, to: &bytes)
        }
    }

    func appendTail(to bytes: inout [UInt8]) {}
}

/// One object per row: as the elements of one array, or each on a line of its own.
struct JSONText: RowText {
    private let keys: [[UInt8]]
    var cells: [CellText]
    private let isArray: Bool
    private var isFirst = true

    init(_ names: [String], _ cells: [CellText], isArray: Bool) {
        keys = names.enumerated().map { index, name in
            var bytes = Array((index > 0 ? ", " : "").utf8)
            Quoting.appendJSON(name, to: &bytes)
            return bytes + Array(": ".utf8)
        }
        (self.cells, self.isArray) = (cells, isArray)
    }

    func appendHead(to bytes: inout [UInt8]) { if isArray { bytes.append(UInt8(ascii: "[")) } }

    mutating func append(_ row: Int, to bytes: inout [UInt8]) {
        if isArray { bytes.append(contentsOf: (isFirst ? "\n " : ",\n ").utf8) }
        isFirst = false
        bytes.append(UInt8(ascii: "{"))
        for index in cells.indices {
            bytes.append(contentsOf: keys[index])
            appendValue(row, index, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        if !isArray { bytes.append(10) }
    }

    private mutating func appendValue(_ row: Int, _ index: Int, to bytes: inout [UInt8]) {
        if cells[index].isNull(row) || cells[index].isBeyondJSON(row) { return bytes.append(contentsOf: "null".utf8) }
        if let text = cells[index].string(row) { return Quoting.appendJSON(text, to: &bytes) }
        let isBare = cells[index].isBareInJSON
        if !isBare { bytes.append(UInt8(ascii: "\"")) }
        cells[index].append(row, to: &bytes)
        if !isBare { bytes.append(UInt8(ascii: "\"")) }
    }

    func appendTail(to bytes: inout [UInt8]) {
        guard isArray else { return }
        bytes.append(contentsOf: (isFirst ? "]\n" : "\n]\n").utf8)
    }
}

/// A table of GitHub's Markdown.
struct MarkdownText: RowText {
    private let names: [String]
    var cells: [CellText]
    private let nullText: String

    init(_ names: [String], _ cells: [CellText], nullText: String) {
        (self.names, self.cells, self.nullText) = (names, cells, nullText)
    }

    func appendHead(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "|"))
        for name in names { appendField(to: &bytes) { Quoting.appendMarkdown(name, to: &$0) } }
        bytes.append(contentsOf: "\n|".utf8)
        for cell in cells { bytes.append(contentsOf: (cell.isNumber ? " ---: |" : " --- |").utf8) }
        bytes.append(10)
    }

    mutating func append(_ row: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "|"))
        for index in cells.indices {
            appendField(to: &bytes) { bytes in
                switch cells[index].appendPlain(row, to: &bytes) {
                case nil: break
                case .null: Quoting.appendMarkdown(nullText, to: &bytes)
                case .text(let text): Quoting.appendMarkdown(text, to: &bytes)
                }
            }
        }
        bytes.append(10)
    }

    private func appendField(to bytes: inout [UInt8], _ append: (inout [UInt8]) -> Void) {
        bytes.append(UInt8(ascii: " "))
        append(&bytes)
        bytes.append(contentsOf: " |".utf8)
    }

    func appendTail(to bytes: inout [UInt8]) {}
}
