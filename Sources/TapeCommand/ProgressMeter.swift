import TapeBytes
import TapeIngest

/// Shows how far a convert is, on standard error, at most ten times a second.
final class ProgressMeter: Sendable {
    private let form: SharedOptions.Progress
    private let start = Machine.monotonicNanoseconds
    private let shown = Protected(0)

    init(_ shared: SharedOptions) {
        if shared.quiet {
            form = .none
        } else if shared.progress == .auto {
            form = StandardStreams.isErrorTerminal ? .bar : .none
        } else {
            form = shared.progress
        }
    }

    func show(_ progress: ConvertProgress) {
        guard form != .none else { return }
        let now = Machine.monotonicNanoseconds
        let isEnd = progress.bytesRead == progress.bytesTotal
        let isDue = shown.withLock { shown in
            guard now - shown > (form == .bar ? 100_000_000 : 1_000_000_000) || isEnd else { return false }
            shown = now
            return true
        }
        if isDue { write(progress, Double(now - start) / 1e9) }
    }

    private func write(_ progress: ConvertProgress, _ seconds: Double) {
        switch form {
        case .json:
            StandardStreams.writeError(
                "{\"bytes_read\":\(progress.bytesRead),\"bytes_total\":\(progress.bytesTotal),\"rows_read\":\(progress.rowsRead),"
                    + "\"seconds\":\(ByteText.fixed(seconds, 3))}\n")
        case .plain: StandardStreams.writeError(line(progress, seconds) + "\n")
        case .bar: StandardStreams.writeError("\r" + line(progress, seconds) + "\u{1B}[K")
        case .auto, .none: break
        }
    }

    func end() { if form == .bar, shown.value > 0 { StandardStreams.writeError("\r\u{1B}[K") } }

    private func line(_ progress: ConvertProgress, _ seconds: Double) -> String {
        let speed = Double(progress.bytesRead) / 1e6 / max(1e-9, seconds)
        let left = progress.bytesRead > 0
            ? seconds * Double(max(0, progress.bytesTotal - progress.bytesRead)) / Double(progress.bytesRead) : 0
        return "\(ByteText.text(progress.bytesRead)) of \(ByteText.text(progress.bytesTotal)), \(ByteText.fixed(speed, 0)) MB/s, "
            + "\(progress.rowsRead) rows, \(ByteText.fixed(left, 0)) s left"
    }
}
