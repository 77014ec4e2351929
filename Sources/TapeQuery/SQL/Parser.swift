/// Reads one SELECT statement by recursive descent; expressions are in `Parser+Expressions`.
struct Parser {
    /// Expressions nest at most this deep, so that no question can exhaust the stack.
    static let depthMax = 200

    private let tokens: [Token]
    private var index = 0
    var depth = 0

    private init(_ tokens: [Token]) { self.tokens = tokens }

    static func parse(_ question: String) throws(QueryError) -> SelectStatement {
        var parser = Parser(try Lexer.tokens(question))
        return try parser.statement()
    }

    // MARK: Tokens

    var token: Token { tokens[index] }
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }
    /// The end of the last token taken, in bytes of the question.
    var lastEnd: Int { index > 0 ? tokens[index - 1].place.upperBound : 0 }

    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    mutating func take(_ keyword: String) -> Bool {
        guard token.isKeyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func takeSymbol(_ symbol: String) -> Bool {
        guard token.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ keyword: String) throws(QueryError) {
        guard take(keyword) else { throw unexpected(keyword) }
    }

    mutating func expectSymbol(_ symbol: String) throws(QueryError) {
        guard takeSymbol(symbol) else { throw unexpected("'\(symbol)'") }
    }

    func unexpected(_ expected: String) -> QueryError {
        QueryError(.syntax, "expected \(expected), not \(token.description)", place: token.place)
    }

    // MARK: The statement

    private static let starts = ["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"]
    /// Words that end an expression or a name: a name spelled like one must be quoted.
    static let reserved: Set<String> = Set(starts).union([
        "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "AS", "BY", "ASC", "DESC",
        "DISTINCT", "TRUE", "FALSE", "CAST", "UNION", "JOIN",
    ])

    private mutating func statement() throws(QueryError) -> SelectStatement {
        var statement = SelectStatement()
        try expect("SELECT")
        if take("DISTINCT") { statement.isDistinct = true } else { _ = take("ALL") }
        repeat { statement.items.append(try item()) } while takeSymbol(",")
        try expect("FROM")
        (statement.table, statement.tablePlace) = try name("a table")
        if take("WHERE") { statement.condition = try expression() }
        if take("GROUP") {
            try expect("BY")
            statement.groupsByAll = take("ALL")
            if !statement.groupsByAll { repeat { statement.groups.append(try expression()) } while takeSymbol(",") }
        }
        if take("HAVING") { statement.having = try expression() }
        if take("ORDER") {
            try expect("BY")
            repeat { statement.order.append(try orderItem()) } while takeSymbol(",")
        }
        while token.isKeyword("LIMIT") || token.isKeyword("OFFSET") {
            let isLimit = token.isKeyword("LIMIT")
            guard (isLimit ? statement.limit : statement.offset) == nil else { throw unexpected("the end of the question") }
            advance()
            if isLimit { statement.limit = try count() } else { statement.offset = try count() }
        }
        try end()
        return statement
    }

    private mutating func end() throws(QueryError) {
        while takeSymbol(";") {}
        guard token.kind == .end else {
            guard case .word(let word) = token.kind, let nearest = Parser.nearestClause(word) else { throw unexpected("the end of the question") }
            throw QueryError(.syntax, "expected the end of the question, not '\(word)'", help: "did you mean '\(nearest)'?", place: token.place)
        }
    }

    private mutating func item() throws(QueryError) -> SelectStatement.Item {
        let start = token.place.lowerBound
        if token.isSymbol("*") {
            advance()
            return SelectStatement.Item(expression: nil, alias: nil, place: start..<lastEnd)
        }
        let expression = try expression()
        let place = start..<lastEnd
        if take("AS") { return SelectStatement.Item(expression: expression, alias: try name("a name").0, place: place) }
        return SelectStatement.Item(expression: expression, alias: bareName(), place: place)
    }

    /// The name at this place, if one is there that is no keyword.
    private mutating func bareName() -> String? {
        switch token.kind {
        case .quotedName(let name):
            advance()
            return name
        case .word(let word) where !Parser.reserved.contains(word.uppercased()) && word.uppercased() != "FILTER":
            advance()
            return word
        default: return nil
        }
    }

    mutating func name(_ what: String) throws(QueryError) -> (String, Range<Int>) {
        let place = token.place
        guard let name = bareName() else { throw unexpected(what) }
        return (name, place)
    }

    private mutating func orderItem() throws(QueryError) -> SelectStatement.OrderItem {
        var item = SelectStatement.OrderItem(expression: try expression(), isDescending: false, nullsFirst: nil)
        if take("DESC") { item.isDescending = true } else { _ = take("ASC") }
        if take("NULLS") {
            if take("FIRST") { item.nullsFirst = true } else if take("LAST") { item.nullsFirst = false } else { throw unexpected("FIRST or LAST") }
        }
        return item
    }

    private mutating func count() throws(QueryError) -> SelectStatement.Count {
        guard case .number(let text) = token.kind, let value = Int(text) else { throw unexpected("a count of rows") }
        let place = token.place
        advance()
        return SelectStatement.Count(value: value, place: place)
    }
}
