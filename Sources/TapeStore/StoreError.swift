import TapeBytes
import TapeColumns

/// What can be wrong with a store.
package struct StoreError: Error, Sendable {
    package enum Kind: Sendable {
        /// There is no store at the path.
        case missing
        /// The folder holds other things than a store.
        case notAStore
        /// The file that says which catalog is in force is gone, and there are catalogs.
        case currentMissing
        /// Another process is writing.
        case locked
        /// What was open has been replaced, and removed, by later commits.
        case outdated
        /// A catalog or segment is damaged or of a newer format.
        case segment(SegmentError)
        /// A segment is not the one that the catalog names.
        case checksumMismatch
        case file(FileError)
    }

    package var kind: Kind
    /// The store's folder, or the file concerned.
    package var path: String
    package var table: String?
    package var partition: String?

    package init(_ kind: Kind, path: String, table: String? = nil, partition: String? = nil) {
        self.kind = kind
        self.path = path
        self.table = table
        self.partition = partition
    }

    /// Any error of a lower module, placed.
    package static func wrap(
        _ error: any Error, path: String, table: String? = nil, partition: String? = nil
    ) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as SegmentError: StoreError(.segment(error), path: path, table: table, partition: partition)
        case let error as FileError: StoreError(.file(error), path: path, table: table, partition: partition)
        case let error as MalformedBytes:
            StoreError(.segment(SegmentError(.malformed(expected: error.expected), offset: error.offset)),
                       path: path, table: table, partition: partition)
        default: StoreError(.notAStore, path: path, table: table, partition: partition)
        }
    }
}
