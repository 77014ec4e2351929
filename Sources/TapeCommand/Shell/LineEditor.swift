import TapeBytes
import TapeReport

/// Reads lines from a terminal, with the keys that people know from their shells. Draws on standard error, so that standard output has answers alone.
struct LineEditor {
    private var decoder = KeyDecoder()

    /// The line typed behind the prompt, and how it ended.
    mutating func readLine(_ prompt: String, history: [String]) -> (text: String, outcome: LineBuffer.Outcome) {
        Terminal.withRawInput {
            var line = LineBuffer(history: history)
            while true {
                guard let key = decoder.next() else {
                    // Drawn once for all that has come: a long text that is pasted comes in large pieces.
                    draw(prompt, line)
                    guard let bytes = Terminal.readInput() else { return ("", .endOfInput) }
                    decoder.append(bytes)
                    continue
                }
                if key == .clearScreen { StandardStreams.writeError("\u{1B}[H\u{1B}[2J") }
                let outcome = line.apply(key)
                guard outcome != .editing else { continue }
                draw(prompt, line)
                StandardStreams.writeError(outcome == .interrupted ? "^C\r\n" : "\r\n")
                return (line.text, outcome)
            }
        }
    }

    /// Redraws the one line that the input takes: where it is wider than the terminal, the part around the cursor.
    private func draw(_ prompt: String, _ line: LineBuffer) {
        let room = max(8, (StandardStreams.outputWidth ?? 80) - prompt.count - 1)
        let shown = line.characters.map { $0 == "\n" ? "↵" : $0 }
        let widths = shown.map { DisplayWidth.of($0) }
        var start = 0
        var before = widths[..<line.cursor].reduce(0, +)
        while before > room {
            before -= widths[start]
            start += 1
        }
        var end = start
        var used = 0
        while end < shown.count, used + widths[end] <= room {
            used += widths[end]
            end += 1
        }
        let column = prompt.count + before
        StandardStreams.writeError("\r\(prompt)\(Quoting.visible(String(shown[start..<end])))\u{1B}[K\r\u{1B}[\(column)C")
    }
}
