import TapeBytes
import TapeColumns

/// A store as one moment had it: the catalog that CURRENT named when it was opened. Takes no lock.
///
///     store/
///       CURRENT              the number of the catalog in force; replaced by one rename
///       catalog/0000000042   that catalog, a segment (`Catalog`)
///       orders/2024-09-05/110621.42.seg
///       packs/43-1.pack      many small segments, one behind the other
///       zones/42/orders.seg  where many segments' blocks lie, and their smallest and largest values
///       LOCK                 held by the one writer
package final class Store: Sendable {
    package let path: String
    package let fileSystem: FileSystem
    package let catalog: Catalog
    private let cache: SegmentCache
    private let packs: OpenPacks
    /// The path's bytes and a `/`: what each segment's path begins with.
    private let folder: [UInt8]
    /// By table, those that were asked for; nil where there is none to be had.
    private let schemas = Protected([String: TableSchema?]())

    /// What those who ask more than once may keep, in bytes.
    package static let cacheSizeDefault = 128 << 20

    /// - Parameter cacheSize: what may be kept of segments between questions, in bytes.
    /// - Throws: `StoreError`: missing, not a store, damaged.
    package convenience init(path: String, fileSystem: FileSystem = FileSystem(), cacheSize: Int = 0) throws(StoreError) {
        let catalog: Catalog
        do {
            guard let status = try fileSystem.status(path), status.isDirectory else { throw StoreError(.missing, path: path) }
            guard try fileSystem.status(path + "/CURRENT") != nil else {
                guard try !StorePath.hasLostCurrent(path, fileSystem) else { throw StoreError(.currentMissing, path: path) }
                let names = try fileSystem.list(path).map(\.name)
                throw StoreError(StorePath.mayBecomeStore(names) ? .missing : .notAStore, path: path)
            }
            catalog = try Store.readCatalog(path, fileSystem)
        } catch {
            throw StoreError.wrap(error, path: path)
        }
        self.init(path: path, fileSystem: fileSystem, catalog: catalog, cacheSize: cacheSize)
    }

    init(path: String, fileSystem: FileSystem, catalog: Catalog, cacheSize: Int = 0) {
        self.path = path
        self.fileSystem = fileSystem
        self.catalog = catalog
        cache = SegmentCache(sizeMax: cacheSize)
        packs = OpenPacks(path, fileSystem)
        folder = Array((path + "/").utf8)
    }

    private static func readCatalog(_ path: String, _ fileSystem: FileSystem) throws -> Catalog {
        let currentPath = path + "/CURRENT"
        let current = try fileSystem.readAll(currentPath)
        let digits = current.last == UInt8(ascii: "\n") ? current.dropLast() : current[...]
        guard digits.count == 10, digits.allSatisfy({ (48...57).contains($0) }) else {
            throw StoreError(.segment(SegmentError(.malformed(expected: "the number of a catalog"))), path: currentPath)
        }
        let catalogPath = path + "/catalog/" + String(decoding: digits, as: UTF8.self)
        do {
            let catalog = try Catalog(SegmentReader(try fileSystem.readAll(catalogPath)))
            guard StorePath.number(catalog.generation)[...] == String(decoding: digits, as: UTF8.self) else {
                throw SegmentError(.malformed(expected: "the catalog that CURRENT names"))
            }
            return catalog
        } catch {
            throw StoreError.wrap(error, path: catalogPath)
        }
    }

    /// Whether another catalog is in force by now; false where that cannot be told.
    package var isOutdated: Bool {
        guard let current = try? fileSystem.readAll(path + "/CURRENT") else { return false }
        return !current.starts(with: StorePath.number(catalog.generation).utf8)
    }

    /// The store as it is now, with as much room for what is kept.
    package func reopened() throws(StoreError) -> Store { try Store(path: path, fileSystem: fileSystem, cacheSize: cache.sizeMax) }

    /// As `open(_:)`, by the segment's row in the catalog: nothing else of its entry is put together.
    package func open(row: Int) throws(StoreError) -> SegmentReader {
        do {
            let reader = try SegmentReader(source(row: row))
            if (reader.checksum, reader.rowCount) == catalog.identity(row) { return reader }
        } catch {}
        // Whatever is wrong, this says it.
        return try open(catalog.entry(row))
    }

    /// The schema that a table is stored by; nil without one.
    package func schema(of table: String) -> TableSchema? {
        schemas.withLock { schemas in
            if let known = schemas[table] { return known }
            let schema = catalog.settings["schema." + table].flatMap { try? TableSchema.parse(Array($0.utf8)) }
            schemas[table] = .some(schema)
            return schema
        }
    }

    private func source(_ entry: SegmentEntry, _ file: String) throws(FileError) -> FileSource {
        entry.pack > 0 ? try FileSource(packs, entry) : try FileSource(file, fileSystem)
    }

    private func source(row: Int) -> FileSource {
        let part = catalog.part(row)
        guard let pack = part.pack else { return FileSource(unopened: catalog.path(row, in: folder), fileSystem, sizeInBytes: part.sizeInBytes) }
        return FileSource(unopened: pack, packs, offset: part.offset, sizeInBytes: part.sizeInBytes)
    }

    /// A segment's blocks, with those that an earlier question read where they were kept.
    ///
    /// - Parameter isKnown: whether zones tell of its columns, so that it is opened only where something else is asked for.
    package func blocks(row: Int, isKnown: Bool) throws(StoreError) -> BlockCache {
        if let known = cache.blocks(row) { return known }
        guard isKnown else { return BlockCache(try open(row: row)) }
        let (checksum, rowCount) = catalog.identity(row)
        return BlockCache(unopened: source(row: row), rowCount: rowCount, rowsPerBlock: SegmentLayout.rowsPerBlock, checksum: checksum)
    }

    /// Whether anything is kept between questions.
    package var keepsAny: Bool { cache.keepsAny }

    /// Keeps what a question read of a segment for the next ones, as far as there is room.
    package func keep(_ blocks: consuming BlockCache, row: Int) { cache.keep(blocks, row) }

    /// Says that another question begins.
    package func beginQuestion() { cache.beginQuestion() }

    /// Opens a segment and checks that it is the one that the catalog means.
    package func open(_ entry: SegmentEntry) throws(StoreError) -> SegmentReader {
        let keyColumns = catalog.keyColumns(of: entry.table)
        let file = path + "/" + entry.path(keyColumns)
        do {
            let reader = try SegmentReader(source(entry, file))
            guard reader.checksum == entry.checksum, reader.rowCount == entry.rowCount else {
                throw StoreError(.checksumMismatch, path: file, table: entry.table, partition: describe(entry.key, keyColumns))
            }
            return reader
        } catch {
            let found = StoreError.wrap(error, path: file, table: entry.table, partition: describe(entry.key, keyColumns))
            // What two later commits left behind is gone; the store is sound.
            if case .file(let reason) = found.kind, reason.isMissing, isOutdated { throw StoreError(.outdated, path: path) }
            throw found
        }
    }

    /// What went wrong with a segment, with its table and partition.
    package func placed(_ error: any Error, in entry: SegmentEntry) -> StoreError {
        StoreError.wrap(error, path: path, table: entry.table, partition: describe(entry.key, of: entry.table))
    }

    /// `2024-09-05, 110621`.
    package func describe(_ key: PartitionKey, of table: String) -> String { describe(key, catalog.keyColumns(of: table)) }

    private func describe(_ key: PartitionKey, _ keyColumns: [KeyColumn]) -> String {
        zip(key.parts, keyColumns).map { PartitionKey.text($0, $1.type) }.joined(separator: ", ")
    }
}

