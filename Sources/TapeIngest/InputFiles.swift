import Glibc
import TapeBytes
import TapeColumns

/// Finds the input files.
struct InputFiles {
    struct Found {
        var path: String
        var size: Int
        /// When it was changed last, in nanoseconds since 1970.
        var modified = 0
    }

    private let fileSystem: FileSystem

    init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

    /// The files at `paths`, in the order given; a folder gives its `.csv` and `.csv.gz` files, recursively, by name.
    func find(_ paths: [String]) throws(ConvertError) -> [Found] {
        var found: [Found] = []
        var seen: Set<TextOrder> = []
        for path in paths {
            guard path != "-" else {
                found.append(Found(path: path, size: 0))
                continue
            }
            found += try files(path).filter { seen.insert(TextOrder($0.path)).inserted }
        }
        return found
    }

    /// The file at a path, or those of a folder.
    private func files(_ path: String) throws(ConvertError) -> [Found] {
        let status: FileStatus?
        var files: [Found] = []
        do throws(FileError) {
            status = try fileSystem.status(path)
            if let status, status.isDirectory {
                files = try search(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path, within: [])
            } else if let status {
                files = [Found(path: path, size: status.size, modified: status.modified)]
            }
        } catch {
            throw ConvertError(.unreadable(error), path: path)
        }
        guard status != nil else { throw ConvertError(.missingInput, path: path) }
        guard !files.isEmpty else { throw ConvertError(.noFiles, path: path) }
        return files
    }

    /// - Parameter outer: the folders around this one. A link that leads back to one of them is not followed.
    private func search(_ folder: String, within outer: [FileStatus.Identity]) throws(FileError) -> [Found] {
        guard let identity = try fileSystem.status(folder)?.identity, !outer.contains(identity) else { return [] }
        var found: [Found] = []
        for item in try fileSystem.list(folder) {
            let path = folder + "/" + item.name
            if item.isDirectory {
                found += try search(path, within: outer + [identity])
            } else if item.name.hasSuffix(".csv") || item.name.hasSuffix(".csv.gz") {
                guard let status = try fileSystem.status(path) else { throw FileError(.open, path, code: ENOENT) }
                // A pipe would be waited for.
                guard status.isRegular else { continue }
                found.append(Found(path: path, size: status.size, modified: status.modified))
            }
        }
        return found
    }
}
