import TapeBytes

/// Answers a question with groups: folds rows in parallel, then computes outputs over the groups.
struct GroupedRun {
    let run: QueryRun

    func answer() throws(QueryError) -> QueryAnswer {
        let (fold, statistics) = try folded()
        let groups = try fold.columns()
        let count = fold.groupCount
        return QueryAnswer(result: try result(groups, count), statistics: statistics)
    }

    /// One fold of all rows.
    ///
    /// Where the order of merging shows, each chunk has its own fold and they are merged in order; otherwise each worker has one.
    private func folded() throws(QueryError) -> (AggregateFold, QueryStatistics) {
        let chunks = Chunks(run.units)
        let isOrdered = run.plan.aggregates.contains(where: \.isOrderSensitive)
        let folds = Protected([AggregateFold?](repeating: nil, count: isOrdered ? chunks.ranges.count : run.options.workers))
        let total = Protected(run.initial)
        try chunks.forEach(workers: run.options.workers) { worker, chunk throws(QueryError) in
            let place = isOrdered ? chunk : worker
            let known = folds.withLock { folds in
                defer { folds[place] = nil }
                return folds[place]
            }
            var fold = known ?? AggregateFold(run.plan, run.evaluator)
            var statistics = QueryStatistics()
            for index in chunks.ranges[chunk] { try add(run.units[index], to: &fold, &statistics) }
            let (finished, gathered) = (fold, statistics)
            folds.withLock { $0[place] = finished }
            total.withLock { $0.add(gathered) }
            return true
        }
        var result = AggregateFold(run.plan, run.evaluator)
        for fold in folds.value {
            guard let fold else { continue }
            if result.isUntouched { result = fold } else { try result.merge(fold) }
        }
        return (result, total.value)
    }

    private func add(_ unit: ScanUnit, to fold: inout AggregateFold, _ statistics: inout QueryStatistics) throws(QueryError) {
        let before = fold.sizeInBytes
        try run.scan.scan(unit, &statistics) { block throws(QueryError) in
            try fold.add(block)
            return true
        }
        try run.meter.change(from: before, to: fold.sizeInBytes)
    }

    private func result(_ groups: [Vector], _ count: Int) throws(QueryError) -> ResultSet {
        var batch = Batch(count: count, columns: groups)
        if let truths = try run.evaluator.truths(run.plan.having, batch) { batch = batch.selecting(Logic.rows(truths)) }
        var order: [RowOrder.Key] = []
        for item in run.plan.order {
            order.append(RowOrder.Key(
                vector: try run.evaluator.evaluate(item.expression, batch), isDescending: item.isDescending, nullsFirst: item.nullsFirst))
        }
        // Groups come in the order of their keys, whoever found them first.
        for key in run.plan.keys.indices { order.append(RowOrder.Key(vector: try batch.column(key))) }
        var outputs: [Vector] = []
        for output in run.plan.outputs { outputs.append(try run.evaluator.evaluate(output.expression, batch)) }
        return run.finished(outputs, order, batch.count)
    }
}
