/// Finds what somebody may have meant.
package enum NearestName {
    /// The candidate that fewest edits turn `name` into, if they are few for its length.
    package static func of(_ name: String, among candidates: [String]) -> String? {
        let distances = candidates.map { (distance(Array(name.utf8), Array($0.utf8)), $0) }
        guard let best = distances.min(by: { $0.0 < $1.0 }), best.0 <= max(2, name.utf8.count / 3) else { return nil }
        return best.1
    }

    /// A sentence that asks for the nearest one; nil where none is near.
    package static func question(_ name: String, among candidates: [String]) -> String? { of(name, among: candidates).map { "did you mean '\($0)'?" } }

    /// The same behind a message; empty where none is near.
    package static func suffix(_ name: String, among candidates: [String]) -> String { question(name, among: candidates).map { "; \($0)" } ?? "" }

    /// Levenshtein's distance, row by row.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (byte == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
