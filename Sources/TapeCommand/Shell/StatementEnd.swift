/// Finds where a statement ends: at a `;` outside of text, quoted names and comments.
enum StatementEnd {
    /// Whether the text has such a `;` with nothing but blanks and comments behind it.
    static func isComplete(_ text: String) -> Bool { split(text).map { !$0.statements.isEmpty && $0.isRestBlank } ?? false }

    /// The statements of a complete text, each with its `;`; empty ones left out.
    static func statements(_ text: String) -> [String] { split(text)?.statements.filter { $0.contains { $0 != ";" && !$0.isWhitespace } } ?? [] }

    /// The statements, and whether nothing but blanks and comments follows; nil where a text, a name or a comment is open.
    private static func split(_ text: String) -> (statements: [String], isRestBlank: Bool)? {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        var statements: [String] = []
        var start = 0
        var isRestBlank = true
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ";"):
                statements.append(String(decoding: bytes[start..<rest.startIndex], as: UTF8.self))
                (start, isRestBlank) = (rest.startIndex, true)
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                isRestBlank = false
                guard skip(&rest, through: [byte]) else { return nil }
            case UInt8(ascii: "-") where rest.first == byte: _ = skip(&rest, through: [10])
            case UInt8(ascii: "/") where rest.first == UInt8(ascii: "*"):
                guard skip(&rest, through: Array("*/".utf8)) else { return nil }
            case UInt8(ascii: " "), 9, 10, 13: break
            default: isRestBlank = false
            }
        }
        return (statements, isRestBlank)
    }

    /// Goes behind the next occurrence; false where there is none. A doubled quote ends a text and begins the next, which comes to the same.
    private static func skip(_ rest: inout ArraySlice<UInt8>, through end: [UInt8]) -> Bool {
        while !rest.isEmpty {
            if rest.starts(with: end) {
                rest.removeFirst(end.count)
                return true
            }
            rest.removeFirst()
        }
        return false
    }
}
