import Glibc

/// The distribution functions that the tests need.
enum Distributions {
    /// P(|T| ≥ |t|) of Student's t.
    static func twoSidedT(_ t: Double, df: Double) -> Double {
        let square = t * t
        return regularisedBeta(df / (df + square), complement: square / (df + square), df / 2, 0.5)
    }

    /// P(F ≥ f) of Fisher's F.
    static func upperF(_ f: Double, df1: Double, df2: Double) -> Double {
        let total = df2 + df1 * f
        return regularisedBeta(df2 / total, complement: df1 * f / total, df2 / 2, df1 / 2)
    }

    /// P(|Z| ≥ |z|) of the normal distribution.
    static func twoSidedNormal(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

    /// The t that |T| exceeds with probability `p`, by bisection to the last bit.
    static func twoSidedTQuantile(_ p: Double, df: Double) -> Double {
        var low = 0.0, high = 1.0
        while twoSidedT(high, df: df) > p, high < 1e12 { high *= 2 }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { break }
            if twoSidedT(middle, df: df) > p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function I_x(a, b).
    ///
    /// - Parameter complement: 1 − x, which the caller forms without cancellation.
    static func regularisedBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard complement > 0 else { return 1 }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(complement))
        return x < (a + 1) / (a + b + 2)
            ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(complement, b, a) / b
    }

    /// Lentz's method (Press et al., Numerical Recipes, section 6.4). Large parameters take about √a steps.
    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func bounded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / bounded(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...100_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / bounded(1 + even * d)
            c = bounded(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / bounded(1 + odd * d)
            c = bounded(1 + odd / c)
            result *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return result
    }

    /// ln Γ(x) for x > 0, by Lanczos's approximation (g = 7, nine terms).
    static func logGamma(_ x: Double) -> Double {
        guard x >= 0.5 else { return log(.pi / sin(.pi * x)) - logGamma(1 - x) }
        let coefficients = [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
            -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ]
        var sum = coefficients[0]
        for index in 1..<coefficients.count { sum += coefficients[index] / (x - 1 + Double(index)) }
        let t = x + 6.5
        return 0.5 * log(2 * .pi) + (x - 0.5) * log(t) - t + log(sum)
    }
}
