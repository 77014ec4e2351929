import TapeBytes

/// A folder of a test's own, removed when it goes out of scope.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let parent = environmentVariable("TMPDIR") ?? "/tmp"
        path = "\(parent)/tapedeck-test-\(UInt64.random(in: 0...UInt64.max))"
        try FileSystem().createDirectories(path)
    }

    deinit { try? FileSystem().removeTree(path) }

    /// Writes a file and returns its path.
    package func write(_ name: String, _ text: String) throws -> String {
        var output = try FileSystem().create(path + "/" + name)
        try output.write(Array(text.utf8))
        try output.close()
        return path + "/" + name
    }
}

/// The real trading day, where the project has it beside it.
package enum RealDay {
    /// The folder's path; nil where it is absent, and tests that need it are skipped.
    package static let path: String? = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(3)
        let path = "/" + parts.dropLast().joined(separator: "/") + "/shared/data/drr-2024-09-05"
        return (try? FileSystem().status(path)) != nil ? path : nil
    }()
}

/// Every file below a folder with its contents, by relative path.
package func treeContents(_ path: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    let fileSystem = FileSystem()
    func walk(_ folder: String, _ prefix: String) throws {
        for entry in try fileSystem.list(folder) {
            if entry.isDirectory {
                try walk(folder + "/" + entry.name, prefix + entry.name + "/")
            } else {
                contents[prefix + entry.name] = try fileSystem.readAll(folder + "/" + entry.name)
            }
        }
    }
    try walk(path, "")
    return contents
}
