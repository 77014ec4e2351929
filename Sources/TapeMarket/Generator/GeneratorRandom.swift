/// SplitMix64 and the few distributions that the synthetic market needs, in integers alone: the same seed gives the
/// same market on any machine and with any mathematical library.
///
/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
struct GeneratorRandom {
    private var state: UInt64

    /// A stream of its own for each combination of numbers, such as (seed, date, security).
    init(_ parts: UInt64...) {
        state = 0
        for part in parts {
            state ^= part
            state = next()
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// 0..<bound; bound must be positive.
    mutating func below(_ bound: Int64) -> Int64 {
        Int64(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    mutating func chance(percent: Int64) -> Bool { below(100) < percent }
    mutating func chance(permille: Int64) -> Bool { below(1000) < permille }

    /// 0, 1, 2, … with ratio one half, at most `limit`.
    mutating func geometric(limit: Int64) -> Int64 {
        min(limit, Int64((next() | (1 << 62)).trailingZeroBitCount))
    }

    /// Exponential with about that mean (a piecewise linear logarithm is within 1 % of it).
    mutating func exponential(mean: Int64) -> Int64 {
        let value = next() | 1
        let leading = value.leadingZeroBitCount
        // −log2(value / 2^64) in 1/65536: the leading zeros, and what the mantissa lacks to the next power of two.
        let mantissa = Int64((value &<< UInt64(leading)) &>> 47) - 65_536
        let curved = mantissa + mantissa * (65_536 - mantissa) / 196_608
        let negativeLog = Int64(leading + 1) * 65_536 - curved
        // × ln 2 = 45,426 / 65,536, in two steps that cannot overflow for means of hours in nanoseconds.
        return mean / 65_536 * (negativeLog * 45_426 / 65_536)
    }

    /// Log-uniform between two powers of two: short times are as likely as long ones.
    mutating func logUniform(bits: ClosedRange<Int64>) -> Int64 {
        let bit = within(bits)
        return (1 << bit) + below(1 << bit)
    }

    /// An index by cumulative weights (ascending, the last is the total).
    mutating func index(cumulative: [Int64]) -> Int {
        let wanted = below(cumulative[cumulative.count - 1])
        return cumulative.partitionPoint { $0 > wanted }
    }
}

/// Zipf's law in integers: the weight of rank r is proportional to 1 / (r + shift).
enum ZipfWeights {
    static func weights(count: Int, shift: Int64) -> [Int64] {
        (0..<count).map { 1_000_000_000 / (Int64($0) + shift) }
    }

    static func cumulative(count: Int, shift: Int64) -> [Int64] {
        var sum: Int64 = 0
        return weights(count: count, shift: shift).map { weight in
            sum += weight
            return sum
        }
    }
}
