/// Cuts a question into tokens. Blanks and comments (`-- …`, `/* … */`) separate them.
struct Lexer {
    /// Longer questions are refused.
    static let sizeMax = 1 << 20

    private let bytes: [UInt8]
    private var offset = 0

    private init(_ question: String) { bytes = Array(question.utf8) }

    /// All tokens of the question; the last is `.end`.
    static func tokens(_ question: String) throws(QueryError) -> [Token] {
        guard question.utf8.count <= sizeMax else {
            throw QueryError(.syntax, "the question has \(question.utf8.count) bytes, more than \(sizeMax)")
        }
        var lexer = Lexer(question)
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private func byte(_ ahead: Int = 0) -> UInt8 { offset + ahead < bytes.count ? bytes[offset + ahead] : 0 }

    private mutating func next() throws(QueryError) -> Token {
        try skipBlanks()
        let start = offset
        guard offset < bytes.count else { return Token(kind: .end, place: start..<start) }
        let kind: Token.Kind
        switch byte() {
        case UInt8(ascii: "'"): kind = .text(try quoted(UInt8(ascii: "'"), "text"))
        case UInt8(ascii: "\""): kind = .quotedName(try quoted(UInt8(ascii: "\""), "name"))
        case let first where isDigit(first) || (first == UInt8(ascii: ".") && isDigit(byte(1))): kind = .number(try number())
        case let first where isLetter(first): kind = .word(word())
        default: kind = .symbol(try symbol())
        }
        return Token(kind: kind, place: start..<offset)
    }

    private mutating func skipBlanks() throws(QueryError) {
        while offset < bytes.count {
            switch byte() {
            case 0x20, 0x09, 0x0A, 0x0D, 0x0C, 0x0B: offset += 1
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
                while offset < bytes.count, byte() != 0x0A { offset += 1 }
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                let start = offset
                offset += 2
                while offset < bytes.count, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) { offset += 1 }
                guard offset < bytes.count else { throw QueryError(.syntax, "the comment has no end", place: start..<(start + 2)) }
                offset += 2
            default: return
            }
        }
    }

    /// What stands between two marks; the mark twice stands for itself.
    private mutating func quoted(_ mark: UInt8, _ what: String) throws(QueryError) -> String {
        let start = offset
        var content: [UInt8] = []
        offset += 1
        while offset < bytes.count {
            if byte() == mark {
                guard byte(1) == mark, offset + 1 < bytes.count else {
                    offset += 1
                    return String(decoding: content, as: UTF8.self)
                }
                offset += 1
            }
            content.append(byte())
            offset += 1
        }
        throw QueryError(.syntax, "the \(what) has no closing quote", place: start..<(start + 1))
    }

    private mutating func number() throws(QueryError) -> String {
        let start = offset
        while isDigit(byte()) { offset += 1 }
        if byte() == UInt8(ascii: ".") {
            offset += 1
            while isDigit(byte()) { offset += 1 }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
            if isDigit(byte(1 + sign)) {
                offset += 1 + sign
                while isDigit(byte()) { offset += 1 }
            }
        }
        guard !isLetter(byte()) else {
            while isLetter(byte()) || isDigit(byte()) { offset += 1 }
            let text = String(decoding: bytes[start..<offset], as: UTF8.self)
            throw QueryError(.syntax, "'\(text)' is neither a number nor a name", place: start..<offset)
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func word() -> String {
        let start = offset
        while isLetter(byte()) || isDigit(byte()) { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func symbol() throws(QueryError) -> String {
        let pair = String(decoding: bytes[offset..<min(offset + 2, bytes.count)], as: UTF8.self)
        if ["<=", ">=", "<>", "!=", "==", "||", "::"].contains(pair) {
            offset += 2
            return pair
        }
        guard Array("+-*/%=<>(),;.".utf8).contains(byte()) else {
            throw QueryError(.syntax, "a character that means nothing here", place: offset..<(offset + 1))
        }
        offset += 1
        return String(decoding: [bytes[offset - 1]], as: UTF8.self)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Letters are ASCII letters, `_`, and every byte of a character beyond ASCII.
    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
