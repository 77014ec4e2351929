/// Numbers the distinct texts of a column of a chunk, in order of first appearance, by open addressing with linear probing. By bytes: texts that
/// are equal only as Unicode has it are different texts.
struct TextTable: Sendable {
    private(set) var texts: [[UInt8]] = []
    private var slots = [Int32](repeating: -1, count: 64)

    mutating func removeAll() {
        guard !texts.isEmpty else { return }
        texts.removeAll(keepingCapacity: true)
        slots = [Int32](repeating: -1, count: 64)
    }

    /// The code of a text, given anew if needed.
    mutating func insert(_ text: [UInt8]) -> Int { insert(text.span, 0..<text.count) }

    mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let slot = slot(of: bytes, range)
        guard slots[slot] < 0 else { return Int(slots[slot]) }
        slots[slot] = Int32(texts.count)
        texts.append(range.map { bytes[$0] })
        if texts.count * 2 > slots.count { grow() }
        return texts.count - 1
    }

    private func slot(of bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var slot = TextTable.hash(bytes, range) & (slots.count - 1)
        while slots[slot] >= 0, !TextTable.isEqual(texts[Int(slots[slot])], bytes, range) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 4)
        for (code, text) in texts.enumerated() {
            var slot = TextTable.hash(text.span, 0..<text.count) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(code)
        }
    }

    /// FNV-1a (Fowler, Noll, Vo), its high bits folded in.
    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32)) & Int.max
    }

    private static func isEqual(_ text: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard text.count == range.count else { return false }
        for index in 0..<range.count where text[index] != bytes[range.lowerBound + index] { return false }
        return true
    }
}
