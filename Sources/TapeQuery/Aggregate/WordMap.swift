/// Numbers 64-bit words in order of their first appearance, by open addressing with linear probing.
struct WordMap: Sendable {
    private(set) var words: [Int64] = []
    /// The number of the word in a slot, plus one; 0 where there is none.
    private var slots = [UInt32](repeating: 0, count: 64)
    private var mask = 63

    /// The word's number, given anew if needed.
    mutating func number(of word: Int64) -> UInt32 {
        var slot = WordMap.hash(word) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { break }
            if words[Int(entry) - 1] == word { return entry - 1 }
            slot = (slot + 1) & mask
        }
        let number = UInt32(truncatingIfNeeded: words.count)
        words.append(word)
        slots[slot] = number + 1
        if words.count * 2 > slots.count { grow() }
        return number
    }

    @inline(__always)
    static func hash(_ word: Int64) -> Int {
        let product = UInt64(bitPattern: word) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: product ^ (product &>> 32))
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        mask = slots.count - 1
        for (number, word) in words.enumerated() {
            var slot = WordMap.hash(word) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(truncatingIfNeeded: number) + 1
        }
    }

    var sizeInBytes: Int { words.capacity * 8 + slots.count * 4 }
}
