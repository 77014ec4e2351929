import TapeTestSupport
import Testing

@testable import TapeBytes

/// Goal: the fast scans say what a plain loop says. Method: random text rich in delimiters and quotes, at every length and start
/// around a step of the kernel; digits of every length beside what is almost a number.
@Suite struct TextKernelsTests {
    /// The ends of fields, byte by byte.
    static func naiveStructure(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        var positions: [UInt32] = []
        var isQuoted = false
        for (offset, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") { positions.append(UInt32(offset)) }
        }
        return positions
    }

    static func randomText(_ count: Int, _ alphabet: String, _ random: inout SeededGenerator) -> [UInt8] {
        let symbols = Array(alphabet.utf8)
        return (0..<count).map { _ in symbols[Int(random.next() % UInt64(symbols.count))] }
    }

    @Test(arguments: ["a,\"\n", "aaaaaaaaaaaa,\n", "a\"", ",", "\n,\"\r\u{0}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
    func structureIsThatOfAPlainLoop(alphabet: String) {
        var random = SeededGenerator(seed: 7)
        for count in Array(0...200) + [255, 256, 257, 1000] {
            let first = Int(random.next() % 70)
            let bytes = TextKernelsTests.randomText(first + count + 3, alphabet, &random)
            let range = first..<(first + count)
            let expected = TextKernelsTests.naiveStructure(bytes[range])
            let hasQuote = bytes[range].contains(UInt8(ascii: "\""))
            for isPortable in [false, true] {
                var structure = TextStructure()
                TextKernels.structure(bytes.span, range, into: &structure, isPortable: isPortable)
                #expect(Array(structure.positions[..<structure.count]) == expected, "\(count) bytes from \(first) on, portable: \(isPortable)")
                let ends = expected.indices.filter { bytes[first + Int(expected[$0])] == UInt8(ascii: "\n") }
                #expect(structure.recordEnds[..<structure.recordCount].map { Int($0) } == ends)
                #expect(structure.hasQuotes == hasQuote)
            }
        }
    }

    @Test func everyByteOutsideAsciiIsText() {
        let bytes = (UInt8.min...UInt8.max).flatMap { [$0, UInt8(ascii: ",")] }
        let expected = TextKernelsTests.naiveStructure(bytes[...])
        for isPortable in [false, true] {
            var structure = TextStructure()
            TextKernels.structure(bytes.span, 0..<bytes.count, into: &structure, isPortable: isPortable)
            #expect(Array(structure.positions[..<structure.count]) == expected)
        }
    }

    @Test func lineFeedsAndQuotesAreFound() {
        var random = SeededGenerator(seed: 8)
        for count in 0..<300 {
            let bytes = TextKernelsTests.randomText(count, count.isMultiple(of: 2) ? "aaaaaaaaaaaaaaaaaaaa\"\n" : "a", &random)
            let range = (count / 7)..<(count - count / 5)
            #expect(TextKernels.hasQuote(bytes, range) == bytes[range].contains(UInt8(ascii: "\"")))
            #expect(TextKernels.firstLineFeed(bytes, range) == bytes[range].firstIndex(of: UInt8(ascii: "\n")))
            #expect(TextKernels.lastLineFeed(bytes, range) == bytes[range].lastIndex(of: UInt8(ascii: "\n")))
        }
    }

    @Test func lineFeedsAreCounted() {
        var random = SeededGenerator(seed: 10)
        for alphabet in ["\n", "a\n", "aaaaaaaaa\n"] {
            for count in [0, 1, 254, 255, 256, 600, 3000] {
                let bytes = TextKernelsTests.randomText(count, alphabet, &random)
                let range = (count / 7)..<(count - count / 5)
                #expect(TextKernels.lineFeedCount(bytes, range) == bytes[range].count { $0 == 10 })
            }
        }
    }

    /// The fields of one column as text, read by the kernel: a word where it took the field, nil where it left it.
    static func parse(_ fields: [String], padding: Int, isPortable: Bool) -> [Int64?] {
        let prefix = "junk"
        var bytes = Array(prefix.utf8)
        for field in fields { bytes += Array("x,\(field)\n".utf8) }
        let range = prefix.utf8.count..<bytes.count
        bytes += [UInt8](repeating: UInt8(ascii: "7"), count: padding)
        var structure = TextStructure()
        TextKernels.structure(bytes.span, range, into: &structure)
        let rows = fields.indices.map { Int32(2 * $0) }
        var words = [Int64](repeating: -1, count: fields.count + 5)
        var span = words.mutableSpan
        var extremes = (low: Int64.max, high: Int64.min)
        let irregular = TextKernels.parseIntegers(
            bytes.span, range, structure.positions.span, rows: rows.span, field: 1, into: &span, at: 3, extremes: &extremes,
            isPortable: isPortable)
        let regular = fields.indices.filter { !irregular.contains(Int32($0)) }.map { words[3 + $0] }
        #expect(extremes.low == regular.min() ?? .max && extremes.high == regular.max() ?? .min)
        #expect(irregular == irregular.sorted())
        #expect(irregular.allSatisfy { words[3 + Int($0)] == 0 })
        #expect(words[..<3] == [-1, -1, -1] && words.suffix(2) == [-1, -1])
        return fields.indices.map { irregular.contains(Int32($0)) ? nil : words[3 + $0] }
    }

    static func isRegular(_ field: String) -> Bool {
        (1...19).contains(field.utf8.count) && field.utf8.allSatisfy { (48...57).contains($0) }
    }

    @Test func integersAreThoseOfTheLibrary() {
        var random = SeededGenerator(seed: 9)
        var fields = ["0", "1", "9", "00", "000000000000000000", "999999999999999999", "1000000000000000000"]
        fields += ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "", " 1", "1 ", "+1", "-1", "1.0", "1e5", "/", ":"]
        for size in 1...20 {
            for _ in 0..<40 { fields.append(String(decoding: TextKernelsTests.randomText(size, "0123456789", &random), as: UTF8.self)) }
            // One wrong byte at each place, among them the neighbours of the digits.
            for place in 0..<size {
                var text = TextKernelsTests.randomText(size, "0123456789", &random)
                text[place] = [0x2F, 0x3A, 0x00, 0x20, 0x80, 0xB0, 0xFF, 0x39 | 0x40][Int(random.next() % 8)]
                if let field = String(validating: text, as: UTF8.self) { fields.append(field) }
            }
        }
        // Four rows of much the same size go together, so the order matters.
        for fields in [fields, fields.sorted { $0.utf8.count < $1.utf8.count }, fields.flatMap { [$0, $0, $0, $0] }] {
            for isPortable in [false, true] {
                for (field, word) in zip(fields, TextKernelsTests.parse(fields, padding: 32, isPortable: isPortable)) {
                    #expect(word == (TextKernelsTests.isRegular(field) ? Int64(field) : nil), "\(field.debugDescription)")
                }
            }
        }
    }

    @Test(arguments: 0...26) func integersAtTheEndOfTheBufferAreRight(padding: Int) {
        for size in 1...19 {
            let fields = ["123456", "7", "1234567890", "99", "12", String("1987654321098765432".prefix(size))]
            for count in 1...fields.count {
                let last = Array(fields.suffix(count))
                #expect(TextKernelsTests.parse(last, padding: padding, isPortable: false) == last.map { Int64($0) })
            }
        }
    }
}
