/// The resting orders of one role and side, by limit and within a limit by priority.
///
/// Limits are keys that grow as they ask for more: the doubled limit of sells, minus that of buys, the least number for market orders. A doubled
/// price is a key too, and an order accepts it if its own key is not greater: the levels that accept are the first ones.
///
/// An entry is dead once its order has left or has another priority. Dead entries are dropped when they are the half of a level, and a level
/// with its last live entry, so that every operation costs a search and, over time, a constant.
struct ReplayBook {
    struct Entry {
        var priority: Int32
        var order: Int32
    }

    struct Level {
        var key: Int64
        /// By priority.
        var entries: [Entry]
        var liveCount: Int
    }

    private(set) var levels: [Level] = []

    static func key(_ doubledPrice: Int64, isBuy: Bool) -> Int64 { isBuy ? 0 &- doubledPrice : doubledPrice }

    /// How many levels accept a key.
    func levelCount(accepting key: Int64) -> Int {
        guard let first = levels.first, first.key <= key else { return 0 }
        return levels.partitionPoint { $0.key > key }
    }

    mutating func insert(_ number: Int, _ order: ReplayOrder) {
        let index = levels.partitionPoint { $0.key >= order.key }
        let entry = Entry(priority: order.priority, order: Int32(number))
        guard index < levels.count, levels[index].key == order.key else {
            levels.insert(Level(key: order.key, entries: [entry], liveCount: 1), at: index)
            return
        }
        levels[index].liveCount += 1
        var place = levels[index].entries.count
        while place > 0, levels[index].entries[place - 1].priority > entry.priority { place -= 1 }
        // An order that comes back with its old priority finds its dead entry alive again.
        if place > 0, levels[index].entries[place - 1].priority == entry.priority { return }
        levels[index].entries.insert(entry, at: place)
    }

    /// Takes the dead entries of an order out of its level.
    mutating func erase(_ number: Int, _ order: ReplayOrder) {
        let index = levels.partitionPoint { $0.key >= order.key }
        guard index < levels.count, levels[index].key == order.key else { return }
        levels[index].entries.removeAll { $0.order == Int32(number) }
    }

    /// Takes an order out, whose entry is dead already, by what `orders` says of it.
    mutating func remove(_ order: ReplayOrder, _ orders: [ReplayOrder]) {
        let index = levels.partitionPoint { $0.key >= order.key }
        levels[index].liveCount -= 1
        if levels[index].liveCount == 0 {
            levels.remove(at: index)
        } else if levels[index].entries.count > 2 * levels[index].liveCount + 8 {
            levels[index].entries.removeAll { !orders[Int($0.order)].isLive($0) }
        }
    }
}

/// Walks the entries of some levels of some books in order of priority: a heap of one cursor per level.
struct PriorityWalk {
    private struct Cursor {
        var priority: Int32
        var book: Int
        var level: Int
        var place: Int
    }

    private var heap: [Cursor] = []

    mutating func start() { heap.removeAll(keepingCapacity: true) }

    /// Adds the first `count` levels of a book.
    mutating func add(_ book: ReplayBook, at index: Int, levelCount: Int) {
        for level in 0..<levelCount {
            heap.append(Cursor(priority: book.levels[level].entries[0].priority, book: index, level: level, place: 0))
            rise(heap.count - 1)
        }
    }

    /// The next entry, live or dead.
    mutating func next(_ books: [ReplayBook]) -> ReplayBook.Entry? {
        guard let top = heap.first else { return nil }
        let entries = books[top.book].levels[top.level].entries
        if top.place + 1 < entries.count {
            heap[0].place += 1
            heap[0].priority = entries[top.place + 1].priority
        } else {
            heap[0] = heap[heap.count - 1]
            heap.removeLast()
        }
        sink()
        return entries[top.place]
    }

    private mutating func rise(_ start: Int) {
        var child = start
        while child > 0, heap[child].priority < heap[(child - 1) / 2].priority {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < heap.count else { return }
            if least + 1 < heap.count, heap[least + 1].priority < heap[least].priority { least += 1 }
            guard heap[least].priority < heap[parent].priority else { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
