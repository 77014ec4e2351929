import TapeBytes

/// The percentile bootstrap of a mean.
///
/// The draws are one stream of SplitMix64, whose state after k draws is known without making them: so resamples are drawn on several workers,
/// and are the same.
package struct Bootstrap: Sendable {
    package let resampleCount: Int
    package let seed: UInt64
    package let confidence: ClosedRange<Double>

    package static let resampleMax = 10_000
    private static let resampleMin = 1000
    /// Above it fewer means are formed: the interval of a million orders is narrow, and its ends known well enough.
    private static let drawMax = 1_000_000_000

    /// - Returns: nil without values.
    package init?(_ values: [Double], seed: UInt64 = 42, workers: Int = 1) {
        guard !values.isEmpty else { return nil }
        let count = min(Bootstrap.resampleMax, max(Bootstrap.resampleMin, Bootstrap.drawMax / values.count))
        let shares = Protected([(first: Int, means: [Double])]())
        let perWorker = (count + workers - 1) / workers
        concurrently(workers: workers) { worker in
            let range = min(count, worker * perWorker)..<min(count, (worker + 1) * perWorker)
            let means = Bootstrap.means(values, of: range, seed: seed)
            shares.withLock { $0.append((range.lowerBound, means)) }
        }
        let means = shares.value.flatMap(\.means).sorted()
        self.seed = seed
        resampleCount = count
        confidence = Quantile.type7(means, 0.025)...Quantile.type7(means, 0.975)
    }

    private static func means(_ values: [Double], of resamples: Range<Int>, seed: UInt64) -> [Double] {
        let count = UInt64(values.count)
        return resamples.map { resample in
            var random = SplitMix64(state: seed &+ UInt64(resample) &* count &* SplitMix64.step)
            var sum = 0.0
            for _ in 0..<count { sum += values[Int(truncatingIfNeeded: random.next().multipliedFullWidth(by: count).high)] }
            return sum / Double(count)
        }
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64 {
    static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    init(state: UInt64) { self.state = state }

    mutating func next() -> UInt64 {
        state &+= SplitMix64.step
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

enum Quantile {
    /// Linear interpolation between the neighbours of (n − 1) q, of values in ascending order, at least one.
    static func type7(_ sorted: [Double], _ q: Double) -> Double {
        let place = Double(sorted.count - 1) * q
        let index = min(Int(place), sorted.count - 1)
        guard index + 1 < sorted.count else { return sorted[index] }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
