import TapeBytes
import TapeIngest
import TapeReport

/// The CSV of rows set aside, as they are found.
final class RejectFile: Sendable {
    private let path: String?
    private let text: Protected<[UInt8]>

    init(_ path: String?) throws {
        self.path = path
        text = Protected(Array("file,line,byte,column,kind,expected,value,row\n".utf8))
    }

    func append(_ file: String, _ error: RowError) {
        guard path != nil else { return }
        let fields = [file, String(error.line), String(error.byte), error.column ?? "", error.kind.rawValue, error.expected, error.value, error.row]
        let line = fields.map(Quoting.csv).joined(separator: ",") + "\n"
        text.withLock { $0 += Array(line.utf8) }
    }

    func close() throws {
        guard let path else { return }
        do {
            var output = try FileSystem().create(path)
            try output.write(text.value)
            try output.close()
        } catch {
            throw CommandError.cannotWrite(error)
        }
    }
}
