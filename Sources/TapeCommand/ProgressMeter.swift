import TapeBytes

/// Shows how far a convert is, on standard error, at most ten times a second.
final class ProgressMeter {
    private let form: SharedOptions.Progress
    private let start = Machine.monotonicNanoseconds
    private var shown = 0

    init(_ shared: SharedOptions) {
        if shared.quiet {
            form = .none
        } else if shared.progress == .auto {
            form = StandardStreams.isErrorTerminal ? .bar : .none
        } else {
            form = shared.progress
        }
    }

    func show(_ read: Int, of total: Int) {
        let now = Machine.monotonicNanoseconds
        guard form != .none, now - shown > (form == .bar ? 100_000_000 : 1_000_000_000) || read == total else { return }
        shown = now
        let seconds = max(1e-9, Double(now - start) / 1e9)
        let speed = Double(read) / 1e6 / seconds
        let left = read > 0 ? seconds * Double(total - read) / Double(read) : 0
        switch form {
        case .json:
            StandardStreams.writeError("{\"bytes_read\":\(read),\"bytes_total\":\(total),\"seconds\":\(seconds)}\n")
        case .plain: StandardStreams.writeError(line(read, total, speed, left) + "\n")
        case .bar: StandardStreams.writeError("\r" + line(read, total, speed, left) + "\u{1B}[K")
        case .auto, .none: break
        }
    }

    func end() { if form == .bar, shown > 0 { StandardStreams.writeError("\r\u{1B}[K") } }

    private func line(_ read: Int, _ total: Int, _ speed: Double, _ left: Double) -> String {
        "\(ByteText.text(read)) of \(ByteText.text(total)), \(ByteText.fixed(speed, 0)) MB/s, \(ByteText.fixed(left, 0)) s left"
    }
}
