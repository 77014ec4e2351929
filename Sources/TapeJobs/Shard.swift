import TapeBytes

/// One of several disjoint parts of a job matrix: `2/3` is the second of three.
///
/// A job's part follows from its key alone, so that every process of a cluster's job array finds the same parts without talking to the others.
package struct Shard: Hashable, Sendable {
    package static let countMax = 10_000

    /// From 1 on.
    package let number: Int
    package let count: Int

    /// nil unless 1 ≤ number ≤ count.
    package init?(number: Int, of count: Int) {
        guard (1...Shard.countMax).contains(count), (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }

    /// Reads `2/3`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(number: number, of: count)
    }

    /// As a folder's name.
    package var name: String { "\(number)-of-\(count)" }

    /// The reverse of `name`.
    package init?(name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == "of" else { return nil }
        self.init("\(parts[0])/\(parts[2])")
    }

    package func contains(_ key: String) -> Bool {
        Int(Checksum.contentHash(Array(key.utf8).span, previous: 0) % UInt64(count)) == number - 1
    }
}
