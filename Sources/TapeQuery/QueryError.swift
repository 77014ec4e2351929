import TapeBytes

/// Why a question cannot be answered, and where in its text.
package struct QueryError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The text is not of the grammar.
        case syntax
        /// A table, column, function or type that there is none of.
        case unknownName
        /// Values of types that do not go together.
        case type
        /// A number that does not fit where it must.
        case overflow
        /// More memory than `QueryOptions.memory` allows.
        case memory
        /// Bytes of the store that are not what they should be.
        case damaged
        /// A file of the store that may not be read.
        case unreadable
        /// What the question was about has been replaced meanwhile.
        case outdated
        /// `QueryOptions.isCancelled` said so.
        case cancelled
    }

    package var kind: Kind
    package var message: String
    package var help: String?
    /// The bytes of the question that the message is about; nil where it is about none in particular.
    package var place: Range<Int>?

    package init(_ kind: Kind, _ message: String, help: String? = nil, place: Range<Int>? = nil) {
        self.kind = kind
        self.message = message
        self.help = help
        self.place = place
    }
}

extension QueryError {
    /// The line of the question that the error is about and a line with `^` under the place; nil without a place.
    ///
    /// Columns are those of a terminal, tabs are shown as blanks.
    package func excerpt(of question: String) -> (line: String, marker: String)? {
        guard let place else { return nil }
        let bytes = Array(question.utf8)
        let at = min(place.lowerBound, bytes.count)
        let start = (bytes[..<at].lastIndex(of: 10) ?? -1) + 1
        let end = bytes[at...].firstIndex(of: 10) ?? bytes.count
        func text(_ range: Range<Int>) -> String {
            String(String(decoding: bytes[range], as: UTF8.self).map { $0 == "\t" || $0 == "\r" ? " " : $0 })
        }
        let width = max(1, DisplayWidth.of(text(at..<max(at, min(place.upperBound, end)))))
        return (text(start..<end), String(repeating: " ", count: DisplayWidth.of(text(start..<at))) + String(repeating: "^", count: width))
    }
}
