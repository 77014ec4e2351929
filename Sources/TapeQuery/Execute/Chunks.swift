import TapeBytes

/// Neighbouring segments that one worker scans in one go.
///
/// How segments are cut into chunks does not depend on the workers, so neither does a result that depends on the cuts.
struct Chunks: Sendable {
    let ranges: [Range<Int>]

    /// About this many chunks, so that workers that finish early find more to do.
    private static let countWanted = 64
    private static let rowsMin = 16_384

    init(_ units: [ScanUnit]) {
        let total = units.reduce(0) { $0 + $1.rowCount }
        let wanted = max(Chunks.rowsMin, total / Chunks.countWanted)
        var ranges: [Range<Int>] = []
        var first = 0
        var rows = 0
        for (index, unit) in units.enumerated() {
            rows += unit.rowCount
            guard rows >= wanted || index == units.count - 1 else { continue }
            ranges.append(first..<(index + 1))
            (first, rows) = (index + 1, 0)
        }
        self.ranges = ranges
    }

    /// Hands chunks to workers in order, each once, until one fails or says that there is enough.
    ///
    /// - Parameter body: scans a chunk as a worker; returns whether chunks behind it are wanted.
    /// - Throws: the error of the first chunk that failed, in the order of chunks.
    func forEach(workers: Int, _ body: @Sendable (_ worker: Int, _ chunk: Int) throws(QueryError) -> Bool) throws(QueryError) {
        let next = Counter()
        let outcome = Protected((stopped: false, failure: (chunk: Int, error: QueryError)?.none))
        concurrently(workers: Swift.min(workers, ranges.count)) { worker in
            while !outcome.value.stopped, let chunk = next.next(below: ranges.count) {
                do throws(QueryError) {
                    if try !body(worker, chunk) { outcome.withLock { $0.stopped = true } }
                } catch {
                    outcome.withLock { outcome in
                        outcome.stopped = true
                        if outcome.failure.map({ chunk < $0.chunk }) ?? true { outcome.failure = (chunk, error) }
                    }
                }
            }
        }
        if let failure = outcome.value.failure { throw failure.error }
    }
}
