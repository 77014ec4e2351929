import TapeBytes

/// Earlier statements, the latest last: in `$XDG_STATE_HOME/tapedeck/history`, else `~/.local/state/tapedeck/history`.
///
/// A statement is a line of the file, its line feeds as `\n` and its backslashes doubled. A file that cannot be read or written is no reason to
/// stop a shell: the history is then the session's alone.
struct History {
    static let countMax = 1000

    private(set) var statements: [String] = []
    private let directory: String?
    private let fileSystem: FileSystem

    /// The folder of the user's own that programs keep their state in; nil where the environment names none.
    static var stateDirectory: String? {
        if let state = environmentVariable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/tapedeck" }
        return environmentVariable("HOME").map { $0 + "/.local/state/tapedeck" }
    }

    init(directory: String?, fileSystem: FileSystem = FileSystem()) {
        self.directory = directory
        self.fileSystem = fileSystem
        statements = load()
    }

    /// Adds a statement, unless it is the latest, and saves. Another shell's statements since are kept.
    mutating func append(_ statement: String) {
        statements = directory == nil ? statements : load()
        if statements.last != statement { statements.append(statement) }
        statements = Array(statements.suffix(History.countMax))
        try? save()
    }

    private func load() -> [String] {
        guard let directory, let bytes = try? fileSystem.readAll(directory + "/history") else { return statements }
        return bytes.split(separator: 10).map { History.unescaped(String(decoding: $0, as: UTF8.self)) }
    }

    private func save() throws(FileError) {
        guard let directory else { return }
        try fileSystem.createDirectories(directory)
        var file = try fileSystem.create(directory + "/history.new")
        try file.write(Array(statements.map { History.escaped($0) + "\n" }.joined().utf8))
        try file.close()
        try fileSystem.rename(directory + "/history.new", directory + "/history")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "\n" ? "\\n" : $1 == "\\" ? "\\\\" : String($1) }
    }

    private static func unescaped(_ line: String) -> String {
        var text = ""
        var isEscape = false
        for character in line {
            if isEscape {
                text.append(character == "n" ? "\n" : character)
                isEscape = false
            } else if character == "\\" {
                isEscape = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
