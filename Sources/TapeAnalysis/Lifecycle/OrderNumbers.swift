/// Numbers order ids from 0 in the order of their first appearance: open addressing with linear probes, at most half full.
///
/// A slot is four bytes, so that the table of a partition stays in the cache beside the columns; the ids themselves lie by number.
struct OrderNumbers {
    private var ids: [Int64] = []
    /// A number, or -1 where the slot is free.
    private var slots: [Int32]
    private var shift: UInt64
    private var mask: Int

    /// - Parameter countMax: as many ids go in without growing; more may.
    init(countMax: Int) {
        let bits = UInt64(max(6, Int.bitWidth - (2 * countMax).leadingZeroBitCount))
        slots = [Int32](repeating: -1, count: 1 << Int(bits))
        shift = 64 - bits
        mask = slots.count - 1
    }

    var count: Int { ids.count }

    @inline(__always)
    private func slot(of id: Int64) -> Int {
        var slot = Int(truncatingIfNeeded: (UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
        while slots[slot] >= 0, ids[Int(slots[slot])] != id { slot = (slot &+ 1) & mask }
        return slot
    }

    /// The number of an id; nil if it has none.
    @inline(__always)
    func number(of id: Int64) -> Int? {
        let number = slots[slot(of: id)]
        return number < 0 ? nil : Int(number)
    }

    /// The number of an id, the next one if it has none yet.
    @inline(__always)
    mutating func insert(_ id: Int64) -> Int {
        let slot = slot(of: id)
        if slots[slot] >= 0 { return Int(slots[slot]) }
        slots[slot] = Int32(truncatingIfNeeded: ids.count)
        ids.append(id)
        if 2 * ids.count > slots.count { grow() }
        return ids.count - 1
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        shift -= 1
        mask = slots.count - 1
        for number in ids.indices { slots[slot(of: ids[number])] = Int32(truncatingIfNeeded: number) }
    }
}
