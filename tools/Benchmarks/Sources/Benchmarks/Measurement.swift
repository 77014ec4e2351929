import TapeBytes

/// How fast something is: the best of some runs, for the best is the least disturbed by what else the machine does.
struct Measurement {
    let name: String
    /// How much one run does, in `unit`s.
    let amount: Double
    let unit: String
    let seconds: Double
    var note = ""

    var perSecond: Double { amount / seconds }
}

/// Runs things over and over, and prints a table.
struct Measurements {
    private(set) var all: [Measurement] = []
    /// Names that do not contain this are left out.
    let filter: String

    /// - Parameters:
    ///   - body: one run. What it returns is taken, so that no compiler leaves the work out.
    mutating func measure<Value>(_ name: String, _ amount: Int, _ unit: String, note: String = "", _ body: () throws -> Value) rethrows {
        guard filter.isEmpty || name.contains(filter) else { return }
        var best = Int.max
        var spent = 0
        var runs = 0
        while runs < 3 || spent < 300_000_000 {
            let start = Machine.monotonicNanoseconds
            take(try body())
            let time = max(1, Machine.monotonicNanoseconds - start)
            best = min(best, time)
            spent += time
            runs += 1
        }
        all.append(Measurement(name: name, amount: Double(amount), unit: unit, seconds: Double(best) / 1e9, note: note))
    }

    func print() {
        Swift.print("| what | rate | |\n|---|---|---|")
        for item in all {
            let rate = item.unit == "bytes" ? "\(rounded(item.perSecond / 1e6)) MB/s" : "\(rounded(item.perSecond / 1e6)) M \(item.unit)/s"
            Swift.print("| \(item.name) | \(rate) | \(item.note) |")
        }
    }
}

/// Three digits that say something.
func rounded(_ value: Double) -> String {
    if value >= 100 { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

@inline(never) private func take<Value>(_ value: Value) { withExtendedLifetime(value) {} }