extension Store {
    /// Reads and checks all of the catalog's file. Opening a store takes its header for granted.
    package func verifyCatalog() throws(StoreError) {
        let file = path + "/catalog/" + StorePath.number(catalog.generation)
        do {
            try SegmentReader(file: file, fileSystem).verify()
        } catch {
            throw StoreError.wrap(error, path: file)
        }
    }

    /// Reads and checks all of a segment: see `SegmentReader.verify`.
    package func verify(_ entry: SegmentEntry) throws(StoreError) {
        let reader = try open(entry)
        do {
            try reader.verify()
        } catch {
            let keyColumns = catalog.keyColumns(of: entry.table)
            throw StoreError.wrap(error, path: path + "/" + entry.path(keyColumns), table: entry.table,
                                  partition: describe(entry.key, keyColumns))
        }
    }
}

extension Store {
    /// The bytes of a whole segment, to be written into another store; its footer and what stands for its contents are checked.
    package func image(_ entry: SegmentEntry) throws(StoreError) -> SegmentImage {
        let file = path + "/" + entry.path(catalog.keyColumns(of: entry.table))
        do {
            let source = try source(entry, file)
            let bytes = try source.read(at: 0, count: source.sizeInBytes)
            let reader = try SegmentReader(bytes)
            guard reader.checksum == entry.checksum, reader.rowCount == entry.rowCount else {
                throw StoreError(.checksumMismatch, path: file, table: entry.table, partition: describe(entry.key, of: entry.table))
            }
            return SegmentImage(bytes: bytes, rowCount: reader.rowCount, checksum: reader.checksum)
        } catch {
            throw StoreError.wrap(error, path: file, table: entry.table, partition: describe(entry.key, of: entry.table))
        }
    }
}
