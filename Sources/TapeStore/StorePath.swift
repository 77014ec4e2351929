import TapeBytes

/// The names in a store's folder that are no tables.
package enum StorePath {
    /// Files of many segments each.
    static let packs = "packs"
    /// What is known of the values in many segments.
    static let zones = "zones"
    /// Folders of files that each belong to one commit's segments.
    static let ofCommits: Set<String> = [packs, zones]
    /// Stores of their own, with the results of shards until they are merged.
    package static let shards = "shards"

    private static let own: Set<String> = ["CURRENT", "CURRENT.new", "LOCK", "catalog", "ingest", packs, zones, shards]
    /// Whether a folder has catalogs and nothing that says which is in force. A first commit names its catalog, as `CURRENT.new`, before it writes it.
    static func hasLostCurrent(_ path: String, _ fileSystem: FileSystem) throws(FileError) -> Bool {
        for name in ["CURRENT", "CURRENT.new"] where try fileSystem.status(path + "/" + name) != nil { return false }
        guard try fileSystem.status(path + "/catalog") != nil else { return false }
        return try !fileSystem.list(path + "/catalog").isEmpty
    }

    /// Whether a table may not be called so: its folder, or what it says in questions, is the store's own.
    package static func isReserved(_ table: String) -> Bool { isOwn(table) || ["files", "partitions", "columns"].contains(table) }

    static func isOwn(_ name: String) -> Bool { own.contains(name) }

    /// As far as CURRENT can name them.
    static let generations = 0...9_999_999_999

    /// A generation in a file's name: ten digits.
    static func number(_ generation: Int) -> String {
        let digits = String(generation)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }

    /// Whether a folder without CURRENT is empty, or what a first commit that was cut short left.
    static func mayBecomeStore(_ names: [String]) -> Bool {
        names.allSatisfy(isOwn) || (names.contains("LOCK") && names.contains("catalog"))
    }
}
