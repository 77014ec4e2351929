import TapeColumns

/// Finds what the names of a statement mean and what types its expressions have.
///
/// Expressions are bound over the table's columns first, aggregates as slots from `aggregateBase` on; where there are groups,
/// `grouped(_:)` then rewrites them over the groups' columns.
struct Binder {
    static let aggregateBase = 1 << 32

    let statement: SelectStatement
    let shape: TableShape
    let clock: LocalClock
    private let question: [UInt8]
    var aggregates: [Aggregate] = []
    /// Why aggregates may not stand where binding is at; nil where they may.
    var aggregateBan: String?
    /// Aliases being bound, so that none can mean itself.
    private var openAliases: Set<String> = []

    /// Expressions bound so far, and how many are being bound around this one.
    var boundCount = 0
    var depth = 0
    static let boundMax = 200_000
    static let depthMax = Parser.depthMax + 100

    static func plan(_ statement: SelectStatement, _ shape: TableShape, _ clock: LocalClock, question: String) throws(QueryError) -> QueryPlan {
        var binder = Binder(statement: statement, shape: shape, clock: clock, question: Array(question.utf8))
        return try binder.plan()
    }

    private mutating func plan() throws(QueryError) -> QueryPlan {
        var plan = QueryPlan(shape: shape)
        if let condition = statement.condition { plan.conditions = try conjuncts(condition, "WHERE") }
        for item in statement.items {
            guard let expression = item.expression else {
                plan.outputs += shape.columns.indices.map { QueryPlan.Output(name: shape.columns[$0].name, expression: column($0, item.place)) }
                continue
            }
            plan.outputs.append(QueryPlan.Output(name: name(of: item), expression: try bind(expression)))
        }
        for group in statement.groups { plan.keys.append(try key(group, plan.outputs)) }
        if statement.groupsByAll { plan.keys = plan.outputs.map(\.expression).filter { !Binder.holdsAggregate($0) } }
        if let having = statement.having { plan.having = try conjuncts(having, nil) }
        for item in statement.order { plan.order.append(try order(item, plan.outputs)) }
        plan.isGrouped = !plan.keys.isEmpty || !aggregates.isEmpty || statement.having != nil
        plan.isDistinct = statement.isDistinct
        if statement.isDistinct { try checkDistinct(plan) }
        if statement.isDistinct, !plan.isGrouped {
            plan.isGrouped = true
            plan.isDistinct = false
            plan.keys = plan.outputs.map(\.expression)
        }
        plan.aggregates = aggregates
        if plan.isGrouped { try group(&plan) }
        plan.limit = statement.limit?.value
        plan.offset = statement.offset?.value ?? 0
        return plan
    }

    private mutating func conjuncts(_ syntax: Syntax, _ clause: String?) throws(QueryError) -> [Bound] {
        aggregateBan = clause.map { "\($0) sees rows, not groups: use HAVING" }
        defer { aggregateBan = nil }
        var conditions: [Bound] = []
        for part in Binder.flattened(syntax) { conditions.append(try condition(part)) }
        return conditions
    }

    /// The parts of nested ANDs.
    private static func flattened(_ syntax: Syntax) -> [Syntax] {
        guard case .and(let parts) = syntax.kind else { return [syntax] }
        return parts.flatMap(flattened)
    }

    private func name(of item: SelectStatement.Item) -> String {
        if let alias = item.alias { return alias }
        if case .column(let name) = item.expression?.kind, let column = shape.column(named: name) { return shape.columns[column].name }
        return Binder.singleSpaced(String(decoding: question[item.place], as: UTF8.self))
    }

