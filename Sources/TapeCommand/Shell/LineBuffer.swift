/// A line while it is typed: its characters, the cursor, and the way through earlier lines. Knows no terminal.
struct LineBuffer {
    enum Outcome: Hashable {
        case editing
        /// Enter.
        case done
        /// Ctrl-C: the line is dropped.
        case interrupted
        /// Ctrl-D on an empty line.
        case endOfInput
    }

    private(set) var characters: [Character] = []
    /// Where the next character goes, 0…characters.count.
    private(set) var cursor = 0
    private var killed: [Character] = []
    /// Earlier lines, the latest last; and behind them the one being typed.
    private var lines: [String]
    private var position: Int

    init(history: [String]) {
        lines = history + [""]
        position = history.count
    }

    var text: String { String(characters) }

    mutating func apply(_ key: Key) -> Outcome {
        switch key {
        case .enter: return .done
        case .interrupt: return .interrupted
        case .endOfInput:
            if characters.isEmpty { return .endOfInput }
            remove(cursor..<min(cursor + 1, characters.count))
        case .text(let character): insert([character])
        case .tab: insert([" "])
        case .backspace: remove(max(0, cursor - 1)..<cursor)
        case .delete: remove(cursor..<min(cursor + 1, characters.count))
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(characters.count, cursor + 1)
        case .wordLeft: cursor = wordStart
        case .wordRight: cursor = wordEnd
        case .home: cursor = 0
        case .end: cursor = characters.count
        case .killToEnd: kill(cursor..<characters.count)
        case .killToStart: kill(0..<cursor)
        case .killWord: kill(wordStart..<cursor)
        case .yank: insert(killed)
        case .up: recall(position - 1)
        case .down: recall(position + 1)
        case .clearScreen, .unknown: break
        }
        return .editing
    }

    private mutating func insert(_ more: [Character]) {
        characters.insert(contentsOf: more, at: cursor)
        cursor += more.count
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func kill(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        killed = Array(characters[range])
        remove(range)
    }

    private mutating func recall(_ target: Int) {
        guard lines.indices.contains(target) else { return }
        lines[position] = text
        position = target
        characters = Array(lines[target])
        cursor = characters.count
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, characters[index - 1].isWhitespace { index -= 1 }
        while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, characters[index].isWhitespace { index += 1 }
        while index < characters.count, !characters[index].isWhitespace { index += 1 }
        return index
    }
}
