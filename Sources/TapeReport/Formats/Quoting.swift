/// How each form protects text.
package enum Quoting {
    /// RFC 4180: in quotes where the text holds a comma, a quote or a line break, or would be read as null.
    static func appendCSV(_ text: String, nullText: String = "", to bytes: inout [UInt8]) {
        let needsQuotes = text == nullText || text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
        bytes.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    package static func csv(_ text: String) -> String {
        var bytes: [UInt8] = []
        if !text.isEmpty { appendCSV(text, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func appendTSV(_ text: String, to bytes: inout [UInt8]) {
        append(text, to: &bytes) { byte in
            switch byte {
            case 0x09: "\\t"
            case 0x0A: "\\n"
            case 0x0D: "\\r"
            case 0x5C: "\\\\"
            default: nil
            }
        }
    }

    static func appendMarkdown(_ text: String, to bytes: inout [UInt8]) {
        append(text, to: &bytes) { byte in
            switch byte {
            case 0x7C: "\\|"
            case 0x5C: "\\\\"
            case 0x0A, 0x0D: " "
            default: nil
            }
        }
    }

    static func appendJSON(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        append(text, to: &bytes) { byte in
            switch byte {
            case 0x22: "\\\""
            case 0x5C: "\\\\"
            case 0x0A: "\\n"
            case 0x0D: "\\r"
            case 0x09: "\\t"
            default: byte < 0x20 ? control(byte) : nil
            }
        }
        bytes.append(0x22)
    }

    package static func json(_ text: String) -> String {
        var bytes: [UInt8] = []
        appendJSON(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// For a terminal: control characters, which could move its cursor, as escapes.
    package static func visible(_ text: String) -> String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) }
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) { visible += control(UInt8(scalar.value)) } else { visible.unicodeScalars.append(scalar) }
        }
        return visible
    }

    private static func control(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// All that needs protection is ASCII, so that the bytes of UTF-8 can be looked at one by one.
    private static func append(_ text: String, to bytes: inout [UInt8], _ replacement: (UInt8) -> String?) {
        for byte in text.utf8 {
            if let escaped = replacement(byte) { bytes.append(contentsOf: escaped.utf8) } else { bytes.append(byte) }
        }
    }
}
