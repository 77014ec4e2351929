/// A pattern of LIKE: `%` is any text, `_` any one character, everything else itself.
struct LikePattern: Hashable, Sendable {
    private let pattern: [Unicode.Scalar]

    init(_ text: String) { pattern = Array(text.unicodeScalars) }

    /// Matches greedily, going back to the last `%` only: linear in the text for each `%`.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var at = 0, position = 0
        var retry: (pattern: Int, text: Int)?
        while position < text.count {
            if at < pattern.count, pattern[at] == "%" {
                retry = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == "_" || pattern[at] == text[position] {
                at += 1
                position += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                at = last.pattern + 1
                position = last.text + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "%" }
    }
}
