/// Student's t test of paired differences against a mean of 0.
package struct PairedTest: Sendable {
    package let count: Int
    package let mean: Double
    /// With divisor n − 1.
    package let standardDeviation: Double
    package let standardError: Double
    /// Nil where the differences are all equal.
    package let t: Double?
    package let df: Int
    /// Two-sided.
    package let p: Double?
    package let confidence: ClosedRange<Double>

    /// Mean over standard deviation.
    package var effectSize: Double? { standardDeviation == 0 ? nil : mean / standardDeviation }

    /// - Returns: nil below two differences.
    package init?(_ differences: [Double]) {
        guard differences.count >= 2 else { return nil }
        count = differences.count
        let n = Double(count)
        // Of equal differences exactly, so that the rounding of a mean makes no deviation of none.
        let areEqual = differences.allSatisfy { $0 == differences[0] }
        mean = areEqual ? differences[0] : differences.reduce(0, +) / n
        var squares = 0.0
        for difference in differences { squares += (difference - mean) * (difference - mean) }
        standardDeviation = (squares / (n - 1)).squareRoot()
        standardError = standardDeviation / n.squareRoot()
        df = count - 1
        t = standardDeviation == 0 ? nil : mean / standardError
        p = t.map { [df] in Distributions.twoSidedT($0, df: Double(df)) }
        let margin = standardError == 0 ? 0 : Distributions.twoSidedTQuantile(0.05, df: Double(df)) * standardError
        confidence = (mean - margin)...(mean + margin)
    }
}
