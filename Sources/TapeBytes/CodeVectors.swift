import CKernels

/// Loops over rows that hold codes of 16 bits, group numbers or words. Every call checks that what indexes lies in bounds.
package enum CodeVectors {
    /// Whether all codes are below `limit`.
    package static func areBelow(_ limit: Int, _ codes: [UInt16]) -> Bool {
        guard !codes.isEmpty else { return true }
        // SAFETY: the kernel reads all codes.
        return unsafe codes.withUnsafeBufferPointer { unsafe Int(tape_highest_code($0.baseAddress!, $0.count)) } < limit
    }

    /// Whether all groups are below `limit`.
    package static func areBelow(_ limit: Int, _ groups: [UInt32]) -> Bool {
        guard !groups.isEmpty else { return true }
        // SAFETY: the kernel reads all groups.
        return unsafe groups.withUnsafeBufferPointer { unsafe Int(tape_highest_group($0.baseAddress!, $0.count)) } < limit
    }

    /// A new array that `fill` writes `count` elements of, all of them.
    private static func filled<Element: BitwiseCopyable>(_ count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void) -> [Element] {
        guard count > 0 else { return [] }
        // SAFETY: `fill` initialises all elements, which are trivial.
        return unsafe [Element](uninitialized: count) { buffer, written in
            unsafe fill(buffer.baseAddress!)
            written = count
        }
    }

    package enum Relation { case equal, less, greater }

    /// Per word 1 where it stands in the relation to `word`, else 0; where `isNot`, the other way round.
    package static func marks(_ words: [Int64], _ relation: Relation, _ word: Int64, isNot: Bool) -> [UInt8] {
        // SAFETY: the kernels read all words and write as many marks.
        unsafe filled(words.count) { marks in
            switch relation {
            case .equal: unsafe tape_compare_equal(words, words.count, word, isNot ? 1 : 0, marks)
            case .less: unsafe tape_compare_less(words, words.count, word, isNot ? 1 : 0, marks)
            case .greater: unsafe tape_compare_greater(words, words.count, word, isNot ? 1 : 0, marks)
            }
        }
    }

    /// `table[codes[i]]`.
    package static func lookUp(_ table: [UInt8], _ codes: [UInt16]) -> [UInt8] {
        precondition(areBelow(table.count, codes))
        // SAFETY: codes were checked against the table.
        return unsafe filled(codes.count) { out in unsafe tape_look_up_8(table, table.count, codes, codes.count, out) }
    }

    package static func lookUp(_ table: [UInt16], _ codes: [UInt16]) -> [UInt16] {
        precondition(areBelow(table.count, codes))
        // SAFETY: codes were checked against the table.
        return unsafe filled(codes.count) { out in unsafe tape_look_up_16(table, table.count, codes, codes.count, out) }
    }

    package static func lookUp(_ table: [UInt32], _ codes: [UInt16]) -> [UInt32] {
        precondition(areBelow(table.count, codes))
        // SAFETY: codes were checked against the table.
        return unsafe filled(codes.count) { out in unsafe tape_look_up_32(table, table.count, codes, codes.count, out) }
    }

    package static func lookUp(_ table: [Int64], _ codes: [UInt16]) -> [Int64] {
        precondition(areBelow(table.count, codes))
        // SAFETY: codes were checked against the table; signed and unsigned words have one layout.
        return unsafe table.withUnsafeBytes { table in
            guard let base = table.baseAddress else { return [] }
            return unsafe filled(codes.count) { (out: UnsafeMutablePointer<Int64>) in
                unsafe tape_look_up_64(
                    base.assumingMemoryBound(to: UInt64.self), table.count / 8, codes, codes.count, UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt64.self))
            }
        }
    }

    /// `values[rows[i]]`.
    package static func take(_ values: [UInt8], _ rows: [Int32]) -> [UInt8] {
        precondition(!values.isEmpty || rows.isEmpty)
        // SAFETY: the kernel reads below the count of values, whatever the rows.
        return unsafe filled(rows.count) { out in unsafe tape_take_8(values, values.count, rows, rows.count, out) }
    }

    package static func take(_ values: [UInt16], _ rows: [Int32]) -> [UInt16] {
        precondition(!values.isEmpty || rows.isEmpty)
        // SAFETY: as above.
        return unsafe filled(rows.count) { out in unsafe tape_take_16(values, values.count, rows, rows.count, out) }
    }

    package static func take(_ values: [Int64], _ rows: [Int32]) -> [Int64] {
        precondition(!values.isEmpty || rows.isEmpty)
        // SAFETY: as above; signed and unsigned words have one layout.
        return unsafe values.withUnsafeBytes { values in
            guard let base = values.baseAddress else { return [] }
            return unsafe filled(rows.count) { (out: UnsafeMutablePointer<Int64>) in
                unsafe tape_take_64(
                    base.assumingMemoryBound(to: UInt64.self), values.count / 8, rows, rows.count,
                    UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt64.self))
            }
        }
    }

    /// The code of each run, or its number where there are no `codes`, as often as its length and once more; nil where runs are not `count` long in all.
    package static func fill(_ codes: [UInt16]?, lengths: [UInt16], count: Int) -> [UInt16]? {
        precondition((codes?.count ?? lengths.count) == lengths.count)
        var isWhole = count == 0
        // SAFETY: the kernel writes at most `count` codes, and says whether it has written all.
        let filled = unsafe [UInt16](uninitialized: max(1, count)) { out, written in
            if let codes {
                isWhole = unsafe tape_fill_codes(codes, lengths, lengths.count, count, out.baseAddress!) != 0
            } else {
                isWhole = unsafe tape_fill_codes(nil, lengths, lengths.count, count, out.baseAddress!) != 0
            }
            written = isWhole ? count : 0
        }
        return isWhole ? filled : nil
    }

    /// As above with words, into those that there are, from `start` on; false where the runs are not `count` long in all.
    package static func fill(_ words: [Int64], lengths: [Int64], count: Int, into target: inout MutableSpan<Int64>, at start: Int) -> Bool {
        precondition(words.count == lengths.count && start >= 0 && count >= 0 && start + count <= target.count)
        guard count > 0 else { return words.isEmpty }
        // SAFETY: the kernel writes at most `count` words from `start` on, which was checked.
        return unsafe target.withUnsafeMutableBufferPointer {
            unsafe tape_fill_runs_64(words, lengths, words.count, count, $0.baseAddress! + start) != 0
        }
    }

    /// How many of the marks, each 0 or 1, are set.
    package static func count(_ marks: [UInt8]) -> Int {
        // SAFETY: the kernel reads all marks.
        unsafe marks.isEmpty ? 0 : tape_count_marks(marks, marks.count)
    }

    /// The numbers of the bytes that are not 0.
    package static func markedRows(_ marks: [UInt8]) -> [Int32] {
        guard !marks.isEmpty else { return [] }
        // SAFETY: the kernel writes at most a row per mark, and says how many.
        return unsafe [Int32](uninitialized: marks.count) { rows, count in
            count = unsafe tape_marked_rows(marks, marks.count, rows.baseAddress!)
        }
    }

    /// The codes that occur, ascending; all are below `limit`.
    package static func occurring(_ codes: [UInt16], below limit: Int) -> [UInt16] {
        precondition(areBelow(limit, codes))
        if limit <= 32 {
            // SAFETY: the kernel reads all codes.
            let seen = unsafe codes.isEmpty ? 0 : tape_small_codes_seen(codes, codes.count)
            return (0..<limit).filter { seen & 1 << UInt32($0) != 0 }.map { UInt16($0) }
        }
        var seen = [UInt8](zeros: limit)
        // SAFETY: codes index what is seen, which was checked.
        unsafe tape_codes_seen(codes, codes.count, &seen)
        return (0..<limit).filter { seen[$0] != 0 }.map { UInt16($0) }
    }

    /// How often each code below `limit` occurs; all are below it.
    package static func histogram(_ codes: [UInt16], below limit: Int) -> [UInt32] {
        precondition(areBelow(limit, codes))
        guard limit > 0 else { return [0] }
        var parts = [UInt32](zeros: 4 * limit)
        // SAFETY: codes were checked against the counts, four of each.
        unsafe tape_histogram(codes, codes.count, limit, &parts)
        for code in 0..<limit {
            parts[code] = parts[code] &+ parts[limit + code] &+ parts[2 * limit + code] &+ parts[3 * limit + code]
        }
        parts.removeLast(3 * limit)
        return parts
    }

    /// By code below `limit` how many rows have it, and the sum of their words, in one pass: each row adds its word and a one far above all sums. nil where
    /// words are too large for that. `values`, where given, say which of `words` a row has.
    package static func totals(_ words: [Int64], values: [UInt16]?, codes: [UInt16], below limit: Int) -> (counts: [UInt32], sums: [Int64])? {
        // Fewer than 2¹⁶ rows of less than 2²⁹ come to less than 2⁴⁵ on either side of 0.
        let countBit: Int64 = 46
        guard codes.count < 1 << 16, areBetween(words, 1 << 29), (values?.count ?? words.count) == codes.count else { return nil }
        precondition(areBelow(limit, codes) && areBelow(words.count, values ?? []))
        var sums = localSums(words, values, codes, more: 1 << countBit, below: limit)
        var counts = [UInt32](zeros: limit)
        for code in 0..<limit {
            let count = (sums[code] &+ (1 << (countBit - 1))) &>> countBit
            counts[code] = UInt32(truncatingIfNeeded: count)
            sums[code] &-= count << countBit
        }
        return (counts, sums)
    }

    /// Whether there are words, and all are above −limit and below it.
    fileprivate static func areBetween(_ words: [Int64], _ limit: Int64) -> Bool {
        guard !words.isEmpty else { return false }
        let (low, high, _) = Words.summary(words.span, 0..<words.count)
        return low > -limit && high < limit
    }

    /// The sums by code of words and of `more` for each row; codes and values were checked.
    fileprivate static func localSums(_ words: [Int64], _ values: [UInt16]?, _ codes: [UInt16], more: Int64 = 0, below limit: Int) -> [Int64] {
        var parts = [Int64](zeros: 4 * limit)
        // SAFETY: codes index sums, four of each, and values index words in bounds, which the caller has checked.
        if let values {
            unsafe tape_local_sums_of_codes(codes, words, values, codes.count, more, limit, &parts)
        } else {
            unsafe tape_local_sums(codes, words, codes.count, more, limit, &parts)
        }
        for code in 0..<limit {
            parts[code] = parts[code] &+ parts[limit + code] &+ parts[2 * limit + code] &+ parts[3 * limit + code]
        }
        parts.removeLast(3 * limit)
        return parts
    }

    /// The rows by code, those of one code in order. `histogram` is that of the codes.
    package static func rows(by codes: [UInt16], _ histogram: [UInt32]) -> [Int32] {
        precondition(areBelow(histogram.count, codes))
        var starts = histogram
        var sum: UInt32 = 0
        for code in starts.indices { (starts[code], sum) = (sum, sum &+ histogram[code]) }
        precondition(Int(sum) == codes.count)
        // SAFETY: codes index starts, which was checked; where the histogram is that of the codes, each row is written once.
        return unsafe filled(codes.count) { rows in unsafe tape_rows_by_code(codes, codes.count, &starts, rows) }
    }

    /// Adds 1 to the count of each row's group.
    package static func count(_ groups: [UInt32], into counts: inout [Int64]) {
        precondition(areBelow(counts.count, groups))
        // SAFETY: groups were checked against the counts.
        unsafe tape_count_groups(groups, groups.count, &counts)
    }

    /// The products of words, each of which there is one of per row, or per code where there are codes; nil where one may not fit in 64 bits.
    package static func products(_ left: [Int64], _ leftCodes: [UInt16]?, _ right: [Int64], _ rightCodes: [UInt16]?) -> [Int64]? {
        let count = leftCodes?.count ?? left.count
        precondition((rightCodes?.count ?? right.count) == count && areBelow(left.count, leftCodes ?? []) && areBelow(right.count, rightCodes ?? []))
        guard count > 0, largest(left).multipliedFullWidth(by: largest(right)) < (0, 1 << 63) else { return nil }
        // SAFETY: there are as many codes or words on each side as products, and codes index words in bounds, which was checked.
        return unsafe withCodes(leftCodes) { leftCodes in
            unsafe withCodes(rightCodes) { rightCodes in
                unsafe filled(count) { out in unsafe tape_multiply(left, leftCodes, right, rightCodes, count, out) }
            }
        }
    }

    /// The largest distance of a word from 0.
    private static func largest(_ words: [Int64]) -> UInt64 {
        let (low, high, _) = Words.summary(words.span, 0..<words.count)
        return max(low.magnitude, high.magnitude)
    }

    private static func withCodes<Result>(_ codes: [UInt16]?, _ body: (UnsafePointer<UInt16>?) -> Result) -> Result {
        guard let codes else { return body(nil) }
        // SAFETY: the pointer is used within the call.
        return unsafe codes.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }

    /// `left[i] × stride + right[i]`, which fit in 16 bits.
    package static func joined(_ left: [UInt16], _ right: [UInt16], stride: Int) -> [UInt16] {
        precondition(left.count == right.count)
        // SAFETY: the kernel reads and writes as many as there are on either side.
        return unsafe filled(left.count) { out in unsafe tape_join_codes(left, right, left.count, UInt32(stride), out) }
    }
}

