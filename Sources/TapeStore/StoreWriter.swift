import Glibc
import TapeBytes
import TapeColumns

/// The one writer of a store. Holds LOCK until it goes out of scope.
///
/// Segments are written aside first (`write`), under names that no catalog knows; `commit` syncs them, writes and syncs the next
/// catalog, and renames CURRENT. A crash at any moment leaves the old state or the new one; what no catalog
/// names is garbage, removed when the next writer opens.
package struct StoreWriter: ~Copyable {
    package let path: String
    package private(set) var catalog: Catalog
    let fileSystem: FileSystem
    private let lock: FileLock
    /// Whether there was no folder before; an abandoned new store leaves none.
    private let isNewFolder: Bool
    var directories: Set<String> = []
    var written: [String] = []
    /// Files that are synced already.
    var adopted: [String] = []
    /// The pack that segments go into, and how many the next generation has.
    var pack: PackFile?
    var packCount = 0
    /// The packs of the next generation that were adopted.
    var adoptedPacks: Set<Int> = []

    /// - Throws: `StoreError`: locked, not a store, damaged, or a file error.
    package init(path: String, fileSystem: FileSystem = FileSystem()) throws(StoreError) {
        let isNewFolder = try StoreWriter.prepareFolder(path, fileSystem)
        let lock = try StoreWriter.lock(path, fileSystem)
        // Under the lock: another writer may have committed until now.
        let catalog = try StoreWriter.currentCatalog(path, fileSystem)
        try StoreWriter.removeGarbage(path, catalog, fileSystem)
        self.path = path
        self.fileSystem = fileSystem
        self.isNewFolder = isNewFolder
        self.catalog = catalog
        self.lock = lock
    }

    /// Makes the folder where there is none, and returns whether there was none.
    private static func prepareFolder(_ path: String, _ fileSystem: FileSystem) throws(StoreError) -> Bool {
        do {
            let status = try fileSystem.status(path)
            if let status {
                guard status.isDirectory else { throw StoreError(.notAStore, path: path) }
                let names = try fileSystem.list(path).map(\.name)
                guard names.contains("CURRENT") || StorePath.mayBecomeStore(names) else {
                    throw StoreError(.notAStore, path: path)
                }
            }
            try fileSystem.createDirectories(path + "/catalog")
            return status == nil
        } catch {
            throw StoreError.wrap(error, path: path)
        }
    }

    /// Waits for a moment: a writer that was just killed holds its lock until the system has cleared it away.
    private static func lock(_ path: String, _ fileSystem: FileSystem) throws(StoreError) -> FileLock {
        for attempt in 0..<25 {
            do {
                if let lock = try fileSystem.lock(path + "/LOCK") { return lock }
            } catch {
                // The other writer has taken its new store away.
                if attempt > 0, error.isMissing { break }
                throw StoreError(.file(error), path: path)
            }
            usleep(20_000)
        }
        throw StoreError(.locked, path: path)
    }

    private static func currentCatalog(_ path: String, _ fileSystem: FileSystem) throws(StoreError) -> Catalog {
        let hasCurrent, hasLostCurrent: Bool
        do {
            hasCurrent = try fileSystem.status(path + "/CURRENT") != nil
            hasLostCurrent = try StorePath.hasLostCurrent(path, fileSystem)
        } catch {
            throw StoreError(.file(error), path: path)
        }
        if hasLostCurrent { throw StoreError(.currentMissing, path: path) }
        return hasCurrent ? try Store(path: path, fileSystem: fileSystem).catalog : .empty
    }

    /// The store as of the last commit.
    package var snapshot: Store { Store(path: path, fileSystem: fileSystem, catalog: catalog) }

    /// The generation that the next commit makes.
    package var nextGeneration: Int { catalog.generation + 1 }

    /// Writes a segment's file. It is not part of the store until `commit` names it.
    package mutating func write(_ image: SegmentImage, as entry: SegmentEntry, _ keyColumns: [KeyColumn]) throws(StoreError) {
        do {
            try writeFile(entry.path(keyColumns), image.bytes)
        } catch {
            throw StoreError(.file(error), path: path + "/" + entry.path(keyColumns), table: entry.table)
        }
    }

    /// Writes a file, which `commit` will sync.
    mutating func writeFile(_ relativePath: String, _ bytes: [UInt8]) throws(FileError) {
        let file = try place(relativePath)
        written.append(file)
        var output = try fileSystem.create(file)
        try output.write(bytes)
        try output.close()
    }

    /// Gives segments' files, which lie on the same file system, second names, their places in the store, and syncs them. They are not part
    /// of the store until `commit` names them; the first names stay, for a commit that is interrupted.
    package mutating func adopt(_ files: [(path: String, entry: SegmentEntry, keyColumns: [KeyColumn])]) throws(StoreError) {
        do {
            var links: [(path: String, name: String)] = []
            for file in files { links.append((file.path, try place(file.entry.path(file.keyColumns)))) }
            adopted += links.map(\.name)
            try fileSystem.linkAndSync(links)
        } catch {
            throw StoreError.wrap(error, path: path)
        }
    }

    /// Where a file of the store belongs; its folder is there afterwards.
    mutating func place(_ relativePath: String) throws(FileError) -> String {
        let file = path + "/" + relativePath
        let directory = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        if directories.insert(directory).inserted { try fileSystem.createDirectories(directory) }
        return file
    }

    /// Makes `adding` part of the store and `removing` no longer, in one step.
    ///
    /// - Parameter settings: replace those of the same name.
    package mutating func commit(
        adding: [SegmentEntry], removing: Set<SegmentEntry> = [], settings: [String: String] = [:]
    ) throws(StoreError) {
        try endPack()
        let next: Catalog
        do {
            let settings = catalog.settings.merging(settings) { $1 }
            let placed = try gatherZones(adding, settings)
            next = Catalog(generation: nextGeneration, settings: settings, entries: catalog.allEntries.filter { !removing.contains($0) } + placed)
            try syncWritten()
            let padded = StorePath.number(next.generation)
            if catalog.generation == 0 {
                // So a catalog without it, and without CURRENT, is one whose CURRENT was lost.
                try writeSynced(Array((padded + "\n").utf8), path + "/CURRENT.new")
                try fileSystem.syncDirectory(path)
            }
            try writeSynced(next.image().bytes, path + "/catalog/" + padded)
            try fileSystem.syncDirectory(path + "/catalog")
            try writeSynced(Array((padded + "\n").utf8), path + "/CURRENT.new")
            try fileSystem.rename(path + "/CURRENT.new", path + "/CURRENT")
        } catch {
            throw StoreError.wrap(error, path: path)
        }
        // From here on the new catalog is in force, whatever fails: there is nothing left that could be abandoned.
        catalog = next
        (written, adopted) = ([], [])
        (packCount, adoptedPacks) = (0, [])
        do {
            try fileSystem.syncDirectory(path)
        } catch {
            throw StoreError(.file(error), path: path)
        }
    }

    /// Removes what was written and not committed; for a writer that gives up.
    ///
    /// - Parameter keepingFolder: whether a new store's folder stays, for work that will go on in it.
    package mutating func abandon(keepingFolder: Bool = false) {
        for file in written + adopted { try? fileSystem.remove(file) }
        (written, adopted) = ([], [])
        guard catalog.generation == 0, !keepingFolder else { return }
        try? fileSystem.removeTree(isNewFolder ? path : path + "/catalog")
    }

    func writeSynced(_ bytes: [UInt8], _ file: String) throws(FileError) {
        var output = try fileSystem.create(file)
        try output.write(bytes)
        try output.sync()
        try output.close()
    }

    /// Syncs the new segments' files and folders. Several threads wait at once, so that the disk can gather their writes.
    private func syncWritten() throws(FileError) {
        try fileSystem.syncFiles(written)
        for directory in directories.sorted() { try fileSystem.syncDirectory(directory) }
    }

    /// Removes the segments and catalogs that the catalog in force does not name: left by a crash, or replaced.
    private static func removeGarbage(_ path: String, _ catalog: Catalog, _ fileSystem: FileSystem) throws(StoreError) {
        do {
            let live = catalog.allPaths
            for folder in try fileSystem.list(path) where folder.isDirectory && (StorePath.ofCommits.contains(folder.name) || !StorePath.isOwn(folder.name)) {
                try removeDead(path, folder.name, live, fileSystem)
            }
            for file in try fileSystem.list(path + "/catalog") where Int(file.name) != catalog.generation {
                try fileSystem.remove(path + "/catalog/" + file.name)
            }
        } catch {
            throw StoreError.wrap(error, path: path)
        }
    }

    private static func removeDead(
        _ path: String, _ folder: String, _ live: Set<String>, _ fileSystem: FileSystem
    ) throws(FileError) {
        for item in try fileSystem.list(path + "/" + folder) {
            let relative = folder + "/" + item.name
            if item.isDirectory {
                try removeDead(path, relative, live, fileSystem)
            } else if relative.hasSuffix(".seg") || relative.hasSuffix(".pack"), !live.contains(relative) {
                try fileSystem.remove(path + "/" + relative)
            }
        }
    }
}
