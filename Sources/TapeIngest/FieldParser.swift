import TapeColumns

/// Parses one field the exact way: whatever the fast path does not know. Cold.
struct FieldParser {
    enum Outcome: Equatable {
        case null
        case word(Int64)
        case text(String)
        case failure(RowError.Kind, expected: String)
    }

    private let column: ColumnSchema

    init(_ column: ColumnSchema) { self.column = column }

    /// - Parameter field: the field's bytes, quotes and blanks included.
    func parse(_ field: ArraySlice<UInt8>) -> Outcome {
        guard let content = FieldParser.content(field) else { return .failure(.badQuote, expected: FieldParser.quotedField) }
        if content.isEmpty || column.nullSpellings.contains(where: { content.elementsEqual($0.utf8) }) {
            guard column.isNullable else { return .failure(.missingValue, expected: expected) }
            return .null
        }
        switch column.type {
        case .string:
            guard let text = String(validating: content, as: UTF8.self) else { return .failure(.badValue, expected: expected) }
            return .text(text)
        case .bool: return bool(content)
        case .date: return date(content)
        case .float64: return double(content)
        case .uint64: return unsigned(content)
        case .decimal(let scale): return decimal(content, scale: scale)
        case .int8, .int16, .int32, .int64, .timestamp: return integer(content)
        }
    }

    /// What a value of the column looks like, for messages.
    var expected: String {
        switch column.type {
        case .string: "text in UTF-8"
        case .bool: "True, False, 1 or 0"
        case .date: "a date as YYYY-MM-DD"
        case .float64: "a number"
        case .decimal(let scale): "a number of at most \(scale) decimals"
        case .timestamp: "an integer (ns since 1970)"
        case .uint64: "an integer from 0 on"
        case .int8, .int16, .int32, .int64: "an integer"
        }
    }

    static let quotedField = "a field quoted as RFC 4180 has it"

    /// Whether a spelling of null is digits, which the fast path would take for a number.
    var hasNumericNull: Bool { column.nullSpellings.contains { $0.utf8.allSatisfy { (48...57).contains($0) } } }

    /// The field without blanks around it, and without its quotes; nil where quotes are wrong.
    static func content(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let quote = UInt8(ascii: "\"")
        let trimmed = trimmed(field)
        guard trimmed.first == quote else { return trimmed.contains(quote) ? nil : trimmed }
        guard trimmed.count >= 2, trimmed.last == quote else { return nil }
        let inner = trimmed.dropFirst().dropLast()
        guard inner.contains(quote) else { return inner }
        var content: [UInt8] = []
        var isPending = false
        for byte in inner {
            if byte == quote {
                if isPending { content.append(quote) }
                isPending.toggle()
            } else {
                guard !isPending else { return nil }
                content.append(byte)
            }
        }
        return isPending ? nil : content[...]
    }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }
        var rest = field
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    private func integer(_ content: ArraySlice<UInt8>) -> Outcome {
        // Older extracts were written from floats: 3340.0 is 3340. Any other fraction has lost or never had digits.
        let digits = content.suffix(2).elementsEqual(".0".utf8) ? content.dropLast(2) : content
        guard let word = Int64(String(decoding: digits, as: UTF8.self)) else {
            let isNumber = digits.dropFirst(digits.first == UInt8(ascii: "-") ? 1 : 0).allSatisfy { (48...57).contains($0) }
            return .failure(isNumber && digits.count > 18 ? .outOfRange : .badValue, expected: expected)
        }
        guard column.type.wordRange?.contains(word) ?? true else {
            return .failure(.outOfRange, expected: "\(expected) of type \(column.type.name)")
        }
        return .word(word)
    }

    private func unsigned(_ content: ArraySlice<UInt8>) -> Outcome {
        guard let value = UInt64(String(decoding: content, as: UTF8.self)) else {
            return .failure(content.allSatisfy { (48...57).contains($0) } ? .outOfRange : .badValue, expected: expected)
        }
        return .word(ColumnWord.word(of: value))
    }

    private func bool(_ content: ArraySlice<UInt8>) -> Outcome {
        switch String(decoding: content, as: UTF8.self).lowercased() {
        case "true", "1": .word(1)
        case "false", "0": .word(0)
        default: .failure(.badValue, expected: expected)
        }
    }

    private func date(_ content: ArraySlice<UInt8>) -> Outcome {
        guard let days = CivilDate.parse(content) else { return .failure(.badValue, expected: expected) }
        return .word(Int64(days))
    }

    private func double(_ content: ArraySlice<UInt8>) -> Outcome {
        guard let value = Double(String(decoding: content, as: UTF8.self)), value.isFinite else {
            return .failure(.badValue, expected: expected)
        }
        return .word(ColumnWord.word(of: value))
    }

    private func decimal(_ content: ArraySlice<UInt8>, scale: Int) -> Outcome {
        let parts = content.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : []
        guard fraction.count <= scale, fraction.allSatisfy({ (48...57).contains($0) }) else {
            return .failure(.badValue, expected: expected)
        }
        let digits = parts[0] + fraction + [UInt8](repeating: 48, count: scale - fraction.count)
        guard let first = parts[0].last, (48...57).contains(first), let word = Int64(String(decoding: digits, as: UTF8.self)) else {
            let isNumber = !parts[0].isEmpty && parts[0].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }.allSatisfy { (48...57).contains($0) }
            return .failure(isNumber ? .outOfRange : .badValue, expected: expected)
        }
        return .word(word)
    }
}
