import TapeColumns

/// Functions and aggregates.
extension Binder {
    static let functionNames = ["time_bucket", "hour", "date", "abs", "round", "floor", "ceil", "coalesce", "least", "greatest"]

    mutating func bind(_ call: Call, _ place: Range<Int>) throws(QueryError) -> Bound {
        if Aggregate.names.contains(call.name) || call.name == "mean" { return try aggregate(call, place) }
        guard Binder.functionNames.contains(call.name) || call.name == "ceiling" else {
            let help = NearestName.question(call.name, among: Binder.functionNames + Aggregate.names)
            throw QueryError(.unknownName, "there is no function '\(call.name)'", help: help, place: call.namePlace)
        }
        if call.isDistinct || call.filter != nil || call.by != nil || call.isStar {
            throw QueryError(.syntax, "'\(call.name)' is no aggregate: it takes no *, DISTINCT, BY or FILTER", place: place)
        }
        switch call.name {
        case "time_bucket": return try timeBucket(call, place)
        case "hour": return try function(.hour, call, place, type: .integer, of: [.timestamp])
        case "date": return try date(call, place)
        case "abs", "floor", "ceil", "ceiling", "round": return try numeric(call, place)
        default: return try choosing(call, place)
        }
    }

    private func check(_ call: Call, _ counts: ClosedRange<Int>, _ place: Range<Int>) throws(QueryError) {
        guard !counts.contains(call.arguments.count) else { return }
        let wanted = counts.lowerBound == counts.upperBound ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
        throw QueryError(.type, "'\(call.name)' takes \(wanted) argument\(counts.upperBound == 1 ? "" : "s"), not \(call.arguments.count)", place: place)
    }

    /// A function of one argument that must be of the type.
    private mutating func function(
        _ function: ScalarFunction, _ call: Call, _ place: Range<Int>, type: ValueType, of types: [ValueType]
    ) throws(QueryError) -> Bound {
        try check(call, 1...1, place)
        let argument = try coerced(bind(call.arguments[0]), to: types[0])
        guard types.contains(argument.type) || argument.type == .null else {
            throw QueryError(.type, "'\(call.name)' takes a \(types[0].name), not a value of type \(argument.type.name)", place: argument.place)
        }
        return folded(Bound(kind: .call(function, [argument]), type: type, place: place))
    }

    private mutating func date(_ call: Call, _ place: Range<Int>) throws(QueryError) -> Bound {
        try check(call, 1...1, place)
        let argument = try bind(call.arguments[0])
        if argument.type == .timestamp { return folded(Bound(kind: .call(.date, [argument]), type: .date, place: place)) }
        if case .text(let text) = argument.constant, let instant = clock.parse(text) {
            let time = Bound(kind: .constant(.word(instant)), type: .timestamp, place: place)
            return folded(Bound(kind: .call(.date, [time]), type: .date, place: place))
        }
        return try cast(argument, to: .date, place)
    }

    private mutating func timeBucket(_ call: Call, _ place: Range<Int>) throws(QueryError) -> Bound {
        try check(call, 2...2, place)
        let width = try bind(call.arguments[0])
        guard case .text(let text) = width.constant, let nanoseconds = IntervalText.nanoseconds(text) else {
            throw QueryError(.type, "the width of a time_bucket must be a text such as '30 minutes', of nanoseconds to weeks", place: width.place)
        }
        let time = try cast(coerced(bind(call.arguments[1]), to: .timestamp), to: .timestamp, place)
        return folded(Bound(kind: .call(.timeBucket(nanoseconds), [time]), type: .timestamp, place: place))
    }

