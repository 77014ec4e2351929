import CKernels
import Glibc
import Synchronization

/// Runs `body` on `workers` threads at once, the caller's among them, and returns when all have.
///
/// - Parameter body: told its worker's number, from 0 on. Workers share what they need through `Counter` and `Protected`.
package func concurrently(workers: Int, _ body: @Sendable (Int) -> Void) {
    guard workers > 1 else {
        if workers == 1 { body(0) }
        return
    }
    // SAFETY: every thread is joined before the closure's scope ends, so none outlives what it captures. A thread
    // that cannot be started runs its part here.
    let processor = tape_current_processor()
    withoutActuallyEscaping(body) { body in
        var threads: [pthread_t] = []
        for worker in 1..<workers {
            let start = unsafe Unmanaged.passRetained(ThreadStart {
                // Left alone, the scheduler may keep a new thread on its parent's processor for milliseconds while another is idle.
                tape_move_to_processor(processor, Int32(truncatingIfNeeded: worker))
                body(worker)
            })
            var thread = pthread_t()
            let code = unsafe pthread_create(&thread, nil, { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
            if code == 0 {
                threads.append(thread)
            } else {
                unsafe start.takeRetainedValue().run()
            }
        }
        body(0)
        for thread in threads { pthread_join(thread, nil) }
    }
}

private final class ThreadStart: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Hands out the numbers from 0 on, each once, to whichever thread asks.
package final class Counter: Sendable {
    private let count: Atomic<Int>

    package init(from first: Int = 0) { count = Atomic(first) }

    /// The next number, or nil from `limit` on.
    package func next(below limit: Int) -> Int? {
        let (index, _) = count.add(1, ordering: .relaxed)
        let taken = index
        return taken < limit ? taken : nil
    }
}

/// A value that threads share, one at a time.
package final class Protected<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: Value) { mutex = Mutex(value) }

    package var value: Value {
        get { mutex.withLock { $0 } }
        set { mutex.withLock { $0 = newValue } }
    }

    package func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        mutex.withLock { value in body(&value) }
    }
}

/// The results of `count` jobs, in order, computed by `workers` threads that take the next job whenever they are free.
package func concurrentMap<Result: Sendable>(
    _ count: Int, workers: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
    guard workers > 1, count > 1 else { return (0..<count).map(body) }
    let results = Protected([Result?](repeating: nil, count: count))
    let next = Counter()
    concurrently(workers: min(workers, count)) { _ in
        while let index = next.next(below: count) {
            let result = body(index)
            results.withLock { $0[index] = result }
        }
    }
    return results.value.compactMap { $0 }
}

/// A noncopyable value that threads share, one at a time.
package final class Exclusive<Value: ~Copyable & Sendable>: Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: consuming Value) { mutex = Mutex(value) }

    package func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        mutex.withLock { value in body(&value) }
    }
}
