import TapeBytes

/// Segments in parts that one worker each scans in one go.
///
/// How segments are cut into chunks does not depend on the workers, so neither does a result that depends on the cuts.
struct Chunks: Sendable {
    /// By chunk its segments, in order.
    let parts: [[Int]]

    /// About this many chunks, so that workers that finish early find more to do.
    private static let countWanted = 64
    private static let rowsMin = 16_384

    /// Neighbours, of about as many rows each.
    ///
    /// - Parameter rowCounts: by segment.
    init(_ segments: [Int], _ rowCounts: [Int]) {
        let total = segments.reduce(0) { $0 + rowCounts[$1] }
        let wanted = max(Chunks.rowsMin, total / Chunks.countWanted)
        var parts: [[Int]] = []
        var part: [Int] = []
        var rows = 0
        for segment in segments {
            rows += rowCounts[segment]
            part.append(segment)
            guard rows >= wanted else { continue }
            parts.append(part)
            (part, rows) = ([], 0)
        }
        self.parts = part.isEmpty ? parts : parts + [part]
    }

    init(_ parts: [[Int]]) { self.parts = parts }

    /// Hands chunks to workers in order, each once, until one fails or says that there is enough.
    ///
    /// - Parameter body: scans a chunk as a worker; returns whether chunks behind it are wanted.
    /// - Throws: the error of the first chunk that failed, in the order of chunks.
    func forEach(workers: Int, _ body: @Sendable (_ worker: Int, _ chunk: Int) throws(QueryError) -> Bool) throws(QueryError) {
        let next = Counter()
        let outcome = Protected((stopped: false, failure: (chunk: Int, error: QueryError)?.none))
        concurrently(workers: Swift.min(workers, parts.count)) { worker in
            while !outcome.value.stopped, let chunk = next.next(below: parts.count) {
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
