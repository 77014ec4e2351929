import TapeBytes
import TapeQuery
import TapeStore

/// Questions, asked over and over in one process: the best time of each, in milliseconds, as a JSON list.
struct Questions {
    let store: Store
    let options: QueryOptions

    init(path: String, workers: Int) throws {
        // As the shell does.
        Machine.keepFreedMemory()
        store = try Store(path: path, cacheSize: Store.cacheSizeDefault)
        options = QueryOptions(workers: workers)
    }

    func times(_ texts: [String]) throws -> String {
        "[" + (try texts.map { String(try best($0)) }).joined(separator: ",") + "]"
    }

    private func best(_ text: String) throws -> Double {
        var best = Int.max
        var spent = 0
        var runs = 0
        while runs < 3 || spent < 500_000_000 {
            let start = Machine.monotonicNanoseconds
            let rows = try Query(text, store: store, options: options).run().result.rowCount
            let time = Machine.monotonicNanoseconds - start
            precondition(rows >= 0)
            best = min(best, time)
            spent += time
            runs += 1
        }
        return Double(best) / 1e6
    }
}
