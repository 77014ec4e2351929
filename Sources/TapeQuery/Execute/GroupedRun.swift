import TapeBytes

/// Answers a question with groups: folds rows in parallel, then computes outputs over the groups.
struct GroupedRun {
    private static let partsMin = 8

    let run: QueryRun

    func answer() throws(QueryError) -> QueryAnswer {
        if let parts = partsByKey() { return try answer(apart: Chunks(parts)) }
        if let ranged = try RangedRun(run) { return try ranged.answer() }
        let (fold, statistics) = try folded()
        return QueryAnswer(result: try result(try fold.columns(), fold.presentCount), statistics: statistics)
    }

    /// The segments by those keys of the question that are partition columns: rows of different parts are never of one group.
    ///
    /// nil where there are no such keys, or too few parts to keep workers busy. The workers' number has no say: sums of doubles would show it.
    private func partsByKey() -> [[Int]]? {
        let source = run.scan.source
        let keys = run.plan.keys.compactMap { key -> Vector? in
            guard case .slot(let slot) = key.kind, let part = source.shape.columns[slot].keyPart else { return nil }
            return source.keys.indices.contains(part) ? source.keys[part] : nil
        }
        guard !keys.isEmpty else { return nil }
        let rows = run.segments.map { Int32(truncatingIfNeeded: $0) }
        var grouper = Grouper(keys.map(\.type))
        let ids = grouper.groups(keys.map { $0.gathered(rows) }, count: rows.count).flat(rows.count)
        var parts = [[Int]](repeating: [], count: grouper.count)
        for (segment, id) in zip(run.segments, ids) { parts[Int(id)].append(segment) }
        parts.removeAll(where: \.isEmpty)
        return parts.count >= GroupedRun.partsMin ? parts : nil
    }

    /// Folds each chunk by itself: its groups are done when it is, and what they took is free again.
    private func answer(apart chunks: Chunks) throws(QueryError) -> QueryAnswer {
        let types = run.plan.keys.map(\.type) + run.plan.aggregates.map(\.type)
        let finished = Protected([[Vector]?](repeating: nil, count: chunks.parts.count))
        let total = Protected(run.initial)
        try chunks.forEach(workers: run.options.workers) { _, chunk throws(QueryError) in
            var fold = AggregateFold(run.plan, run.evaluator)
            var statistics = QueryStatistics()
            for segment in chunks.parts[chunk] { try add(segment, to: &fold, &statistics) }
            let columns = try fold.columns()
            try run.meter.change(from: fold.sizeInBytes, to: columns.reduce(0) { $0 + $1.sizeInBytes })
            let gathered = statistics
            finished.withLock { $0[chunk] = columns }
            total.withLock { $0.add(gathered) }
            return true
        }
        var buffers = types.map { ColumnBuffer($0) }
        for columns in finished.value { for (index, column) in (columns ?? []).enumerated() { buffers[index].append(column) } }
        return QueryAnswer(result: try result(buffers.map(\.vector), buffers.first?.count ?? 0), statistics: total.value)
    }

    /// One fold of all rows.
    ///
    /// Where the order of merging shows, each chunk has its own fold and they are merged in order; otherwise each worker has one.
    private func folded() throws(QueryError) -> (AggregateFold, QueryStatistics) {
        let chunks = Chunks(run.segments, run.scan.source.rowCounts)
        let isOrdered = run.plan.aggregates.contains(where: \.isOrderSensitive)
        let folds = Protected([AggregateFold?](repeating: nil, count: isOrdered ? chunks.parts.count : run.options.workers))
        let total = Protected(run.initial)
        try chunks.forEach(workers: run.options.workers) { worker, chunk throws(QueryError) in
            let place = isOrdered ? chunk : worker
            // Taken out, so that nobody else holds what the fold will change in place.
            var fold = folds.withLock { $0[place].take() } ?? AggregateFold(run.plan, run.evaluator)
            var statistics = QueryStatistics()
            for segment in chunks.parts[chunk] { try add(segment, to: &fold, &statistics) }
            let (finished, gathered) = (consume fold, statistics)
            folds.withLock { $0[place] = finished }
            total.withLock { $0.add(gathered) }
            return true
        }
        var result = AggregateFold(run.plan, run.evaluator)
        for index in folds.value.indices {
            guard let fold = folds.withLock({ $0[index].take() }) else { continue }
            if result.isUntouched { result = fold } else { try result.merge(fold) }
        }
        return (result, total.value)
    }

    private func add(_ segment: Int, to fold: inout AggregateFold, _ statistics: inout QueryStatistics) throws(QueryError) {
        let before = fold.sizeInBytes
        try run.scan.scan(segment, &statistics) { block throws(QueryError) in
            try fold.add(block)
            return true
        }
        try run.meter.change(from: before, to: fold.sizeInBytes)
    }

    /// The answer over groups that are finished: keys, then aggregates.
    func result(_ groups: [Vector], _ count: Int) throws(QueryError) -> ResultSet {
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
