import TapeMarket

/// When the book of a partition is open by the rows of the table `sessions`.
package struct SessionStates: Sendable {
    /// Non-decreasing; from each time on the book is open, or is not.
    private var times: [Int64] = []
    private var areOpen: [Bool] = []

    /// No rows: never open.
    package init() {}

    /// - Parameter rows: in order of time. Level 1 is the market, 2 the instrument type, 3 its class, 4 the order book, 5 its underlying.
    package init(rows: [(time: Int64, level: Int64, name: String)]) {
        var states = [(priority: Int, isOpen: Bool)?](repeating: nil, count: 6)
        for row in rows {
            guard (1...5).contains(row.level) else { continue }
            states[Int(row.level)] = SessionState.priority(of: row.name).map { ($0, row.name == SessionState.open) }
            times.append(row.time)
            areOpen.append(SessionStates.isOpen(states))
        }
    }

    /// The trading session's state is that of the most specific level 1 to 3, the instrument's the one of higher priority of levels 4 and 5; of
    /// both the higher priority wins, the instrument's on a tie.
    private static func isOpen(_ states: [(priority: Int, isOpen: Bool)?]) -> Bool {
        let session = states[3] ?? states[2] ?? states[1]
        let instrument = [states[4], states[5]].compactMap { $0 }.max { $0.priority < $1.priority }
        guard let session, let instrument else { return (session ?? instrument)?.isOpen ?? false }
        return (session.priority > instrument.priority ? session : instrument).isOpen
    }

    package var isEmpty: Bool { times.isEmpty }

    package func isOpen(at instant: Int64) -> Bool {
        let next = times.partitionPoint { $0 > instant }
        return next > 0 && areOpen[next - 1]
    }
}
