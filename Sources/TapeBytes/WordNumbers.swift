import CKernels

/// Numbers distinct words in order of first appearance, by open addressing with linear probing (at most half full).
package struct WordNumbers: Sendable {
    /// The distinct words by number, and room for more.
    private var list: [Int64]
    private var used: UInt32 = 0
    /// Pairs of a word and its number plus one; 0 where there is none.
    private var slots: [UInt64]

    package init() {
        slots = [UInt64](zeros: 2 * 64)
        list = [Int64](zeros: 32)
    }

    package var count: Int { Int(used) }

    package subscript(number: Int) -> Int64 {
        precondition(number < count)
        return list[number]
    }

    /// The distinct words by number.
    package var words: ArraySlice<Int64> { list[..<count] }

    package var sizeInBytes: Int { list.count * 8 + slots.count * 8 }

    /// The number of each word, given anew where needed.
    package mutating func numbers(of keys: [Int64]) -> [UInt32] {
        guard !keys.isEmpty else { return [] }
        // SAFETY: the numbers' count is set once all have been written.
        return unsafe [UInt32](uninitialized: keys.count) { numbers, written in
            var done = 0
            while done < keys.count {
                done += unsafe keys.withUnsafeBufferPointer { keys in
                    unsafe number(keys.baseAddress! + done, keys.count - done, numbers.baseAddress! + done)
                }
                if done < keys.count { grow() }
            }
            written = keys.count
        }
    }

    package mutating func number(of key: Int64) -> UInt32 {
        var key = key
        var number: UInt32 = 0
        // SAFETY: one key is read and one number written.
        while unsafe self.number(&key, 1, &number) == 0 { grow() }
        return number
    }

    private mutating func number(_ keys: UnsafePointer<Int64>, _ count: Int, _ numbers: UnsafeMutablePointer<UInt32>) -> Int {
        let mask = slots.count / 2 - 1
        let limit = UInt32(truncatingIfNeeded: list.count)
        // SAFETY: the kernel reads `count` keys and writes a number for each that it does; it gives at most as many numbers as the list has room for,
        // which is half of the slots, so that it always finds a free one.
        return unsafe tape_number_words(keys, count, &slots, mask, &list, &used, limit, numbers)
    }

    private mutating func grow() {
        let known = Array(words)
        slots = [UInt64](zeros: slots.count * 4)
        list = [Int64](zeros: slots.count / 4)
        used = 0
        _ = numbers(of: known)
    }
}
