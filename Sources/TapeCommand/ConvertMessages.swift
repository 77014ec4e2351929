import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeIngest

/// The sentences for what can go wrong with a convert.
extension CommandError {
    static func convert(_ error: ConvertError, store: String) -> CommandError {
        let path = error.path ?? ""
        switch error.kind {
        case .missingInput: return CommandError(.missing, "\(path): no such file or folder")
        case .noFiles: return CommandError(.missing, "\(path): the folder holds no .csv or .csv.gz file")
        case .emptyFile: return CommandError(.badData, "\(path): the file is empty; a header is expected")
        case .header(let header): return headerError(header, path)
        case .badRows(let rows, let count): return badRows(rows, count, path)
        case .tooManyRejects(let rejected, let read, let first):
            let rows = first.flatMap { file in file.rows.map { line($0, file.path) } }
            return CommandError(
                .badData, "\(path): \(rejected) of \(read) rows rejected, more than --max-rejects allows; nothing was stored",
                details: Array(rows.prefix(ConvertError.rowsShown)), help: "correct the files, or allow more with --max-rejects; --rejects FILE has all such rows")
        case .changedFile:
            return CommandError(.badData, "\(path): in the store already, with other contents", help: "replace what it gave with --replace")
        case .sharedPartition(let others):
            return CommandError(.badData, "\(path): some of its partitions hold rows of other files too: \(others.joined(separator: ", "))",
                                help: "give those files as well, or make a new store")
        case .unreadable(let file): return fileError(file)
        case .gzip(let gzip):
            switch gzip.kind {
            case .truncated: return CommandError(.badData, "\(path): the gzip data ends early, after \(gzip.offset) bytes", help: "copy the file again")
            case .corrupt(let reason): return CommandError(.badData, "\(path): damaged gzip data near byte \(gzip.offset): \(reason)", help: "copy the file again")
            }
        case .recordTooLong(let line):
            return CommandError(.badData, "\(path)\(line.map { ":\($0)" } ?? ""): a record of more than \(ByteText.text(ConvertError.recordSizeMax)) begins near here",
                                help: "a quote may be open; close it")
        case .textsTooLarge(let table, let column):
            return CommandError(
                .badData, "\(table): the texts of '\(column)' in a block of \(SegmentLayout.rowsPerBlock) rows take more than "
                    + "\(ByteText.text(SegmentLayout.textSizeMax)); nothing was stored",
                help: "leave the column out of the schema")
        case .diskFull(let file, let free, let needed):
            let reason = file.map { "\($0.path): \($0.reason)" } ?? "\(store): the disk has too little room"
            return CommandError(
                .cannotWrite, "\(reason); about \(ByteText.text(needed)) are needed, \(ByteText.text(free)) are free, so "
                    + "\(ByteText.text(Swift.max(0, needed - free))) are missing; nothing was stored",
                help: "free some space, or put the store elsewhere with --store")
        case .store(let store): return CommandError.store(store)
        case .settingConflict(let setting, let stored, let asked):
            let text = setting.hasPrefix("schema.") ? "the store's schema for '\(setting.dropFirst(7))' is another one"
                : "the store was made with \(setting.replacing("_", with: " ")) '\(stored)', not '\(asked)'"
            return CommandError(.usage, text, help: "leave the option away, or make a new store")
        case .rejectsUnwritten(let file):
            return CommandError(.cannotWrite, "--rejects: \(file.path): \(file.reason); nothing was stored",
                                help: "name another file, and run the command again to go on from here")
        case .cancelled:
            return CommandError(Signals.pending.flatMap { ExitStatus(rawValue: 128 + $0) } ?? .failed, "stopped; the store is as it was",
                                help: "run the same command again to go on from here, or with --restart to begin anew")
        case .emptySelection(let keys): return emptySelection(keys.compactMap(\.dateAndSecurity))
        case .unknownTable(let table): return CommandError(.usage, "--table: there is no schema '\(table)'", help: "tapedeck schema lists them")
        case .notConserved(let table):
            return CommandError(.failed, "\(table): the rows do not add up; nothing was stored. This is a defect of tapedeck: please report it")
        }
    }

    private static func headerError(_ error: HeaderError, _ path: String) -> CommandError {
        switch error.kind {
        case .empty: return CommandError(.badData, "\(path):1: the header is empty")
        case .severalSchemas(let names):
            return CommandError(.badData, "\(path):1: the header fits several schemas: \(names.joined(separator: ", "))", help: "name one with --table")
        case .duplicateColumn(let column, let names):
            return CommandError(.badData, "\(path):1: several columns are '\(column)': \(names.joined(separator: ", "))")
        case .noSchema(let nearest, let missing, let unknown):
            var details = ["lacks: \(missing.joined(separator: ", "))"]
            if !unknown.isEmpty { details.append("has besides: \(unknown.joined(separator: ", "))") }
            return CommandError(.badData, "\(path):1: the header fits no schema; the nearest is '\(nearest)'", details: details,
                                help: "correct the header, or give a schema with --schema FILE")
        }
    }

    private static func badRows(_ rows: [RowError], _ count: Int, _ path: String) -> CommandError {
        var lines = rows.map { line($0, path) }
        let first = lines.removeFirst()
        let text = rows[0].row.prefix { !$0.isNewline }.prefix(200)
        var details = ["row:  \(text)\(text.count < rows[0].row.count ? "…" : "")"] + lines
        if count > rows.count { details.append("… and \(count - rows.count) more bad rows up to here") }
        return CommandError(.badData, first, details: details,
                            help: "nothing was stored; correct the file, or set such rows aside with --on-error skip --rejects FILE")
    }

    private static func line(_ row: RowError, _ path: String) -> String { "\(path):\(row.line): \(sentence(row)) (byte \(row.byte))" }

    private static func sentence(_ row: RowError) -> String {
        guard let field = row.field, let column = row.column else {
            return row.kind == .unclosedQuote ? "a quote is not closed" : "\(row.value), expected \(row.expected)"
        }
        switch row.kind {
        case .missingValue: return "column \(field) '\(column)': empty, expected \(row.expected)"
        case .outOfRange: return "column \(field) '\(column)': '\(row.value.prefix(100))' is out of range, expected \(row.expected)"
        default: return "column \(field) '\(column)': '\(row.value.prefix(100))' is not \(row.expected)"
        }
    }
}
