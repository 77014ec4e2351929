/// Functions of numbers.
enum NumberFunctions {
    static func map(_ vector: Vector, _ body: (Double) -> Double) -> Vector {
        guard case .reals(let reals) = vector.values else { return Vector(.null, .real, count: vector.count) }
        return vector.with(.real, .reals(reals.map(body)))
    }

    static func absolute(_ vector: Vector, _ place: Range<Int>) throws(QueryError) -> Vector {
        switch vector.values {
        case .reals(let reals): return vector.with(vector.type, .reals(reals.map(\.magnitude)))
        case .words(let words):
            let result = vector.with(vector.type, .words(words.map { $0 < 0 ? 0 &- $0 : $0 }))
            return try Arithmetic.settled(result, words.contains(.min) ? words.map { $0 == .min ? 1 : 0 } : nil, nil, place)
        case .wide(let wide):
            let result = vector.with(vector.type, .wide(wide.map { $0 < 0 ? 0 &- $0 : $0 }))
            return try Arithmetic.settled(result, wide.contains(.min) ? wide.map { $0 == .min ? 1 : 0 } : nil, nil, place)
        case .bits: return vector
        }
    }

    /// To so many decimals, halves away from zero.
    static func rounded(_ vector: Vector, _ digits: Int) -> Vector {
        guard digits != 0 else { return map(vector) { $0.rounded(.toNearestOrAwayFromZero) } }
        let factor = PowerOfTen.double(abs(digits))
        return map(vector) { value in
            let scaled = digits > 0 ? value * factor : value / factor
            guard scaled.isFinite else { return value }
            let rounded = scaled.rounded(.toNearestOrAwayFromZero)
            return digits > 0 ? rounded / factor : rounded * factor
        }
    }

    /// The values, all of which that are not null must lie in the range.
    static func checked(_ vector: Vector, _ range: ClosedRange<Int64>, _ place: Range<Int>) throws(QueryError) -> Vector {
        let words = vector.values.words
        guard let bad = words.first(where: { !range.contains($0) }) else { return vector }
        for row in 0..<(vector.isConstant ? 1 : vector.count) where !vector.isNull(row) && !range.contains(words[vector.index(row)]) {
            throw QueryError(.overflow, "\(bad) is outside of \(range.lowerBound) to \(range.upperBound)", help: "cast to BIGINT", place: place)
        }
        return vector
    }
}
