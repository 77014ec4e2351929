/// A word of a question, with its place.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A bare name or keyword, as written.
        case word(String)
        /// A name between double quotes, unquoted.
        case quotedName(String)
        /// A text between single quotes, unquoted.
        case text(String)
        /// A number, as written; it starts with a digit or a dot.
        case number(String)
        /// An operator or a punctuation mark.
        case symbol(String)
        case end
    }

    var kind: Kind
    /// In bytes of the question.
    var place: Range<Int>

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }

    /// Whether it is the (bare) keyword, in any case. `keyword` is in upper case.
    func isKeyword(_ keyword: String) -> Bool {
        guard case .word(let word) = kind else { return false }
        return word.utf8.count == keyword.utf8.count && word.uppercased() == keyword
    }

    /// As errors name it.
    var description: String {
        switch kind {
        case .word(let text), .quotedName(let text), .number(let text), .symbol(let text): "'\(text)'"
        case .text(let text): "the text '\(text)'"
        case .end: "the end of the question"
        }
    }
}
