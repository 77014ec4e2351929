import TapeBytes
import TapeReport

/// Reads lines from a terminal, with the keys that people know from their shells. Draws on standard error, so that standard output has answers alone.
struct LineEditor {
    private var decoder = KeyDecoder()

    /// The line typed behind the prompt; nil at the end of input.
    mutating func readLine(_ prompt: String, history: [String]) -> (text: String, outcome: LineBuffer.Outcome) {
        Terminal.withRawInput {
            var line = LineBuffer(history: history)
            draw(prompt, line)
            while true {
                guard let key = nextKey() else { return ("", .endOfInput) }
                if key == .clearScreen { StandardStreams.writeError("\u{1B}[H\u{1B}[2J") }
                let outcome = line.apply(key)
                draw(prompt, line, isFinal: outcome == .done)
                guard outcome != .editing else { continue }
                StandardStreams.writeError(outcome == .interrupted ? "^C\r\n" : "\r\n")
                return (line.text, outcome)
            }
        }
    }

    private mutating func nextKey() -> Key? {
        while true {
            if let key = decoder.next() { return key }
            guard let bytes = Terminal.readInput() else { return nil }
            decoder.append(bytes)
        }
    }

    /// Redraws the one line that the input takes: where it is wider than the terminal, the part around the cursor.
    private func draw(_ prompt: String, _ line: LineBuffer, isFinal: Bool = false) {
        let room = max(8, (StandardStreams.outputWidth ?? 80) - prompt.count - 1)
        let shown = line.characters.map { $0 == "\n" ? "↵" : $0 }
        let widths = shown.map { DisplayWidth.of($0) }
        var start = 0
        while widths[start..<line.cursor].reduce(0, +) > room { start += 1 }
        var end = start
        var used = 0
        while end < shown.count, used + widths[end] <= room {
            used += widths[end]
            end += 1
        }
        let column = prompt.count + widths[start..<line.cursor].reduce(0, +)
        StandardStreams.writeError("\r\(prompt)\(Quoting.visible(String(shown[start..<end])))\u{1B}[K\r\u{1B}[\(column)C")
    }
}