    private mutating func numeric(_ call: Call, _ place: Range<Int>) throws(QueryError) -> Bound {
        try check(call, call.name == "round" ? 1...2 : 1...1, place)
        let argument = try bind(call.arguments[0])
        guard argument.type.isNumber || argument.type == .null else {
            throw QueryError(.type, "'\(call.name)' takes a number, not a value of type \(argument.type.name)", place: argument.place)
        }
        if call.name == "abs" { return folded(Bound(kind: .call(.abs, [argument]), type: argument.type, place: place)) }
        var digits = 0
        if call.arguments.count == 2 {
            guard case .word(let word) = try bind(call.arguments[1]).constant, (-30...30).contains(word) else {
                throw QueryError(.type, "the decimals to round to must be a number from -30 to 30", place: call.arguments[1].place)
            }
            digits = Int(word)
        }
        let rounding: Rounding = call.name == "round" ? .nearest : call.name == "floor" ? .down : .up
        let function = ScalarFunction.rounded(rounding, decimals: digits)
        guard let scale = argument.type.scale else {
            return folded(Bound(kind: .call(function, [try cast(argument, to: .real, place)]), type: .real, place: place))
        }
        // Numbers of so few decimals are round already.
        if digits >= scale { return argument }
        return folded(Bound(kind: .call(function, [argument]), type: .exact(scale: max(0, digits), isWide: argument.type.isWide), place: place))
    }

    private mutating func choosing(_ call: Call, _ place: Range<Int>) throws(QueryError) -> Bound {
        try check(call, 1...255, place)
        var arguments: [Bound] = []
        for argument in call.arguments { arguments.append(try bind(argument)) }
        arguments = try unified(arguments)
        let function: ScalarFunction = call.name == "coalesce" ? .coalesce : call.name == "least" ? .least : .greatest
        return folded(Bound(kind: .call(function, arguments), type: arguments[0].type, place: place))
    }

    // MARK: Aggregates

    private mutating func aggregate(_ call: Call, _ place: Range<Int>) throws(QueryError) -> Bound {
        if let aggregateBan { throw QueryError(.type, "'\(call.name)' is an aggregate; \(aggregateBan)", place: place) }
        aggregateBan = "aggregates do not nest"
        defer { aggregateBan = nil }
        var arguments: [Bound] = []
        for argument in call.arguments { arguments.append(try bind(argument)) }
        var by: Bound?
        if let syntax = call.by { by = try bind(syntax) }
        var aggregate = try bound(call, arguments, by, place)
        aggregate.isDistinct = call.isDistinct && aggregate.function != .minimum && aggregate.function != .maximum
        if let filter = call.filter { aggregate.filter = try condition(filter) }
        let index = aggregates.firstIndex { $0.isSame(aggregate) } ?? aggregates.count
        if index == aggregates.count { aggregates.append(aggregate) }
        return Bound(kind: .slot(Binder.aggregateBase + index), type: aggregate.type, place: place, role: aggregate.role)
    }

    private func bound(_ call: Call, _ arguments: [Bound], _ by: Bound?, _ place: Range<Int>) throws(QueryError) -> Aggregate {
        if call.isDistinct, ["first", "last", "vwap"].contains(call.name) { throw QueryError(.type, "'\(call.name)' takes no DISTINCT", place: place) }
        if by != nil, call.name != "first", call.name != "last" { throw QueryError(.syntax, "'\(call.name)' takes no BY", place: place) }
        if call.isStar {
            guard call.name == "count" else { throw QueryError(.type, "only count takes *", place: place) }
            return Aggregate(function: .countRows, arguments: [], type: .integer, place: place)
        }
        switch call.name {
        case "count":
            if arguments.isEmpty, !call.isDistinct { return Aggregate(function: .countRows, arguments: [], type: .integer, place: place) }
            try check(call, 1...1, place)
            return Aggregate(function: .count, arguments: arguments, type: .integer, place: place)
        case "min", "max":
            try check(call, 1...1, place)
            let function: Aggregate.Function = call.name == "min" ? .minimum : .maximum
            return Aggregate(function: function, arguments: arguments, type: arguments[0].type, role: arguments[0].role, place: place)
        case "sum":
            try check(call, 1...1, place)
            let argument = try number(arguments[0], call)
            let type: ValueType = argument.type == .real ? .real : .wide(argument.type.scale ?? 0)
            return Aggregate(function: .sum, arguments: [argument], type: type, place: place)
        case "avg", "mean":
            try check(call, 1...1, place)
            return Aggregate(function: .average, arguments: [try number(arguments[0], call)], type: .real, place: place)
        case "first", "last": return try extreme(call, arguments, by, place)
        case "vwap":
            try check(call, 2...2, place)
            let pair = [try number(arguments[0], call), try number(arguments[1], call)]
            return Aggregate(function: .weightedAverage, arguments: pair, type: .real, place: place)
        case "median", "quantile": return try quantile(call, arguments, place)
        default:
            try check(call, 1...1, place)
            let isSample = !call.name.hasSuffix("_pop")
            let function: Aggregate.Function = call.name.hasPrefix("var") ? .variance(isSample: isSample) : .deviation(isSample: isSample)
            let argument = try number(arguments[0], call)
            return Aggregate(function: function, arguments: [try cast(argument, to: .real, argument.place)], type: .real, place: place)
        }
    }

