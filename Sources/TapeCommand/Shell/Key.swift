/// What a person can type at the prompt.
enum Key: Hashable {
    case text(Character)
    case enter, backspace, delete, tab
    case left, right, wordLeft, wordRight, home, end, up, down
    case killToEnd, killToStart, killWord, yank
    case clearScreen
    /// Ctrl-C.
    case interrupt
    /// Ctrl-D: leaves at an empty line, else deletes.
    case endOfInput
    case unknown
}

/// Turns the bytes that a terminal sends into keys, as they come.
///
/// Keys without a character arrive as escape sequences: `ESC [ 1 ; 5 D` or `ESC O H` (ECMA-48, and xterm's manual); others as UTF-8.
struct KeyDecoder {
    private var bytes: ArraySlice<UInt8> = []

    mutating func append(_ more: [UInt8]) { bytes = bytes + more }

    /// The next key; nil where more bytes must come first.
    mutating func next() -> Key? {
        guard let first = bytes.first else { return nil }
        if first == 0x1B { return escape() }
        guard first >= 0x20, first != 0x7F else {
            bytes.removeFirst()
            return KeyDecoder.control(first)
        }
        return character(first)
    }

    private static func control(_ byte: UInt8) -> Key {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x03: .interrupt
        case 0x04: .endOfInput
        case 0x05: .end
        case 0x06: .right
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0A, 0x0D: .enter
        case 0x0B: .killToEnd
        case 0x0C: .clearScreen
        case 0x0E: .down
        case 0x10: .up
        case 0x15: .killToStart
        case 0x17: .killWord
        case 0x19: .yank
        default: .unknown
        }
    }

    private mutating func character(_ first: UInt8) -> Key? {
        let size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard bytes.count >= size else { return nil }
        let text = String(decoding: bytes.prefix(size), as: UTF8.self)
        bytes.removeFirst(size)
        return text.count == 1 ? text.first.map { .text($0) } : .unknown
    }

    private mutating func escape() -> Key? {
        let rest = bytes.dropFirst()
        guard let kind = rest.first else { return nil }
        guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else {
            bytes.removeFirst(2)
            return kind == UInt8(ascii: "b") ? .wordLeft : kind == UInt8(ascii: "f") ? .wordRight : .unknown
        }
        guard let end = rest.dropFirst().firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
        let parameters = String(decoding: rest.dropFirst().prefix(upTo: end), as: UTF8.self)
        let final = bytes[end]
        bytes = bytes[(end + 1)...]
        return KeyDecoder.sequence(parameters, final)
    }

    private static func sequence(_ parameters: String, _ final: UInt8) -> Key {
        let isModified = parameters.contains(";")
        switch (UnicodeScalar(final), parameters) {
        case ("A", _): return .up
        case ("B", _): return .down
        case ("C", _): return isModified ? .wordRight : .right
        case ("D", _): return isModified ? .wordLeft : .left
        case ("H", _), ("~", "1"), ("~", "7"): return .home
        case ("F", _), ("~", "4"), ("~", "8"): return .end
        case ("~", "3"): return .delete
        default: return .unknown
        }
    }
}
