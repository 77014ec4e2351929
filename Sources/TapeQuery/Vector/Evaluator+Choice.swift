import TapeBytes

/// `CASE`.
extension Evaluator {
    /// Each branch is evaluated for the rows that reach it only.
    func choice(_ branches: [Bound.Choice], _ otherwise: Bound, _ type: ValueType, _ batch: Batch) throws(QueryError) -> Vector {
        if let result = try choiceOfConstants(branches, otherwise, type, batch) { return result }
        var rest = (0..<Int32(truncatingIfNeeded: batch.count)).map { $0 }
        var builder = VectorBuilder(type, count: batch.count)
        for branch in branches where !rest.isEmpty {
            let part = batch.selecting(rest)
            let truths = Logic.truths(try evaluate(branch.condition, part))
            let taken = Logic.rows(truths)
            guard !taken.isEmpty else { continue }
            builder.store(try evaluate(branch.value, part.selecting(taken)), at: taken.map { rest[Int($0)] })
            rest = Logic.rows(truths.map { $0 ^ 1 }).map { rest[Int($0)] }
        }
        if !rest.isEmpty { builder.store(try evaluate(otherwise, batch.selecting(rest)), at: rest) }
        return builder.vector
    }

    /// Where conditions cannot fail and values are constants: coded, a code per branch. All conditions are evaluated for all rows, which is
    /// cheaper than telling rows apart. nil where this is another choice.
    private func choiceOfConstants(_ branches: [Bound.Choice], _ otherwise: Bound, _ type: ValueType, _ batch: Batch) throws(QueryError) -> Vector? {
        let values = branches.map(\.value) + [otherwise]
        guard values.count < Int(UInt8.max), values.allSatisfy({ $0.constant != nil }), branches.allSatisfy({ !$0.condition.canFail }) else { return nil }
        var codes = [UInt16](repeating: UInt16(truncatingIfNeeded: branches.count), count: batch.count)
        for (code, branch) in branches.enumerated().reversed() {
            let code = UInt16(truncatingIfNeeded: code)
            let truths = Logic.truths(try evaluate(branch.condition, batch))
            codes = Operands.zip(codes, truths, batch.count, 0) { $1 == 0 ? $0 : code }
        }
        var builder = VectorBuilder(type, count: values.count)
        let row = Batch(count: 1, columns: [])
        for (index, value) in values.enumerated() { builder.store(try evaluate(value, row), at: [Int32(truncatingIfNeeded: index)]) }
        let found = builder.vector
        return Vector(
            type, found.values, count: batch.count, isConstant: false, codes: codes, nulls: found.nulls.map { CodeVectors.lookUp($0, codes) },
            dictionary: found.dictionary)
    }
}
