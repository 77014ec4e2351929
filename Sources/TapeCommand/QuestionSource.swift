import TapeBytes

/// Reads a question that is not on the command line.
enum QuestionSource {
    static let sizeMaxInBytes = 1 << 20

    /// - Parameter path: a file, or `-` for standard input.
    static func read(_ path: String) throws(CommandError) -> String {
        let place = path == "-" ? "standard input" : path
        let bytes: [UInt8]
        do {
            bytes = try contents(path)
        } catch {
            throw CommandError.fileError(error)
        }
        guard bytes.count <= sizeMaxInBytes else {
            throw CommandError(.usage, "\(place): a question of more than \(ByteText.text(sizeMaxInBytes))")
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard let text = String(validating: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self) else { throw CommandError(.usage, "\(place): the question is not UTF-8") }
        guard !text.allSatisfy(\.isWhitespace) else { throw CommandError(.usage, "\(place): the question is empty") }
        return text
    }

    /// All bytes, or a few more than a question may have.
    private static func contents(_ path: String) throws(FileError) -> [UInt8] {
        let file = path == "-" ? try InputFile.standardInput(FileSystem()) : try FileSystem().open(path)
        var bytes: [UInt8] = []
        while bytes.count <= sizeMaxInBytes, try file.readNext(1 << 16, into: &bytes) > 0 {}
        return bytes
    }
}
