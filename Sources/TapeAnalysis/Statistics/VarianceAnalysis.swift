/// One-way analysis of variance. Scenarios of the same orders are not independent samples, so it is descriptive here, and said to be.
package struct VarianceAnalysis: Sendable {
    package let f: Double
    package let df1: Int
    package let df2: Int
    package let p: Double

    package static let note = "descriptive, samples are not independent"

    /// - Returns: nil where there are fewer than two samples or three values, or no variance within the samples.
    package init?(_ samples: [[Double]]) {
        let count = samples.reduce(0) { $0 + $1.count }
        guard samples.count >= 2, samples.allSatisfy({ !$0.isEmpty }), count > samples.count else { return nil }
        let whole = samples.reduce(0) { $0 + $1.reduce(0, +) } / Double(count)
        var between = 0.0, within = 0.0
        for sample in samples {
            let mean = sample.reduce(0, +) / Double(sample.count)
            between += Double(sample.count) * (mean - whole) * (mean - whole)
            for value in sample { within += (value - mean) * (value - mean) }
        }
        guard within > 0 else { return nil }
        df1 = samples.count - 1
        df2 = count - samples.count
        f = (between / Double(df1)) / (within / Double(df2))
        p = Distributions.upperF(f, df1: Double(df1), df2: Double(df2))
    }
}