/// Sums of words per group, in 128 bits.
package struct WideSums: Sendable {
    /// Two words per group, the lower first.
    private var parts: [UInt64] = []

    package init() {}

    package var count: Int { parts.count / 2 }

    package mutating func grow(_ count: Int) {
        let more = 2 * count - parts.count
        if more > 0 { parts.append(contentsOf: repeatElement(0, count: more)) }
    }

    package subscript(group: Int) -> Int128 {
        get { Int128(_low: parts[2 * group], _high: Int64(bitPattern: parts[2 * group + 1])) }
        set {
            parts[2 * group] = newValue._low
            parts[2 * group + 1] = UInt64(bitPattern: newValue._high)
        }
    }

    /// Adds all words to one group.
    package mutating func add(_ words: [Int64], to group: Int) {
        guard !words.isEmpty else { return }
        var sum: [UInt64] = [0, 0]
        // SAFETY: the kernel reads all words and writes the two parts of the sum.
        unsafe tape_sum_all(words, words.count, &sum)
        self[group] &+= Int128(_low: sum[0], _high: Int64(bitPattern: sum[1]))
    }

    /// Adds the words of the marked rows, of which there is at least one, to one group; each mark is 0 or 1. `values`, where given, say which of `words` a row
    /// has. False where words are so large that it would not pay.
    package mutating func add(_ words: [Int64], values: [UInt16]?, marks: [UInt8], to group: Int) -> Bool {
        precondition((values?.count ?? words.count) == marks.count && CodeVectors.areBelow(words.count, values ?? []))
        guard WideSums.fitsLocally(words, marks.count) else { return false }
        // SAFETY: there is a mark per word or value, and values index words, which was checked; the sum fits.
        let sum = if let values { unsafe tape_sum_marked_codes(words, values, marks, marks.count) } else { unsafe tape_sum_marked(words, marks, marks.count) }
        self[group] &+= Int128(sum)
        return true
    }

    /// Adds each word to its group. `codes`, where given, say which of `groups` a row is in; else there is one per row. Likewise `values` and `words`.
    package mutating func add(_ words: [Int64], values: [UInt16]?, groups: [UInt32], codes: [UInt16]?) {
        let rows = values?.count ?? words.count
        precondition((codes?.count ?? groups.count) == rows)
        precondition(CodeVectors.areBelow(count, groups))
        precondition(CodeVectors.areBelow(groups.count, codes ?? []) && CodeVectors.areBelow(words.count, values ?? []))
        if let codes, WideSums.fitsLocally(words, rows) { return addLocally(words, values, groups, codes) }
        // SAFETY: codes index groups, values index words and groups index sums in bounds, which was checked; there are as many of each as rows.
        switch (codes, values) {
        case (let codes?, let values?): unsafe tape_sum_codes_by_code(codes, groups, words, values, rows, &parts)
        case (let codes?, nil): unsafe tape_sum_words_by_code(codes, groups, words, rows, &parts)
        case (nil, let values?): unsafe tape_sum_codes(groups, words, values, rows, &parts)
        case (nil, nil): unsafe tape_sum_words(groups, words, rows, &parts)
        }
    }

    /// Whether the sum of any `rows` of the words fits in 64 bits.
    private static func fitsLocally(_ words: [Int64], _ rows: Int) -> Bool { rows < 1 << 20 && CodeVectors.areBetween(words, 1 << 43) }

    /// Sums per code first, in 64 bits, then per group.
    private mutating func addLocally(_ words: [Int64], _ values: [UInt16]?, _ groups: [UInt32], _ codes: [UInt16]) {
        add(CodeVectors.localSums(words, values, codes, below: groups.count), to: groups)
    }

    /// Adds each sum to its group.
    package mutating func add(_ sums: [Int64], to groups: [UInt32]) {
        precondition(sums.count == groups.count && CodeVectors.areBelow(count, groups))
        for (sum, group) in zip(sums, groups) {
            let (low, carry) = parts[2 * Int(group)].addingReportingOverflow(UInt64(bitPattern: sum))
            parts[2 * Int(group)] = low
            parts[2 * Int(group) + 1] &+= UInt64(bitPattern: sum &>> 63) &+ (carry ? 1 : 0)
        }
    }
}
