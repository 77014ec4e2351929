import TapeStore

/// A question, understood: parsed, and bound to the tables of a store.
///
///     let query = try Query("SELECT participant_id, sum(quantity) FROM orders GROUP BY 1", store: store, options: QueryOptions())
///     let answer = try query.run()
package struct Query: Sendable {
    private let plan: QueryPlan
    private let source: TableSource
    private let options: QueryOptions

    /// - Throws: `QueryError` where the text is no question, or one that the store's tables cannot answer.
    package init(_ text: String, store: Store, options: QueryOptions) throws(QueryError) {
        let statement = try Parser.parse(text)
        source = try TableSource.find(statement.table, statement.tablePlace, in: store)
        plan = try Binder.plan(statement, source.shape, options.clock, question: text)
        self.options = options
    }

    /// Answers the question. Rows without an order come in the order of their groups, or as they are stored.
    package func run() throws(QueryError) -> QueryAnswer {
        try QueryRun(plan, source, options).answer()
    }

    /// Answers the question piece by piece, so that an answer of any length takes a part of the memory allowed: where neither an order nor a limit need
    /// all rows at once, neighbouring segments are answered by themselves, in order, and so are ranges of keys where there are many groups. Other answers
    /// come as one piece.
    ///
    /// - Parameter emit: is handed each piece; all have the same columns, and the first may have no rows.
    package func forEachPiece<Failure>(_ emit: (QueryAnswer) throws(Failure) -> Void, failing: (QueryError) -> Failure) throws(Failure) {
        func attempt<Result>(_ body: () throws(QueryError) -> Result) throws(Failure) -> Result {
            do throws(QueryError) { return try body() } catch { throw failing(error) }
        }
        let run = try attempt { () throws(QueryError) in try QueryRun(plan, source, options) }
        if run.isPiecewise, let ranged = try attempt({ () throws(QueryError) in try RangedRun(run) }) {
            for wave in ranged.waves {
                for answer in try attempt({ () throws(QueryError) in try ranged.answers(wave) }) { try emit(answer) }
            }
            return
        }
        for piece in run.pieces { try emit(try attempt { () throws(QueryError) in try piece.answer() }) }
    }

    /// What answering will read, as text for people; opens the segments that partition keys do not rule out.
    package func explain() throws(QueryError) -> String {
        try QueryRun(plan, source, options).explanation()
    }
}

/// The answer to a question, and what it took.
package struct QueryAnswer: Sendable {
    package var result: ResultSet
    package var statistics: QueryStatistics
}
