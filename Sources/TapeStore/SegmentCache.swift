import TapeBytes
import TapeColumns

/// What is kept of segments between questions over one opened store: their footers, and blocks as they are stored, which were held against their checksums.
///
/// Bounded. A question over more than there is room for does not push out what it read itself, which the next such question can use; only what neither it
/// nor the one before asked for gives way.
final class SegmentCache: Sendable {
    private struct Kept {
        var blocks: BlockCache
        var sizeInBytes: Int
        var lastQuestion: Int
    }

    private struct State {
        var kept: [Int: Kept] = [:]
        var sizeInBytes = 0
        var question = 0
        var lastSweep = -1
    }

    let sizeMax: Int
    private let state = Protected(State())

    init(sizeMax: Int) { self.sizeMax = sizeMax }

    var keepsAny: Bool { sizeMax > 0 }

    func beginQuestion() { if sizeMax > 0 { state.withLock { $0.question += 1 } } }

    func blocks(_ row: Int) -> BlockCache? {
        guard sizeMax > 0 else { return nil }
        return state.withLock { state in
            guard let index = state.kept.index(forKey: row) else { return nil }
            state.kept.values[index].lastQuestion = state.question
            return state.kept.values[index].blocks
        }
    }

    /// - Parameter row: of the catalog.
    func keep(_ blocks: consuming BlockCache, _ row: Int) {
        guard sizeMax > 0, !blocks.isKept else { return }
        var blocks = blocks
        blocks.rest()
        blocks.isKept = true
        let size = blocks.sizeInBytes
        state.withLock { state in
            let old = state.kept[row]?.sizeInBytes ?? 0
            if state.sizeInBytes - old + size > sizeMax { SegmentCache.sweep(&state) }
            guard state.sizeInBytes - (state.kept[row]?.sizeInBytes ?? 0) + size <= sizeMax else { return }
            state.sizeInBytes += size - (state.kept[row]?.sizeInBytes ?? 0)
            state.kept[row] = Kept(blocks: blocks, sizeInBytes: size, lastQuestion: state.question)
        }
    }

    /// Drops what neither this question nor the last asked for; once a question.
    private static func sweep(_ state: inout State) {
        guard state.lastSweep < state.question else { return }
        state.lastSweep = state.question
        let oldest = state.question - 1
        state.kept = state.kept.filter { $0.value.lastQuestion >= oldest }
        state.sizeInBytes = state.kept.values.reduce(0) { $0 + $1.sizeInBytes }
    }
}
