import TapeStore

extension PartitionKey {
    /// The parts of a key of the orders' kind; nil for any other.
    package var dateAndSecurity: (date: Int64, security: Int64)? {
        guard parts.count == 2, case .word(let date) = parts[0], case .word(let security) = parts[1] else { return nil }
        return (date, security)
    }
}
