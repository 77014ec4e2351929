import TapeBytes

/// A file's bytes in order, inflated if they are gzip, and the hash of what was read.
final class RawReader {
    private let path: String
    private let file: InputFile
    private var inflater: GzipInflater?
    private(set) var bytesRead = 0
    private(set) var hash: UInt64 = 0
    /// What was read to see whether the file is gzip.
    private var head: [UInt8]
    private var isAtEnd = false

    /// All reads but the last are of this size, so that the hash does not depend on how much is asked for.
    static let readSize = 1 << 18

    init(_ path: String, _ fileSystem: FileSystem, inflates: Bool = true) throws(ConvertError) {
        self.path = path
        do {
            file = path == "-" ? try InputFile.standardInput(fileSystem) : try fileSystem.open(path)
        } catch {
            throw ConvertError(.unreadable(error), path: path)
        }
        head = [UInt8](repeating: 0, count: RawReader.readSize)
        head.removeLast(RawReader.readSize - (try readFile(into: &head, at: 0)))
        if inflates, GzipInflater.isGzip(head) { inflater = GzipInflater() }
    }

    var isCompressed: Bool { inflater != nil }

    /// Stores at most `count` bytes in `bytes` from `start` on, where there must be room; returns how many, 0 only at the end.
    func read(_ count: Int, into bytes: inout [UInt8], at start: Int) throws(ConvertError) -> Int {
        guard let inflater else { return try readPlain(count, into: &bytes, at: start) }
        do {
            return try inflater.inflate(count, into: &bytes, at: start) { (input: inout [UInt8]) throws(ConvertError) -> Int in
                try self.refill(&input)
            }
        } catch let error as GzipError {
            throw ConvertError(.gzip(error), path: path)
        } catch let error as ConvertError {
            throw error
        } catch {
            preconditionFailure("inflating throws nothing else")
        }
    }

    /// Appends at most `count` bytes; returns how many.
    func append(_ count: Int, to bytes: inout [UInt8]) throws(ConvertError) -> Int {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: count)
        let received = try read(count, into: &bytes, at: start)
        bytes.removeLast(count - received)
        return received
    }

    private func readPlain(_ count: Int, into bytes: inout [UInt8], at start: Int) throws(ConvertError) -> Int {
        var received = 0
        while received < count {
            if head.isEmpty, count - received >= RawReader.readSize {
                let size = try readFile(into: &bytes, at: start + received)
                if size == 0 { break }
                received += size
            } else {
                if head.isEmpty {
                    var next: [UInt8] = []
                    guard try refill(&next) > 0 else { break }
                    head = next
                }
                let size = min(head.count, count - received)
                bytes.replaceSubrange((start + received)..<(start + received + size), with: head[..<size])
                head.removeFirst(size)
                received += size
            }
        }
        return received
    }

    /// Replaces `input` by the next bytes of the file; returns how many.
    private func refill(_ input: inout [UInt8]) throws(ConvertError) -> Int {
        if !head.isEmpty, input.isEmpty {
            swap(&input, &head)
            return input.count
        }
        if input.count < RawReader.readSize { input = [UInt8](repeating: 0, count: RawReader.readSize) }
        let size = try readFile(into: &input, at: 0)
        input.removeLast(input.count - size)
        return size
    }

    private func readFile(into bytes: inout [UInt8], at start: Int) throws(ConvertError) -> Int {
        guard !isAtEnd else { return 0 }
        let count: Int
        do {
            count = try file.readNext(RawReader.readSize, into: &bytes, at: start)
        } catch {
            throw ConvertError(error.isInterrupted ? .cancelled : .unreadable(error), path: path)
        }
        isAtEnd = count < RawReader.readSize
        guard count > 0 else { return 0 }
        hash = Checksum.contentHash(bytes.span.extracting(start..<(start + count)), previous: hash)
        bytesRead += count
        return count
    }
}
