extension Double {
    /// The nearest double. The library's own conversion is generic and, for values of 128 bits, some fifty times slower than
    /// that of 64 bits, which nearly all values fit.
    init(nearest value: Int128) {
        let low = Int64(truncatingIfNeeded: value)
        self = Int128(low) == value ? Double(low) : Double(value)
    }
}