    /// A text's words with one space between. Not by `joined`, whose generic types cost each process some 150,000 instructions to set up.
    static func singleSpaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).reduce(into: "") { spaced, word in
            if !spaced.isEmpty { spaced += " " }
            spaced += word
        }
    }

    func column(_ index: Int, _ place: Range<Int>) -> Bound {
        Bound(kind: .slot(index), type: ValueType(shape.columns[index].type), place: place, role: shape.columns[index].role)
    }

    /// A column of the table, or what an alias of the list stands for.
    mutating func named(_ name: String, _ place: Range<Int>) throws(QueryError) -> Bound {
        if let index = shape.column(named: name) { return column(index, place) }
        if let bound = try aliased(name) { return bound }
        let names = shape.columns.map(\.name) + statement.items.compactMap(\.alias)
        let help = NearestName.question(name, among: names)
        throw QueryError(.unknownName, "the table '\(shape.name)' has no column '\(name)'", help: help, place: place)
    }

    private mutating func aliased(_ name: String) throws(QueryError) -> Bound? {
        let folded = TableSchema.folded(name)
        guard let item = statement.items.first(where: { $0.alias.map { TableSchema.folded($0) } == folded }), let expression = item.expression,
            openAliases.insert(folded).inserted
        else { return nil }
        defer { openAliases.remove(folded) }
        return try bind(expression)
    }

    // MARK: Groups and order

    private static func holdsAggregate(_ expression: Bound) -> Bool { expression.slots.contains { $0 >= aggregateBase } }

    /// A position in the list, a column, an alias or an expression.
    private mutating func key(_ syntax: Syntax, _ outputs: [QueryPlan.Output]) throws(QueryError) -> Bound {
        if let output = try position(syntax, outputs, "GROUP BY") {
            if Binder.holdsAggregate(output) {
                throw QueryError(.type, "GROUP BY cannot name an aggregate", place: syntax.place)
            }
            return output
        }
        aggregateBan = "GROUP BY sees rows, not groups"
        defer { aggregateBan = nil }
        return try bind(syntax)
    }

    private mutating func order(_ item: SelectStatement.OrderItem, _ outputs: [QueryPlan.Output]) throws(QueryError) -> QueryPlan.Order {
        var expression = try position(item.expression, outputs, "ORDER BY")
        if expression == nil, case .column(let name) = item.expression.kind { expression = try aliased(name) }
        if expression == nil { expression = try bind(item.expression) }
        guard let expression else { throw QueryError(.syntax, "expected an expression", place: item.expression.place) }
        return QueryPlan.Order(expression: expression, isDescending: item.isDescending, nullsFirst: item.nullsFirst ?? false)
    }

    private func position(_ syntax: Syntax, _ outputs: [QueryPlan.Output], _ clause: String) throws(QueryError) -> Bound? {
        guard case .number(let text) = syntax.kind, let position = Int(text) else { return nil }
        guard outputs.indices.contains(position - 1) else {
            throw QueryError(.unknownName, "\(clause) \(position): the list has \(outputs.count) column\(outputs.count == 1 ? "" : "s")", place: syntax.place)
        }
        return outputs[position - 1].expression
    }

    private func checkDistinct(_ plan: QueryPlan) throws(QueryError) {
        for item in plan.order where !plan.outputs.contains(where: { $0.expression.isSame(item.expression) }) {
            throw QueryError(.type, "SELECT DISTINCT can only be ordered by what it lists", place: item.expression.place)
        }
    }

    private func group(_ plan: inout QueryPlan) throws(QueryError) {
        let keys = plan.keys
        for index in plan.outputs.indices { plan.outputs[index].expression = try grouped(plan.outputs[index].expression, keys) }
        for index in plan.having.indices { plan.having[index] = try grouped(plan.having[index], keys) }
        for index in plan.order.indices { plan.order[index].expression = try grouped(plan.order[index].expression, keys) }
    }

    /// The expression over the groups' columns: keys, then aggregates.
    private func grouped(_ expression: Bound, _ keys: [Bound]) throws(QueryError) -> Bound {
        if let key = keys.firstIndex(where: { $0.isSame(expression) }) {
            return Bound(kind: .slot(key), type: expression.type, place: expression.place, role: expression.role)
        }
        var copy = expression
        func part(_ bound: Bound) throws(QueryError) -> Bound { try grouped(bound, keys) }
        func parts(_ bounds: [Bound]) throws(QueryError) -> [Bound] {
            var result: [Bound] = []
            for bound in bounds { result.append(try part(bound)) }
            return result
        }
        switch expression.kind {
        case .constant: break
        case .slot(let slot) where slot >= Binder.aggregateBase: copy.kind = .slot(keys.count + slot - Binder.aggregateBase)
        case .slot(let slot):
            throw QueryError(.type, "'\(shape.columns[slot].name)' must be in GROUP BY, or inside an aggregate", place: expression.place)
        case .arithmetic(let operation, let left, let right): copy.kind = .arithmetic(operation, try part(left), try part(right))
        case .negation(let inner): copy.kind = .negation(try part(inner))
        case .comparison(let operation, let left, let right): copy.kind = .comparison(operation, try part(left), try part(right))
        case .not(let inner): copy.kind = .not(try part(inner))
        case .and(let inner): copy.kind = .and(try parts(inner))
        case .or(let inner): copy.kind = .or(try parts(inner))
        case .isNull(let inner): copy.kind = .isNull(try part(inner))
        case .isIn(let inner, let set): copy.kind = .isIn(try part(inner), set)
        case .like(let inner, let pattern): copy.kind = .like(try part(inner), pattern)
        case .choice(let branches, let otherwise):
            var choices: [Bound.Choice] = []
            for branch in branches { choices.append(Bound.Choice(condition: try part(branch.condition), value: try part(branch.value))) }
            copy.kind = .choice(choices, otherwise: try part(otherwise))
        case .cast(let inner): copy.kind = .cast(try part(inner))
        case .call(let function, let arguments): copy.kind = .call(function, try parts(arguments))
        }
        return copy
    }

    private init(statement: SelectStatement, shape: TableShape, clock: LocalClock, question: [UInt8]) {
        self.statement = statement
        self.shape = shape
        self.clock = clock
        self.question = question
    }
}
