import TapeBytes

/// How far a command is, in words and in numbers.
struct ProgressLine {
    /// What is done of the whole, from 0 to 1; nil where the whole is not known.
    var share: Double?
    var text: String
    var members: [JSONMember]
}

/// Shows how far a command is, on standard error: a bar on a terminal, at most ten times a second; lines for logs every few seconds. Any thread may
/// call it.
final class ProgressMeter: Sendable {
    private static let barWidth = 24

    private let form: SharedOptions.Progress
    /// In nanoseconds.
    private let interval: Int
    private let start = Machine.monotonicNanoseconds
    private let shown = Protected(0)
    private let hasBar = Protected(false)

    init(_ shared: SharedOptions) {
        if shared.quiet {
            form = .none
        } else if shared.progress == .auto {
            form = StandardStreams.isErrorTerminal ? .bar : .none
        } else {
            form = shared.progress
        }
        interval = form == .bar ? 100_000_000 : 2_000_000_000
    }

    /// - Parameters:
    ///   - isEnd: shown whenever the last line was.
    ///   - line: asked only if it is time to show something, with the seconds since the start.
    func show(isEnd: Bool, _ line: (_ seconds: Double) -> ProgressLine) {
        guard form != .none else { return }
        let now = Machine.monotonicNanoseconds
        let isDue = shown.withLock { shown in
            guard now - max(shown, start) > interval || isEnd else { return false }
            shown = now
            return true
        }
        if isDue { write(line(Double(now - start) / 1e9)) }
    }

    private func write(_ line: ProgressLine) {
        switch form {
        case .json: StandardStreams.writeError(JSONMember.object([JSONMember("event", text: "progress")] + line.members) + "\n")
        case .plain: StandardStreams.writeError(line.text + "\n")
        case .bar:
            let text = (line.share.map(ProgressMeter.bar) ?? "") + line.text
            // A line that wraps could not be taken back.
            StandardStreams.writeError("\r\(text.prefix((StandardStreams.errorWidth ?? 80) - 1))\u{1B}[K")
            hasBar.value = true
        case .auto, .none: break
        }
    }

    private static func bar(_ share: Double) -> String {
        let filled = Int((min(1, max(0, share)) * Double(barWidth)).rounded(.down))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: barWidth - filled) + "] "
    }

    /// Takes the bar away, so that something else can be said.
    func end() { if hasBar.value { StandardStreams.writeError("\r\u{1B}[K") } }
}
