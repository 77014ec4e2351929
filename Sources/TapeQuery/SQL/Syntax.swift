/// An expression as it was written, with its place in the question.
struct Syntax: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case column(String)
        /// As written.
        case number(String)
        case text(String)
        /// `DATE '…'`, `TIMESTAMP '…'`: the type's name and the text.
        case typedText(String, String)
        case null
        case truth(Bool)
        case negation(Syntax)
        case not(Syntax)
        case and([Syntax])
        case or([Syntax])
        case binary(BinaryOperator, Syntax, Syntax)
        case isNull(Syntax)
        case isIn(Syntax, [Syntax])
        case between(Syntax, Syntax, Syntax)
        case like(Syntax, Syntax)
        /// `operand` is nil in the searched form.
        case choice(operand: Syntax?, branches: [Branch], otherwise: Syntax?)
        case cast(Syntax, TypeName)
        case call(Call)
    }

    var kind: Kind
    /// In bytes of the question.
    var place: Range<Int>
}

enum BinaryOperator: String, Hashable, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divided = "/"
    case remainder = "%"
    case concatenated = "||"
    case equal = "="
    case unequal = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

struct Branch: Hashable, Sendable {
    var condition: Syntax
    var value: Syntax
}

/// A type as `CAST` names it: `decimal(12, 2)` has two parameters.
struct TypeName: Hashable, Sendable {
    var name: String
    var parameters: [Int]
    var place: Range<Int>
}

/// A call of a function or an aggregate.
struct Call: Hashable, Sendable {
    /// In lower case.
    var name: String
    var namePlace: Range<Int>
    var arguments: [Syntax]
    /// `count(*)`.
    var isStar: Bool
    var isDistinct: Bool
    /// `first(x BY t)`.
    var by: Syntax?
    /// `FILTER (WHERE …)`.
    var filter: Syntax?
}

/// A whole question.
struct SelectStatement: Hashable, Sendable {
    struct Item: Hashable, Sendable {
        /// nil for `*`.
        var expression: Syntax?
        var alias: String?
        var place: Range<Int>
    }

    struct OrderItem: Hashable, Sendable {
        var expression: Syntax
        var isDescending: Bool
        /// nil where the question does not say: nulls come last.
        var nullsFirst: Bool?
    }

    struct Count: Hashable, Sendable {
        var value: Int
        var place: Range<Int>
    }

    var isDistinct = false
    var items: [Item] = []
    var table = ""
    var tablePlace = 0..<0
    var condition: Syntax?
    var groups: [Syntax] = []
    /// Whether the groups are those of all that is listed and holds no aggregate: GROUP BY ALL.
    var groupsByAll = false
    var having: Syntax?
    var order: [OrderItem] = []
    var limit: Count?
    var offset: Count?
}
