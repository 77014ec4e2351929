import TapeColumns

/// Conversions between types over vectors.
enum Cast {
    static func apply(_ vector: Vector, to type: ValueType, _ clock: LocalClock, _ place: Range<Int>) throws(QueryError) -> Vector {
        guard vector.type != type else { return vector }
        if vector.type == .null || vector.isNullConstant { return Vector(.null, type, count: vector.count) }
        switch (vector.type, type) {
        case (_, .string): return texts(vector, clock)
        case (.string, _): return try parsed(vector, type, clock, place)
        case (.date, .timestamp): return try instants(vector, clock, place)
        case (.timestamp, .date): return TimeFunctions.date(vector, clock)
        case (.timestamp, .integer): return vector.with(type, vector.values)
        case (_, .real): return vector.with(type, .reals(reals(vector)))
        case (.real, .boolean): return vector.with(type, .bits(vector.values.reals.map { $0 != 0 ? 1 : 0 }))
        case (_, .boolean): return vector.with(type, .bits(vector.exactValues.map { $0 != 0 ? 1 : 0 }))
        default: return try numbers(vector, to: type, place)
        }
    }

    /// The starts of days.
    private static func instants(_ vector: Vector, _ clock: LocalClock, _ place: Range<Int>) throws(QueryError) -> Vector {
        let days = vector.values.words
        if !days.allSatisfy(LocalClock.days.contains) {
            for row in 0..<(vector.isConstant ? 1 : vector.count) where !vector.isNull(row) && !LocalClock.days.contains(days[vector.index(row)]) {
                throw QueryError(.overflow, "the date is not among those of timestamps, 1677-09-22 to 2262-04-11", place: place)
            }
        }
        return vector.with(.timestamp, .words(days.map { LocalClock.days.contains($0) ? clock.instant($0 * LocalClock.day) : 0 }))
    }

    private static func reals(_ vector: Vector) -> [Double] {
        let scale = vector.type.scale ?? 0
        switch vector.values {
        case .reals(let reals): return reals
        case .words(let words) where scale == 0: return Operands.map(words, 0) { Double($0) }
        case .words, .wide, .bits:
            let divisor = PowerOfTen.double(scale)
            return vector.exactValues.map { Double($0) / divisor }
        }
    }

    /// To exact numbers: from doubles to the nearest (halves to even), from more decimals to fewer halves away from zero.
    private static func numbers(_ vector: Vector, to type: ValueType, _ place: Range<Int>) throws(QueryError) -> Vector {
        guard let target = type.scale else { return Vector(.null, type, count: vector.count) }
        if vector.type.scale == target, type.isWide { return vector.with(type, .wide(vector.exactValues)) }
        var values: [Int128] = []
        var failures: [UInt8]?
        func fail(_ index: Int, _ count: Int) {
            if failures == nil { failures = [UInt8](repeating: 0, count: count) }
            failures?[index] = 1
        }
        if case .reals(let reals) = vector.values {
            let factor = PowerOfTen.double(target)
            for (index, real) in reals.enumerated() {
                let scaled = Int128(exactly: (real * factor).rounded(.toNearestOrEven))
                if scaled == nil { fail(index, reals.count) }
                values.append(scaled ?? 0)
            }
        } else {
            let source = vector.exactValues
            for (index, value) in source.enumerated() {
                let rescaled = rescale(value, from: vector.type.scale ?? 0, to: target)
                if rescaled == nil { fail(index, source.count) }
                values.append(rescaled ?? 0)
            }
        }
        guard !type.isWide else { return try Arithmetic.settled(vector.with(type, .wide(values)), failures, nil, place) }
        for (index, value) in values.enumerated() where Int64(exactly: value) == nil { fail(index, values.count) }
        return try Arithmetic.settled(vector.with(type, .words(values.map { Int64(truncatingIfNeeded: $0) })), failures, nil, place)
    }

    /// nil where the result passes 128 bits.
    static func rescale(_ value: Int128, from source: Int, to target: Int) -> Int128? {
        if target >= source {
            let (product, overflow) = value.multipliedReportingOverflow(by: PowerOfTen.wide(target - source))
            return overflow ? nil : product
        }
        let divisor = PowerOfTen.wide(source - target)
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return quotient + (remainder.magnitude * 2 >= divisor.magnitude ? value.signum() : 0)
    }

    private static func texts(_ vector: Vector, _ clock: LocalClock) -> Vector {
        var copy = vector
        copy.nulls = nil
        copy.codes = nil
        copy.isConstant = false
        copy.count = vector.values.count
        let texts = (0..<copy.count).map { text(copy.constant($0), vector.type, clock) }
        return vector.with(.string, .words(texts.indices.map { Int64($0) }), dictionary: texts)
    }

    private static func text(_ value: Constant, _ type: ValueType, _ clock: LocalClock) -> String {
        switch (value, type) {
        case (.word(let word), .boolean): word == 0 ? "false" : "true"
        case (.word(let word), .date): CivilDate.text(Int32(truncatingIfNeeded: word))
        case (.word(let word), .timestamp): clock.text(word)
        case (.word(let word), _): decimal(Int128(word), type.scale ?? 0)
        case (.wide(let wide), _): decimal(wide, type.scale ?? 0)
        case (.real(let real), _): String(describing: real)
        case (.text(let text), _): text
        case (.null, _): ""
        }
    }

    static func decimal(_ value: Int128, _ scale: Int) -> String {
        guard scale > 0 else { return String(value) }
        let digits = String(value.magnitude)
        let padded = String(repeating: "0", count: Swift.max(0, scale + 1 - digits.count)) + digits
        return (value < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    private static func parsed(_ vector: Vector, _ type: ValueType, _ clock: LocalClock, _ place: Range<Int>) throws(QueryError) -> Vector {
        let words = vector.values.words
        var builder = VectorBuilder(type, count: words.count)
        var failures: [UInt8]?
        for (index, word) in words.enumerated() {
            guard let (constant, found) = TextValue.parse(vector.text(word), as: type, clock),
                let value = try? apply(Vector(constant, found, count: 1), to: type, clock, place)
            else {
                if failures == nil { failures = [UInt8](repeating: 0, count: words.count) }
                failures?[index] = 1
                continue
            }
            builder.store(value, at: [Int32(truncatingIfNeeded: index)])
        }
        if let failures {
            for row in 0..<(vector.isConstant ? 1 : vector.count) where failures[vector.index(row)] != 0 && !vector.isNull(row) {
                throw QueryError(.type, "'\(vector.text(words[vector.index(row)]))' is no \(type.name)", place: place)
            }
        }
        return vector.with(type, builder.vector.values)
    }
}