    /// A number; a boolean counts as 0 or 1.
    private func number(_ argument: Bound, _ call: Call) throws(QueryError) -> Bound {
        if argument.type == .boolean || argument.type == .null { return try cast(argument, to: .integer, argument.place) }
        guard argument.type.isNumber else {
            throw QueryError(.type, "'\(call.name)' takes a number, not a value of type \(argument.type.name)", place: argument.place)
        }
        return argument
    }

    private func extreme(_ call: Call, _ arguments: [Bound], _ by: Bound?, _ place: Range<Int>) throws(QueryError) -> Aggregate {
        try check(call, 1...1, place)
        guard let by, !call.isDistinct else {
            throw QueryError(.syntax, "'\(call.name)' needs an order, as in \(call.name)(price BY timestamp)", place: place)
        }
        return Aggregate(function: call.name == "first" ? .first : .last, arguments: [arguments[0], by], type: arguments[0].type,
                         role: arguments[0].role, place: place)
    }

    private func quantile(_ call: Call, _ arguments: [Bound], _ place: Range<Int>) throws(QueryError) -> Aggregate {
        try check(call, call.name == "median" ? 1...1 : 2...2, place)
        var share = 0.5
        if arguments.count == 2 {
            guard case .real(let value) = try cast(arguments[1], to: .real, place).constant, (0...1).contains(value) else {
                throw QueryError(.type, "the share of a quantile must be a number from 0 to 1", place: arguments[1].place)
            }
            share = value
        }
        let argument = try number(arguments[0], call)
        return Aggregate(function: .quantile(share), arguments: [try cast(argument, to: .real, argument.place)], type: .real, place: place)
    }
}

/// Widths of time such as `30 minutes`.
enum IntervalText {
    private static let units: [(String, Int64)] = [
        ("nanosecond", 1), ("ns", 1), ("microsecond", 1000), ("us", 1000), ("millisecond", 1_000_000), ("ms", 1_000_000),
        ("second", 1_000_000_000), ("sec", 1_000_000_000), ("s", 1_000_000_000), ("minute", 60_000_000_000), ("min", 60_000_000_000),
        ("m", 60_000_000_000), ("hour", 3_600_000_000_000), ("h", 3_600_000_000_000), ("day", LocalClock.day), ("d", LocalClock.day),
        ("week", 7 * LocalClock.day), ("w", 7 * LocalClock.day),
    ]

    /// nil for anything else, and for widths that are not above zero.
    static func nanoseconds(_ text: String) -> Int64? {
        let digits = text.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
        let unit = text.drop { $0 == " " }.dropFirst(digits.count).split(separator: " ").joined(separator: " ").lowercased()
        let count = digits.isEmpty ? 1 : Int64(digits)
        guard let count, count > 0, let width = units.first(where: { $0.0 == unit || $0.0 + "s" == unit })?.1 else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: width)
        return overflow ? nil : product
    }
}
