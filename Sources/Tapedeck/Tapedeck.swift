/// Tapedeck as a library: open a store, ask it in SQL, walk the typed columns of answers and of stored partitions, convert files.
///
///     let store = try Store(path: "store")
///     let answer = try store.query("SELECT participant_id, sum(quantity) AS quantity FROM orders GROUP BY 1 ORDER BY 2 DESC LIMIT 10")
///     for row in 0..<answer.rowCount { print(answer.columns[0][row], answer.columns[1][row]) }
///
/// `docs/library.md` is the guide. Only what is `public` here is a promise; it needs no Foundation.

/// Why a call of the library failed: `message` says where, what and why, `help` what to do about it.
public struct TapedeckError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The question is wrong: its text, a name, a type, or a number that does not fit.
        case question
        /// The question needs more memory than its options allow.
        case memory
        /// `QuestionOptions.isCancelled` said so.
        case cancelled
        /// There is no such store, table, partition, column or file.
        case missing
        /// Bytes of the store that cannot be read.
        case damaged
        /// A file to be converted is wrong.
        case input
        /// Another writer holds the store.
        case locked
        /// What the store was when it was opened has been replaced, and removed: open it again.
        case outdated
        /// The system refused a call.
        case system
    }

    public var kind: Kind
    public var message: String
    public var help: String?
    /// The bytes of the question that are wrong; nil where the error is about none in particular.
    public var place: Range<Int>?

    public var description: String { help.map { message + "; " + $0 } ?? message }

    init(_ kind: Kind, _ message: String, help: String? = nil, place: Range<Int>? = nil) {
        self.kind = kind
        self.message = message
        self.help = help
        self.place = place
    }
}
