import TapeBytes

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
        var seen: Set<String> = []
        for path in paths {
            guard path != "-" else {
                found.append(Found(path: path, size: 0))
                continue
            }
            do {
                guard let status = try fileSystem.status(path) else { throw ConvertError(.missingInput, path: path) }
                var files = [Found(path: path, size: status.size, modified: status.modified)]
                if status.isDirectory {
                    files = try search(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
                    if files.isEmpty { throw ConvertError(.noFiles, path: path) }
                }
                found += files.filter { seen.insert($0.path).inserted }
            } catch let error as FileError {
                throw ConvertError(.unreadable(error), path: path)
            } catch let error as ConvertError {
                throw error
            } catch {
                throw ConvertError(.missingInput, path: path)
            }
        }
        return found
    }

    private func search(_ folder: String) throws(FileError) -> [Found] {
        var found: [Found] = []
        for item in try fileSystem.list(folder) {
            let path = folder + "/" + item.name
            if item.isDirectory {
                found += try search(path)
            } else if item.name.hasSuffix(".csv") || item.name.hasSuffix(".csv.gz") {
                // A pipe would be waited for.
                guard let status = try fileSystem.status(path), status.isRegular else { continue }
                found.append(Found(path: path, size: status.size, modified: status.modified))
            }
        }
        return found
    }
}
