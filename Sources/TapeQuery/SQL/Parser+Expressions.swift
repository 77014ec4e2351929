import TapeColumns

/// Expressions, from what binds least to what binds most:
///
///     OR   AND   NOT   comparisons, IS, IN, BETWEEN, LIKE   ||   + −   * / %   unary −   ::   a value
extension Parser {
    mutating func expression() throws(QueryError) -> Syntax {
        try nested { parser throws(QueryError) in try parser.chain("OR", Syntax.Kind.or) { parser throws(QueryError) in
            try parser.chain("AND", Syntax.Kind.and) { parser throws(QueryError) in try parser.negatable() } } }
    }

    /// Counts how deep expressions nest.
    private mutating func nested<Result>(_ body: (inout Parser) throws(QueryError) -> Result) throws(QueryError) -> Result {
        guard depth < Parser.depthMax else {
            throw QueryError(.syntax, "expressions nest more than \(Parser.depthMax) deep", place: token.place)
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    /// `part AND part AND …` as one list, however long.
    private mutating func chain(
        _ keyword: String, _ kind: ([Syntax]) -> Syntax.Kind, _ part: (inout Parser) throws(QueryError) -> Syntax
    ) throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        let first = try part(&self)
        guard token.isKeyword(keyword) else { return first }
        var parts = [first]
        while take(keyword) { parts.append(try part(&self)) }
        return Syntax(kind: kind(parts), place: start..<lastEnd)
    }

    private mutating func negatable() throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        guard take("NOT") else { return try comparison() }
        let operand = try nested { parser throws(QueryError) in try parser.negatable() }
        return Syntax(kind: .not(operand), place: start..<lastEnd)
    }

    private static let comparisons: [String: BinaryOperator] = [
        "=": .equal, "==": .equal, "<>": .unequal, "!=": .unequal, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual,
    ]

