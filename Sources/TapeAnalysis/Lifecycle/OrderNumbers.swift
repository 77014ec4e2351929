/// Numbers order ids from 0 in the order of their first appearance: open addressing with linear probes, id and number side by side, at most
/// half full. Partitions are small, so the table stays in the cache.
struct OrderNumbers {
    private struct Slot {
        var id: Int64 = 0
        /// -1 where the slot is free.
        var number: Int32 = -1
    }

    private var slots: [Slot]
    private var mask: Int
    private(set) var count = 0

    /// - Parameter rowCount: of the events; orders have about three each.
    init(rowCount: Int) {
        var size = 64
        while size < rowCount { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
        mask = size - 1
    }

    @inline(__always)
    private func slot(of id: Int64) -> Int {
        let hash = (UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15) &>> 32
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot].number >= 0, slots[slot].id != id { slot = (slot &+ 1) & mask }
        return slot
    }

    /// The number of an id; nil if it has none.
    @inline(__always)
    func number(of id: Int64) -> Int? {
        let number = slots[slot(of: id)].number
        return number < 0 ? nil : Int(number)
    }

    /// The number of an id, the next one if it has none yet.
    @inline(__always)
    mutating func insert(_ id: Int64) -> Int {
        let slot = slot(of: id)
        if slots[slot].number >= 0 { return Int(slots[slot].number) }
        slots[slot] = Slot(id: id, number: Int32(count))
        count += 1
        if 2 * count > slots.count { grow() }
        return count - 1
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: 2 * old.count)
        mask = slots.count - 1
        for entry in old where entry.number >= 0 { slots[slot(of: entry.id)] = entry }
    }
}
