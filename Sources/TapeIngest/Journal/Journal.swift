import TapeBytes

/// What an unfinished convert has on disk, so that the next one goes on from there. A file of records, written on at its end, each as
///
///     payload size (4 bytes)   CRC-32C of the payload (4 bytes)   payload
///
/// The payload of the first is the fingerprint of the convert: inputs, schemas, options, the files that the store knows, the program. A torn
/// record ends the journal. Nothing here is synced: what a loss of power took from the runs that it names is noticed when they are read again.
final class JournalWriter: Sendable {
    /// Of the records; part of the fingerprint.
    static let version = 2

    private let file: Exclusive<OutputFile>

    /// A new journal; or, where `size` is given, an old one whose first `size` bytes hold.
    init(_ path: String, fingerprint: UInt64, size: Int?, _ fileSystem: FileSystem) throws(FileError) {
        if let size {
            file = Exclusive(try fileSystem.append(path, size: size))
        } else {
            file = Exclusive(try fileSystem.create(path))
            var bytes: [UInt8] = []
            bytes.appendInteger(fingerprint)
            try write(bytes)
        }
    }

    func append(_ record: JournalRecord) throws(FileError) {
        var bytes: [UInt8] = []
        record.append(to: &bytes)
        try write(bytes)
    }

    private func write(_ payload: [UInt8]) throws(FileError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 8)
        bytes.appendInteger(UInt32(payload.count))
        bytes.appendInteger(Checksum.crc32c(payload.span))
        bytes += payload
        let result = file.withLock { file -> Result<Void, FileError> in
            do throws(FileError) { return .success(try file.write(bytes)) } catch { return .failure(error) }
        }
        try result.get()
    }
}

/// Reads the records of a journal that hold.
struct JournalReader {
    private let bytes: [UInt8]
    /// The bytes up to the first record that was not read, or does not hold.
    private(set) var size = 0

    /// nil where the bytes are not the journal of a convert with this fingerprint.
    init?(_ bytes: [UInt8], fingerprint: UInt64) {
        self.bytes = bytes
        var place = 0
        guard let payload = payload(), let found = try? payload.span.readInteger(&place, as: UInt64.self), found == fingerprint
        else { return nil }
    }

    mutating func next() -> JournalRecord? {
        let before = size
        guard let payload = payload() else { return nil }
        do {
            return try JournalRecord(payload)
        } catch {
            size = before
            return nil
        }
    }

    private mutating func payload() -> [UInt8]? {
        var offset = size
        guard let count = try? bytes.span.readInteger(&offset, as: UInt32.self),
            let checksum = try? bytes.span.readInteger(&offset, as: UInt32.self), Int(count) <= bytes.count - offset
        else { return nil }
        let payload = Array(bytes[offset..<(offset + Int(count))])
        guard Checksum.crc32c(payload.span) == checksum else { return nil }
        size = offset + Int(count)
        return payload
    }
}
