import TapeBytes
import TapeIngest
import TapeReport

/// The CSV of rows set aside, written as they are found.
final class RejectFile: Sendable {
    private static let bufferSize = 1 << 16

    /// Nil without `--rejects`.
    private let output: Exclusive<OutputFile>?
    private let state = Protected(State())

    private struct State {
        var text = Array("file,line,byte,column,kind,expected,value,row\n".utf8)
        var failure: FileError?
    }

    init(_ path: String?) throws(CommandError) {
        guard let path else {
            output = nil
            return
        }
        do {
            output = Exclusive(try FileSystem().create(path))
        } catch {
            throw CommandError.fileError(error)
        }
    }

    func append(_ file: String, _ error: RowError) {
        guard output != nil else { return }
        let fields = [file, String(error.line), String(error.byte), error.column ?? "", error.kind.rawValue, error.expected, error.value, error.row]
        let line = fields.map(Quoting.csv).joined(separator: ",") + "\n"
        state.withLock { state in
            state.text += Array(line.utf8)
            if state.text.count >= RejectFile.bufferSize { flush(&state) }
        }
    }

    private func flush(_ state: inout State) {
        let text = state.text
        let result = output?.withLock { output in Result { () throws(FileError) in try output.write(text) } }
        if case .failure(let error)? = result, state.failure == nil { state.failure = error }
        state.text.removeAll(keepingCapacity: true)
    }

    /// Writes what is left.
    func close() throws(CommandError) {
        let failure = state.withLock { state in
            flush(&state)
            return state.failure
        }
        if let failure { throw CommandError.fileError(failure) }
    }
}