    private mutating func comparison() throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        var left = try operators(0)
        var links = 0
        while let kind = try comparisonTail(left) {
            links += 1
            try check(links)
            left = Syntax(kind: kind, place: start..<lastEnd)
        }
        return left
    }

    /// Chains of operators make trees as deep as they are long.
    private func check(_ links: Int) throws(QueryError) {
        guard links + depth <= Parser.depthMax else {
            throw QueryError(.syntax, "more than \(Parser.depthMax) operators in a row", place: token.place)
        }
    }

    private mutating func comparisonTail(_ left: Syntax) throws(QueryError) -> Syntax.Kind? {
        if case .symbol(let symbol) = token.kind, let comparison = Parser.comparisons[symbol] {
            advance()
            return .binary(comparison, left, try operators(0))
        }
        if take("IS") {
            let isNegated = take("NOT")
            try expect("NULL")
            return negated(.isNull(left), isNegated, left)
        }
        let isNegated = token.isKeyword("NOT")
        let word = isNegated ? following : token
        guard word.isKeyword("IN") || word.isKeyword("BETWEEN") || word.isKeyword("LIKE") else { return nil }
        if isNegated { advance() }
        return negated(try setTail(left), isNegated, left)
    }

    private func negated(_ kind: Syntax.Kind, _ isNegated: Bool, _ left: Syntax) -> Syntax.Kind {
        isNegated ? .not(Syntax(kind: kind, place: left.place.lowerBound..<lastEnd)) : kind
    }

    private mutating func setTail(_ left: Syntax) throws(QueryError) -> Syntax.Kind {
        if take("IN") {
            try expectSymbol("(")
            var items: [Syntax] = []
            repeat { items.append(try expression()) } while takeSymbol(",")
            try expectSymbol(")")
            return .isIn(left, items)
        }
        if take("BETWEEN") {
            let low = try operators(0)
            try expect("AND")
            return .between(left, low, try operators(0))
        }
        try expect("LIKE")
        return .like(left, try operators(0))
    }

    private static let levels: [[String: BinaryOperator]] = [
        ["||": .concatenated], ["+": .plus, "-": .minus], ["*": .times, "/": .divided, "%": .remainder],
    ]

    private mutating func operators(_ level: Int) throws(QueryError) -> Syntax {
        guard level < Parser.levels.count else { return try unary() }
        let start = token.place.lowerBound
        var left = try operators(level + 1)
        var links = 0
        while case .symbol(let symbol) = token.kind, let kind = Parser.levels[level][symbol] {
            advance()
            links += 1
            try check(links)
            left = Syntax(kind: .binary(kind, left, try operators(level + 1)), place: start..<lastEnd)
        }
        return left
    }

    private mutating func unary() throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        if takeSymbol("+") { return try nested { parser throws(QueryError) in try parser.unary() } }
        guard takeSymbol("-") else { return try casts() }
        let operand = try nested { parser throws(QueryError) in try parser.unary() }
        return Syntax(kind: .negation(operand), place: start..<lastEnd)
    }

    private mutating func casts() throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        var value = try primary()
        var links = 0
        while takeSymbol("::") {
            links += 1
            try check(links)
            value = Syntax(kind: .cast(value, try typeName()), place: start..<lastEnd)
        }
        return value
    }

    private mutating func typeName() throws(QueryError) -> TypeName {
        let start = token.place.lowerBound
        var name = try self.name("a type").0.lowercased()
        if name == "double" { _ = take("PRECISION") }
        var parameters: [Int] = []
        if takeSymbol("(") {
            repeat {
                guard case .number(let text) = token.kind, let value = Int(text) else { throw unexpected("a number") }
                advance()
                parameters.append(value)
            } while takeSymbol(",")
            try expectSymbol(")")
        }
        if name == "numeric" { name = "decimal" }
        return TypeName(name: name, parameters: parameters, place: start..<lastEnd)
    }

    private mutating func primary() throws(QueryError) -> Syntax {
        let place = token.place
        switch token.kind {
        case .number(let text):
            advance()
            return Syntax(kind: .number(text), place: place)
        case .text(let text):
            advance()
            return Syntax(kind: .text(text), place: place)
        case .quotedName(let name):
            advance()
            return Syntax(kind: .column(name), place: place)
        case .symbol("("):
            advance()
            var inner = try expression()
            try expectSymbol(")")
            inner.place = place.lowerBound..<lastEnd
            return inner
        case .word(let word): return try named(word)
        case .symbol, .end: throw unexpected("an expression")
        }
    }

    private mutating func named(_ word: String) throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        let upper = word.uppercased()
        switch upper {
        case "NULL", "TRUE", "FALSE":
            advance()
            return Syntax(kind: upper == "NULL" ? .null : .truth(upper == "TRUE"), place: start..<lastEnd)
        case "CASE": return try choice()
        case "CAST":
            advance()
            try expectSymbol("(")
            let value = try expression()
            try expect("AS")
            let type = try typeName()
            try expectSymbol(")")
            return Syntax(kind: .cast(value, type), place: start..<lastEnd)
        case let keyword where Parser.reserved.contains(keyword): throw unexpected("an expression")
        default: break
        }
        let name = token
        advance()
        if case .text(let text) = token.kind, upper == "DATE" || upper == "TIMESTAMP" {
            advance()
            return Syntax(kind: .typedText(upper.lowercased(), text), place: start..<lastEnd)
        }
        if token.isSymbol("(") { return try call(word, name.place) }
        return Syntax(kind: .column(word), place: name.place)
    }

    private mutating func choice() throws(QueryError) -> Syntax {
        let start = token.place.lowerBound
        try expect("CASE")
        let operand = token.isKeyword("WHEN") ? nil : try expression()
        var branches: [Branch] = []
        while take("WHEN") {
            let condition = try expression()
            try expect("THEN")
            branches.append(Branch(condition: condition, value: try expression()))
        }
        guard !branches.isEmpty else { throw unexpected("WHEN") }
        let otherwise = take("ELSE") ? try expression() : nil
        try expect("END")
        return Syntax(kind: .choice(operand: operand, branches: branches, otherwise: otherwise), place: start..<lastEnd)
    }

    private mutating func call(_ name: String, _ place: Range<Int>) throws(QueryError) -> Syntax {
        var call = Call(name: name.lowercased(), namePlace: place, arguments: [], isStar: false, isDistinct: false, by: nil, filter: nil)
        try expectSymbol("(")
        if takeSymbol("*") {
            call.isStar = true
        } else if !token.isSymbol(")") {
            call.isDistinct = take("DISTINCT")
            repeat { call.arguments.append(try expression()) } while takeSymbol(",")
            if take("BY") { call.by = try expression() }
        }
        try expectSymbol(")")
        if token.isKeyword("FILTER"), following.isSymbol("(") {
            advance()
            advance()
            try expect("WHERE")
            call.filter = try expression()
            try expectSymbol(")")
        }
        return Syntax(kind: .call(call), place: place.lowerBound..<lastEnd)
    }

    /// The clause that somebody may have meant by a word.
    static func nearestClause(_ word: String) -> String? {
        NearestName.of(word.uppercased(), among: ["FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET", "GROUP", "ORDER"])
    }
}
