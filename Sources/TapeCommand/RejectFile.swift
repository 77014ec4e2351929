import TapeBytes
import TapeIngest
import TapeReport

/// The CSV of rows set aside, written as they are found. An earlier file of that name stays until there is something to write, or a file was read.
final class RejectFile: Sendable {
    private static let bufferSize = 1 << 16

    /// Nil without `--rejects`.
    private let path: String?
    private let state: Exclusive<State>

    private struct State: ~Copyable, Sendable {
        var output: OutputFile?
        var text = Array("file,line,byte,column,kind,expected,value,row\n".utf8)
        var isEmpty = true
        var isClosed = false
        var failure: FileError?

        init(_ output: consuming OutputFile?) { self.output = output }
    }

    /// - Parameter inputs: the files and folders to be read, which it must be none of.
    /// - Throws: where it cannot be written, before anything is read.
    init(_ path: String?, inputs: [String]) throws(CommandError) {
        self.path = path
        guard let path else {
            state = Exclusive(State(nil))
            return
        }
        do throws(FileError) {
            let fileSystem = FileSystem()
            guard let status = try fileSystem.status(path) else {
                state = Exclusive(State(try fileSystem.create(path)))
                return
            }
            try fileSystem.checkWritable(path)
            state = Exclusive(State(nil))
            guard try RejectFile.contains(inputs, status.identity, fileSystem) else { return }
        } catch {
            throw CommandError.fileError(error)
        }
        throw CommandError(.usage, "--rejects: \(path) is one of the files to be read", help: "name another file")
    }

    /// Whether one of the inputs is that file. Those that cannot be found are for the convert to tell.
    private static func contains(_ inputs: [String], _ file: FileStatus.Identity, _ fileSystem: FileSystem) throws(FileError) -> Bool {
        for input in (try? Converter.files(inputs, fileSystem)) ?? [] where try fileSystem.status(input)?.identity == file { return true }
        return false
    }

    func append(_ file: String, _ error: RowError) {
        guard path != nil else { return }
        let fields = [file, String(error.line), String(error.byte), error.column ?? "", error.kind.rawValue, error.expected, error.value, error.row]
        let line = fields.map(Quoting.csv).joined(separator: ",") + "\n"
        state.withLock { state in
            state.isEmpty = false
            state.text += Array(line.utf8)
            if state.text.count >= RejectFile.bufferSize { flush(&state) }
        }
    }

    private func flush(_ state: inout State) {
        guard let path, state.failure == nil else { return }
        do throws(FileError) {
            if state.output == nil { state.output = try FileSystem().create(path) }
            try state.output?.write(state.text)
        } catch {
            state.failure = error
        }
        state.text.removeAll(keepingCapacity: true)
    }

    /// Writes what is left, and returns the first error that there was.
    ///
    /// - Parameter isRead: whether any file was read: then an earlier file is replaced even where no row was set aside.
    func close(isRead: Bool) -> FileError? {
        state.withLock { state in
            // A convert that fails behind it leaves the file as it is.
            guard !state.isClosed else { return state.failure }
            if isRead || !state.isEmpty || state.output != nil { flush(&state) }
            state.isClosed = true
            do throws(FileError) {
                if let output = state.output.take() { try output.close() }
            } catch {
                state.failure = state.failure ?? error
            }
            return state.failure
        }
    }
}
