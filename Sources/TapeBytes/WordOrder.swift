import CKernels

/// Rows by words.
package enum WordOrder {
    /// Per word how many of the splitters, which ascend, are at or below it: the range that it lies in.
    package static func ranges(_ words: [Int64], splitters: [Int64]) -> [UInt16] {
        precondition(splitters.count <= Int(UInt16.max))
        guard !words.isEmpty else { return [] }
        // SAFETY: the kernel reads all words and splitters, and writes a code per word.
        return unsafe [UInt16](uninitialized: words.count) { codes, written in
            unsafe tape_range_codes(words, words.count, splitters, splitters.count, codes.baseAddress!)
            written = words.count
        }
    }
}

/// Sorts row numbers by 64-bit keys, without disturbing rows of equal keys.
///
/// Times of a day are spread over it, as order ids are over a range: by their highest bits they come into as many buckets as there are rows, a few in each, which are
/// put in order by insertion.
/// Where some have many, the sort is by digits, the least significant first: linear in the rows whatever the keys.
package enum RadixSort {
    private static let digitBits: UInt64 = 11
    private static let bucketBitsMax = 15
    /// Rows of a bucket that a row is compared to, at most and on average, for insertion to be worthwhile.
    private static let comparisonsMax = 24

    /// The row numbers in ascending order of their keys; rows of equal keys keep their order.
    package static func order(of keys: [Int64]) -> [Int32] {
        var rows = (0..<Int32(keys.count)).map { $0 }
        guard let low = keys.min(), let high = keys.max(), low < high else { return rows }
        let highest = UInt64(bitPattern: high &- low)
        if let sorted = orderByBuckets(keys, low, highest: highest) { return sorted }
        var offsets = keys.map { UInt64(bitPattern: $0 &- low) }
        var nextOffsets = offsets
        var nextRows = rows
        let significantBits = 64 - UInt64(highest.leadingZeroBitCount)
        var shift: UInt64 = 0
        while shift < significantBits {
            pass(shift, offsets, rows, &nextOffsets, &nextRows)
            swap(&offsets, &nextOffsets)
            swap(&rows, &nextRows)
            shift += digitBits
        }
        return rows
    }

    /// nil where buckets have too many rows. Within a bucket a row is a word: what its bucket does not say of its key, then its number.
    private static func orderByBuckets(_ keys: [Int64], _ low: Int64, highest: UInt64) -> [Int32]? {
        let keyBits = 64 - highest.leadingZeroBitCount
        let rowBits = Int.bitWidth - (keys.count - 1).leadingZeroBitCount
        let bits = min(bucketBitsMax, max(1, rowBits), keyBits)
        let shift = UInt64(keyBits - bits)
        guard keyBits - bits + rowBits <= 64 else { return nil }
        var ends = [Int32](zeros: 1 << bits + 1)
        for key in keys { ends[Int(truncatingIfNeeded: UInt64(bitPattern: key &- low) >> shift) + 1] += 1 }
        guard ends.reduce(0, { $0 + Int($1) * Int($1) }) <= comparisonsMax * keys.count else { return nil }
        for bucket in 1..<ends.count { ends[bucket] += ends[bucket - 1] }
        var words = [UInt64](zeros: keys.count)
        let rest: UInt64 = (1 << shift) - 1
        for (row, key) in keys.enumerated() {
            let offset = UInt64(bitPattern: key &- low)
            let bucket = Int(truncatingIfNeeded: offset >> shift)
            words[Int(ends[bucket])] = (offset & rest) << UInt64(rowBits) | UInt64(row)
            ends[bucket] += 1
        }
        // Now each end is that of its own bucket.
        var first = 0
        for end in ends.dropLast() where Int(end) > first {
            for place in first + 1..<Int(end) {
                let word = words[place]
                var to = place
                while to > first, words[to - 1] > word {
                    words[to] = words[to - 1]
                    to -= 1
                }
                words[to] = word
            }
            first = Int(end)
        }
        let numbers: UInt64 = (1 << UInt64(rowBits)) - 1
        return words.map { Int32(truncatingIfNeeded: $0 & numbers) }
    }

    private static func pass(
        _ shift: UInt64, _ offsets: [UInt64], _ rows: [Int32], _ sortedOffsets: inout [UInt64], _ sortedRows: inout [Int32]
    ) {
        let mask: UInt64 = (1 << digitBits) - 1
        var ends = [Int](repeating: 0, count: 1 << Int(digitBits))
        for offset in offsets { ends[Int((offset >> shift) & mask)] += 1 }
        var total = 0
        for digit in ends.indices {
            total += ends[digit]
            ends[digit] = total - ends[digit]
        }
        for index in offsets.indices {
            let digit = Int((offsets[index] >> shift) & mask)
            sortedOffsets[ends[digit]] = offsets[index]
            sortedRows[ends[digit]] = rows[index]
            ends[digit] += 1
        }
    }
}
