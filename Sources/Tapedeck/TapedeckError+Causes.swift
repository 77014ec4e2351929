import TapeBytes
import TapeIngest
import TapeQuery
import TapeStore

/// The errors of the modules below, for those who embed them.
extension TapedeckError {
    init(_ error: QueryError) {
        let kind: Kind =
            switch error.kind {
            case .syntax, .unknownName, .type, .overflow: .question
            case .memory: .memory
            case .cancelled: .cancelled
            case .damaged: .damaged
            case .unreadable: .system
            case .outdated: .outdated
            }
        self.init(kind, error.message, help: error.help, place: error.place)
    }

    init(_ error: StoreError) {
        let kind: Kind =
            switch error.kind {
            case .missing, .notAStore: .missing
            case .locked: .locked
            case .outdated: .outdated
            case .file: .system
            case .checksumMismatch, .segment, .currentMissing: .damaged
            }
        self.init(kind, StoreErrorText.text(error))
    }

    init(_ error: ConvertError) {
        let path = error.path.map { $0 + ": " } ?? ""
        switch error.kind {
        case .store(let error): self.init(error)
        case .unreadable(let error): self.init(error.isMissing ? .missing : .system, "\(error.path): \(error.reason)")
        case .missingInput: self.init(.missing, path + "no such file or folder")
        case .noFiles: self.init(.missing, path + "the folder holds no .csv or .csv.gz file")
        case .cancelled: self.init(.cancelled, "stopped")
        case .diskFull(_, let free, let needed): self.init(.system, "\(path)about \(needed) bytes are needed, \(free) are free on the disk")
        case .badRows(let rows, let count):
            let first = rows.first.map { ", the first in line \($0.line): '\($0.value)' is not \($0.expected)" } ?? ""
            self.init(.input, "\(path)\(count) bad rows\(first)", help: "ConversionOptions.skipsBadRows leaves such rows out")
        case .header(let header): self.init(.input, path + TapedeckError.text(header), help: "ConversionOptions.schemas adds schemas")
        case .emptyFile: self.init(.input, path + "the file is empty; a header is expected")
        case .tooManyRejects(let rejected, let read, _): self.init(.input, "\(path)\(rejected) of \(read) rows are bad")
        case .changedFile: self.init(.input, path + "in the store already, with other contents")
        case .sharedPartition(let others): self.init(.input, path + "shares partitions with \(others.joined(separator: ", "))")
        case .gzip: self.init(.input, path + "damaged gzip data")
        case .recordTooLong(let line): self.init(.input, path + "a record is too long" + (line.map { ", near line \($0)" } ?? ""))
        case .textsTooLarge(let table, let column): self.init(.input, "\(table): the texts of '\(column)' are too large")
        case .rejectsUnwritten(let error): self.init(.system, "\(error.path): \(error.reason)")
        case .settingConflict(let setting, let stored, _): self.init(.input, "the store was made with another \(setting): \(stored)")
        case .emptySelection: self.init(.missing, "the selection leaves all rows out")
        case .unknownTable(let table): self.init(.input, "there is no schema '\(table)'")
        case .notConserved(let table): self.init(.input, "\(table): the rows do not add up: a defect of the library")
        }
    }

    private static func text(_ error: HeaderError) -> String {
        switch error.kind {
        case .empty: "the header is empty"
        case .severalSchemas(let names): "the header fits several schemas: \(names.joined(separator: ", "))"
        case .duplicateColumn(let column, _): "several columns are '\(column)'"
        case .noSchema(let nearest, let missing, _): "the header fits no schema; the nearest is '\(nearest)', which has \(missing.joined(separator: ", ")) besides"
        }
    }
}
