import TapeColumns

/// The values of a table's partition columns, such as (2024-09-05, 110621). Ordered part by part.
package struct PartitionKey: Hashable, Comparable, Sendable {
    package enum Part: Hashable, Comparable, Sendable {
        /// A word, as `ColumnType` has it, of any type but string.
        case word(Int64)
        /// Told apart and ordered by its UTF-8, as paths are; not by what Unicode takes for equal.
        case text(String)

        package static func == (left: Part, right: Part) -> Bool {
            switch (left, right) {
            case (.word(let left), .word(let right)): left == right
            case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
            case (.word, .text), (.text, .word): false
            }
        }

        package func hash(into hasher: inout Hasher) {
            switch self {
            case .word(let word): hasher.combine(word)
            case .text(let text): for byte in text.utf8 { hasher.combine(byte) }
            }
        }

        package static func < (left: Part, right: Part) -> Bool {
            switch (left, right) {
            case (.word(let left), .word(let right)): left < right
            case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
            case (.word, .text): true
            case (.text, .word): false
            }
        }
    }

    package var parts: [Part]

    package init(_ parts: [Part]) { self.parts = parts }

    package static func < (left: PartitionKey, right: PartitionKey) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// Appends the text of a word. As a path component it stands for itself.
    static func append(_ word: Int64, _ type: ColumnType, to bytes: inout [UInt8]) {
        if type == .date { return CivilDate.append(Int32(truncatingIfNeeded: word), to: &bytes) }
        if word < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.appendDigits(word.magnitude)
    }

    /// The text of a part: a date as YYYY-MM-DD, a number in decimal, a string as it is.
    package static func text(_ part: Part, _ type: ColumnType) -> String {
        switch (part, type) {
        case (.text(let text), _): text
        case (.word(let word), .date): CivilDate.text(Int32(truncatingIfNeeded: word))
        case (.word(let word), _): String(word)
        }
    }
}

/// The name and type of a partition column.
package struct KeyColumn: Hashable, Sendable {
    package var name: String
    package var type: ColumnType

    package init(name: String, type: ColumnType) {
        self.name = name
        self.type = type
    }
}

extension TableSchema {
    /// The partition columns as questions see them.
    package var keyColumns: [KeyColumn] {
        partitionKey.map { key in
            let source = columns.first { $0.name == key.source }
            return KeyColumn(name: key.name, type: key.isDayOfSource ? .date : source?.type ?? .int64)
        }
    }
}

/// Key parts as path components, by an injective and reversible percent encoding.
///
/// ASCII letters, digits, `-` and `_` stand for themselves; every other byte of the UTF-8, the dot included, is `%` and two upper-case
/// hexadecimal digits; the empty text is a lone `%`. So no key can name a parent folder, a hidden file, or another key's path.
package enum PathComponent {
    package static func encode(_ text: String) -> String {
        guard !text.isEmpty else { return "%" }
        guard !text.utf8.allSatisfy(isPlain) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 15))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// nil for what `encode` does not write.
    package static func decode(_ component: String) -> String? {
        guard component != "%" else { return "" }
        var bytes: [UInt8] = []
        var rest = Substring(component).utf8
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "%") {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(value), let low = rest.popFirst().flatMap(value) else { return nil }
            bytes.append(high << 4 | low)
        }
        guard let text = String(validating: bytes, as: UTF8.self), encode(text) == component else { return nil }
        return text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        default: nil
        }
    }
}
