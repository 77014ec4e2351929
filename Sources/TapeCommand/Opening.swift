import TapeBytes
import TapeColumns
import TapeMarket
import TapeQuery
import TapeReport
import TapeStore

/// Opening stores and writing answers, with the errors as messages.
extension SharedOptions {
    /// - Parameter cacheSize: what may be kept between questions, in bytes.
    func openStore(cacheSize: Int = 0) throws(CommandError) -> Store {
        do {
            return try Store(path: store, cacheSize: cacheSize)
        } catch {
            throw CommandError.store(error)
        }
    }
}

extension CommandError {
    static func store(_ error: StoreError) -> CommandError {
        let place = [error.table, error.partition].compactMap { $0 }.joined(separator: ", ")
        let path = place.isEmpty ? error.path : "\(error.path): \(place)"
        return store(error, path).caused(by: "the store at \(path)")
    }

    private static func store(_ error: StoreError, _ path: String) -> CommandError {
        switch error.kind {
        case .missing:
            return CommandError(.missing, "\(error.path): no store there", help: "make one with tapedeck convert, or name another with --store")
        case .notAStore:
            return CommandError(.missing, "\(error.path): the folder holds other things than a store",
                                help: "name a store with --store; convert also takes an empty or new folder")
        case .currentMissing:
            return CommandError(.badData, "\(error.path)/CURRENT: no such file, though there are catalogs",
                                help: "write the number of the newest file in \(error.path)/catalog into it")
        case .locked:
            return CommandError(.locked, "\(error.path): another tapedeck is writing to the store", help: "try again when it has ended")
        case .outdated:
            return CommandError(.locked, StoreErrorText.text(error), help: "run the command again")
        case .checksumMismatch:
            return CommandError(.badData, "\(path): the segment is not the one that the catalog names",
                                help: "convert its source files into a new store")
        case .segment(let segment):
            return segmentError(segment, path)
        case .file(let file):
            var found = fileError(file)
            if error.table != nil { found.message = "\(path): \(file.reason)" }
            return found
        }
    }

    private static func segmentError(_ error: SegmentError, _ path: String) -> CommandError {
        var place = path
        if let column = error.column { place += ": column '\(column)'" }
        if let block = error.block { place += ", block \(block)" }
        var range: [String] = []
        if let rows = error.rows { range.append("rows \(rows.lowerBound)–\(rows.upperBound - 1)") }
        if let offset = error.offset { range.append("byte \(offset)") }
        if !range.isEmpty { place += " (\(range.joined(separator: ", ")))" }
        switch error.kind {
        case .unsupportedVersion(let version):
            return CommandError(.badData, "\(path): format version \(version), but this program reads up to \(SegmentLayout.formatVersion)",
                                help: "use a newer tapedeck")
        case .notASegment:
            return CommandError(.badData, "\(path): not a segment; it may be cut short", help: rebuild)
        case .checksumMismatch:
            return CommandError(.badData, "\(place): checksum mismatch", help: rebuild)
        case .malformed(let expected):
            return CommandError(.badData, "\(place): damaged: expected \(expected)", help: rebuild)
        }
    }

    private static let rebuild = "the file is damaged; convert its source files into a new store"

    static func fileError(_ error: FileError) -> CommandError {
        let help: String?
        let code: ExitStatus
        switch error.call {
        case .write, .create, .sync, .rename, .remove, .createDirectory, .lock, .freeSpace:
            code = .cannotWrite
            help = error.isDiskFull ? "free some space, or write elsewhere"
                : error.isPermission ? "check the permissions, or write elsewhere" : nil
        case .open, .read, .list, .status:
            code = error.isMissing ? .missing : .failed
            help = error.isOpenFileLimit ? "allow more open files (ulimit -n), or use fewer --workers" : nil
        }
        return CommandError(code, "\(error.path): \(error.reason)", help: help)
            .caused(by: "the system call for \(error.call.rawValue) on \(error.path): error \(error.code), \(error.reason)")
    }

    static func cannotWrite(_ error: any Error) -> CommandError {
        (error as? FileError).map(fileError) ?? (error as? CommandError) ?? CommandError(.failed, "\(error)")
    }
}

/// Sizes for people.
enum ByteText {
    static func text(_ bytes: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(bytes) bytes" : "\(fixed(value, value < 10 ? 2 : 1)) \(units[unit])"
    }

    /// A number of things: `1 file`, `2 files`.
    static func count(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }

    /// With so many decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        guard value.isFinite, value >= 0 else { return value.isFinite ? "-" + fixed(-value, decimals) : "\(value)" }
        let scaled = Int(min((value * Double(scale)).rounded(), 0x1p62))
        guard decimals > 0 else { return String(scaled) }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}
