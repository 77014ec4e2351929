import TapeBytes

/// Replaces a file's contents.
func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    var output = try FileSystem().create(path)
    try output.write(bytes)
    try output.close()
}
