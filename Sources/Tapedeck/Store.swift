import TapeBytes
import TapeColumns
import TapeMarket
import TapeQuery
import TapeStore

/// A store as it was when it was opened: later commits of others do not show. Takes no lock; safe to use from several threads.
///
/// What a commit replaced, the next writer removes: who keeps a store open while others write to it opens it anew now and then, at the latest when a
/// partition is not found.
public struct Store: Sendable {
    /// What is stored under one name.
    public struct Table: Hashable, Sendable {
        public let name: String
        public let rowCount: Int
        public let sizeInBytes: Int
        /// In the order of their keys.
        public let partitions: [Partition]
    }

    /// All rows of a table with one key, such as (2024-09-05, 110621).
    public struct Partition: Hashable, Sendable {
        public let table: String
        /// The key's parts as text, such as `["2024-09-05", "110621"]`; empty where the table is not partitioned.
        public let key: [String]
        public let rowCount: Int
        public let sizeInBytes: Int
        let segments: [SegmentEntry]
    }

    let store: TapeStore.Store

    /// What is kept of the store's files between questions where nothing else is said, in bytes.
    public static let cacheSizeDefault = TapeStore.Store.cacheSizeDefault

    /// - Parameter cacheSize: what may be kept of the store's files between questions, in bytes; 0 for a program that asks once.
    /// - Throws: `TapedeckError` where there is no store, or where its catalog is damaged.
    public init(path: String, cacheSize: Int = cacheSizeDefault) throws(TapedeckError) {
        do {
            store = try TapeStore.Store(path: path, cacheSize: cacheSize)
        } catch {
            throw TapedeckError(error)
        }
    }

    /// Makes memory that is freed stay with the whole process for its next use, which is worth up to a seventh of the time of a program that asks one question
    /// after another.
    public static func keepFreedMemory() { Machine.keepFreedMemory() }

    public var path: String { store.path }

    /// The stored tables, by name. Reads nothing but the catalog, which is in memory.
    public var tables: [Table] {
        store.catalog.tables.map { name in
            let entries = store.catalog.entries(of: name)
            return Table(name: name, rowCount: entries.reduce(0) { $0 + $1.rowCount }, sizeInBytes: entries.reduce(0) { $0 + $1.sizeInBytes },
                         partitions: partitions(entries, of: name))
        }
    }

    private func partitions(_ entries: [SegmentEntry], of table: String) -> [Partition] {
        let keyColumns = store.catalog.keyColumns(of: table)
        return entries.chunked { $0.key == $1.key }.map { segments in
            Partition(table: table, key: zip(segments[0].key.parts, keyColumns).map { PartitionKey.text($0, $1.type) },
                      rowCount: segments.reduce(0) { $0 + $1.rowCount }, sizeInBytes: segments.reduce(0) { $0 + $1.sizeInBytes }, segments: segments)
        }
    }

    /// Answers a question in SQL (`docs/sql.md`).
    ///
    /// The same question over the same store has the same answer, whatever the number of workers.
    public func query(_ question: String, options: QuestionOptions = QuestionOptions()) throws(TapedeckError) -> Answer {
        do {
            return Answer(try Query(question, store: store, options: options.queryOptions).run().result)
        } catch {
            throw TapedeckError(error)
        }
    }

    /// Hands the rows of a partition to `body`, a segment at a time, in stored order: at most 524,288 rows of the columns asked for are in memory.
    ///
    /// - Throws: `TapedeckError` where a column is unknown or a block is damaged, and what `body` throws.
    public func read(_ partition: Partition, columns names: [String], _ body: (Answer) throws -> Void) throws {
        for segment in partition.segments { try body(try read(segment, names)) }
    }

    private func read(_ entry: SegmentEntry, _ names: [String]) throws(TapedeckError) -> Answer {
        do {
            let reader = try store.open(entry)
            var cache = ColumnCache(reader)
            var columns: [ResultColumn] = []
            for name in names {
                guard let index = reader.columnIndex(name) else {
                    throw TapedeckError(.missing, "the table '\(entry.table)' has no column '\(name)'", help: "it has \(reader.columnNames.joined(separator: ", "))")
                }
                let descriptor = try reader.descriptor(index)
                columns.append(ResultColumn(name: name, type: descriptor.type, role: descriptor.role,
                                            values: .words(try cache.vector(index), dictionary: try reader.strings(index))))
            }
            return Answer(ResultSet(columns: columns))
        } catch let error as TapedeckError {
            throw error
        } catch {
            throw TapedeckError(store.placed(error, in: entry))
        }
    }
}

/// How a question is to be answered.
public struct QuestionOptions: Sendable {
    /// Threads; at first the processors that the process may use.
    public var workers = Machine.coreCount
    /// What groups, ordered rows and the answer may take, in bytes.
    public var memory = 1 << 30
    /// Whether partitions that cannot be read are left out instead of failing the question.
    public var skipsDamaged = false
    /// Asked now and then, by any thread; once it says yes, the question fails with the kind `cancelled`.
    public var isCancelled: @Sendable () -> Bool = { false }

    public init() {}

    var queryOptions: QueryOptions {
        QueryOptions(workers: max(1, workers), memory: memory, skipsDamaged: skipsDamaged, isCancelled: isCancelled, clock: .exchange)
    }
}

extension Array {
    /// Cut where neighbours do not belong together.
    fileprivate func chunked(_ belong: (Element, Element) -> Bool) -> [[Element]] {
        reduce(into: []) { chunks, element in
            if let last = chunks.last?.last, belong(last, element) { chunks[chunks.count - 1].append(element) } else { chunks.append([element]) }
        }
    }
}
