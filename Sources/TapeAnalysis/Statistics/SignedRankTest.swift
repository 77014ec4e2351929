import Glibc

/// Wilcoxon's signed-rank test of differences against a median of 0.
package struct SignedRankTest: Sendable {
    /// Differences that are not 0.
    package let count: Int
    package let plus: Double
    package let minus: Double
    /// Nil where p is of the exact distribution.
    package let z: Double?
    /// Two-sided.
    package let p: Double

    package var statistic: Double { min(plus, minus) }

    /// The exact distribution serves up to this many differences without ties.
    private static let exactMax = 25

    /// - Returns: nil where no difference is left.
    package init?(_ differences: [Double]) {
        // Ties must not hang on the last bits of a division.
        let kept = differences.map { SignedRankTest.rounded($0) }.filter { $0 != 0 }
            .sorted { (abs($0), $0) < (abs($1), $1) }
        guard !kept.isEmpty else { return nil }
        count = kept.count
        var plus = 0.0, minus = 0.0, ties = 0.0
        var start = 0
        while start < kept.count {
            var end = start + 1
            while end < kept.count, abs(kept[end]) == abs(kept[start]) { end += 1 }
            let rank = Double(start + 1 + end) / 2
            let size = Double(end - start)
            ties += size * size * size - size
            for index in start..<end { if kept[index] > 0 { plus += rank } else { minus += rank } }
            start = end
        }
        (self.plus, self.minus) = (plus, minus)
        let least = min(plus, minus)
        if count <= SignedRankTest.exactMax, ties == 0 {
            z = nil
            p = SignedRankTest.exactP(Int(least), count)
        } else {
            let n = Double(count)
            let variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
            let score = variance > 0 ? (least - n * (n + 1) / 4) / variance.squareRoot() : 0
            z = score
            p = Distributions.twoSidedNormal(score)
        }
    }

    /// min(1, 2 P(W ≤ w)): of the 2ⁿ choices of signs, those whose ranks sum to at most w.
    private static func exactP(_ w: Int, _ count: Int) -> Double {
        var ways = [Double](repeating: 0, count: count * (count + 1) / 2 + 1)
        ways[0] = 1
        for rank in 1...count {
            for sum in stride(from: ways.count - 1, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
        }
        return min(1, 2 * ways[...w].reduce(0, +) / Double(1 << count))
    }

    /// To twelve significant digits.
    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return 0 }
        let scale = pow(10, 11 - floor(log10(abs(value))))
        return scale.isFinite && scale > 0 ? (value * scale).rounded() / scale : value
    }
}
