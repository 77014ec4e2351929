/// Finds where a statement ends: at a `;` outside of text, quoted names and comments.
enum StatementEnd {
    /// Whether the text has such a `;` with nothing but blanks and comments behind it.
    static func isComplete(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        var isComplete = false
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ";"): isComplete = true
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                isComplete = false
                guard skip(&rest, through: [byte]) else { return false }
            case UInt8(ascii: "-") where rest.first == byte: _ = skip(&rest, through: [10])
            case UInt8(ascii: "/") where rest.first == UInt8(ascii: "*"):
                guard skip(&rest, through: Array("*/".utf8)) else { return false }
            case UInt8(ascii: " "), 9, 10, 13: break
            default: isComplete = false
            }
        }
        return isComplete
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
