import TapeColumns
import TapeStore

/// Errors of the store as sentences: partition, column, block, what was expected.
package enum StoreErrorText {
    static let help = "the file is damaged; convert its source files into a new store, or leave it out"

    package static func text(_ error: StoreError) -> String {
        let place = [error.table, error.partition].compactMap { $0 }.joined(separator: ", ")
        let start = place.isEmpty ? error.path : place
        switch error.kind {
        case .missing, .notAStore: return "\(error.path): no store there"
        case .currentMissing: return "\(error.path)/CURRENT: no such file, though there are catalogs"
        case .locked: return "\(error.path): locked"
        case .outdated: return "\(error.path): the store was changed meanwhile, and what it was is gone"
        case .segment(let segment): return "\(start): \(text(segment))"
        case .checksumMismatch: return "\(start): the segment is not the one that the catalog names"
        case .file(let file): return "\(start): \(file.path): \(file.reason)"
        }
    }

    static func text(_ error: SegmentError) -> String {
        var place: [String] = []
        if let column = error.column { place.append("column '\(column)'") }
        if let block = error.block { place.append("block \(block)") }
        if let rows = error.rows { place.append("rows \(rows.lowerBound)–\(rows.upperBound - 1)") }
        if let offset = error.offset { place.append("byte \(offset)") }
        let prefix = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
        switch error.kind {
        case .notASegment: return prefix + "not a segment; it may be cut short"
        case .unsupportedVersion(let version): return prefix + "format version \(version) is newer than this program"
        case .checksumMismatch: return prefix + "checksum mismatch"
        case .malformed(let expected): return prefix + "damaged: expected \(expected)"
        }
    }
}

extension QueryError {
    private static func unread(_ error: StoreError) -> QueryError {
        if case .outdated = error.kind { return QueryError(.outdated, StoreErrorText.text(error), help: "ask again") }
        guard case .file(let file) = error.kind, !file.isMissing, !file.isEndOfFile, !file.isDeviceError else {
            return QueryError(.damaged, StoreErrorText.text(error), help: StoreErrorText.help)
        }
        return QueryError(.unreadable, StoreErrorText.text(error), help: file.isPermission ? "check the permissions of the store's files" : nil)
    }

    /// What a lower module could not read.
    static func damaged(_ error: any Error) -> QueryError {
        switch error {
        case let error as QueryError: error
        case let error as StoreError: unread(error)
        case let error as SegmentError: QueryError(.damaged, StoreErrorText.text(error), help: StoreErrorText.help)
        default: QueryError(.damaged, "\(error)", help: StoreErrorText.help)
        }
    }
}
