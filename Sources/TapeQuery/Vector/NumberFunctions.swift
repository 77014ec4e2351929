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

    /// To so many decimals; exact numbers stay exact.
    ///
    /// - Parameter type: of the result.
    static func rounded(_ vector: Vector, _ rounding: Rounding, _ decimals: Int, _ type: ValueType, _ place: Range<Int>) throws(QueryError) -> Vector {
        guard let scale = vector.type.scale else { return map(vector) { rounded($0, rounding, decimals) } }
        var failures: [UInt8]?
        let source = vector.exactValues
        var values: [Int128] = []
        values.reserveCapacity(source.count)
        for value in source {
            let (product, overflow) = quotient(value, by: scale - decimals, rounding).multipliedReportingOverflow(by: PowerOfTen.wide(-decimals))
            values.append(product)
            guard overflow || (!type.isWide && Int64(exactly: product) == nil) else { continue }
            if failures == nil { failures = [UInt8](zeros: source.count) }
            failures?[values.count - 1] = 1
        }
        let result = type.isWide ? Vector.Values.wide(values) : .words(values.map { Int64(truncatingIfNeeded: $0) })
        return try Arithmetic.settled(vector.with(type, result), failures, nil, place)
    }

    private static func rounded(_ value: Double, _ rounding: Rounding, _ decimals: Int) -> Double {
        let rule: FloatingPointRoundingRule = switch rounding {
        case .down: .down
        case .up: .up
        case .nearest: .toNearestOrAwayFromZero
        }
        guard decimals != 0 else { return value.rounded(rule) }
        let factor = PowerOfTen.double(abs(decimals))
        let scaled = decimals > 0 ? value * factor : value / factor
        guard scaled.isFinite else { return value }
        return decimals > 0 ? scaled.rounded(rule) / factor : scaled.rounded(rule) * factor
    }

    /// value / 10^exponent, of which the exponent is above zero.
    private static func quotient(_ value: Int128, by exponent: Int, _ rounding: Rounding) -> Int128 {
        // No number of 128 bits is half of such a power.
        guard exponent <= PowerOfTen.exponentMax else { return rounding == .nearest ? 0 : rounding == .down ? min(0, value.signum()) : max(0, value.signum()) }
        let divisor = PowerOfTen.wide(exponent)
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return switch rounding {
        case .down: remainder < 0 ? quotient - 1 : quotient
        case .up: remainder > 0 ? quotient + 1 : quotient
        case .nearest: remainder.magnitude >= divisor.magnitude - remainder.magnitude ? quotient + value.signum() : quotient
        }
    }

    /// The values, all of which that are not null must lie in the range.
    static func checked(_ vector: Vector, _ range: ClosedRange<Int128>, _ place: Range<Int>) throws(QueryError) -> Vector {
        let values = vector.exactValues
        guard !values.allSatisfy(range.contains) else { return vector }
        for row in 0..<(vector.isConstant ? 1 : vector.count) where !vector.isNull(row) && !range.contains(values[vector.index(row)]) {
            guard vector.type != .date else { throw QueryError(.overflow, "a date does not fit in 32 bits", place: place) }
            let (scale, value) = (vector.type.scale ?? 0, values[vector.index(row)])
            let bounds = "\(Cast.decimal(range.lowerBound, scale)) to \(Cast.decimal(range.upperBound, scale))"
            throw QueryError(.overflow, "\(Cast.decimal(value, scale)) is outside of \(bounds)", help: "cast to a wider type", place: place)
        }
        return vector
    }
}
