import TapeMarket

/// Counts what is odd about orders against their trades, and about the trades themselves.
struct TradeChecks {
    private let input: PartitionInput
    private let lives: Lifecycles
    private let executions: Executions

    init(_ input: PartitionInput, _ lives: Lifecycles, _ executions: Executions) {
        self.input = input
        self.lives = lives
        self.executions = executions
    }

    func count(_ anomalies: inout Anomalies) {
        countOrders(&anomalies)
        countFills(&anomalies)
        countMatches(&anomalies)
    }

    private func countOrders(_ anomalies: inout Anomalies) {
        let events = input.events, legs = input.legs
        var tradedQuantity = [Int64](repeating: 0, count: lives.count)
        for leg in 0..<legs.count where executions.orderOfLeg[leg] >= 0 { tradedQuantity[Int(executions.orderOfLeg[leg])] &+= legs.quantity[leg] }
        for order in 0..<lives.count {
            let first = Int(lives.initial[order]), last = Int(lives.final[order])
            let isFilled = events.leaves[last] == 0
            if isFilled, events.matched[last] == 0 { anomalies.emptyFinals += 1 }
            if isFilled != (events.changeReason[last] == Int64(ChangeReason.traded.rawValue)) { anomalies.endsWithoutReason += 1 }
            if events.matched[last] != tradedQuantity[order] { anomalies.unreconciled += 1 }
            let reason = events.changeReason[first]
            if reason != Int64(ChangeReason.entered.rawValue), reason != Int64(ChangeReason.reloaded.rawValue) { anomalies.withoutEntry += 1 }
            if let fill = executions.rows(of: order).first, legs.time[Int(fill)] < events.timestamp[first] { anomalies.fillsBeforeArrival += 1 }
        }
    }

    /// Walks rows and trades together in order of time, so that at each fill the order's row in force is known.
    private func countFills(_ anomalies: inout Anomalies) {
        let events = input.events, legs = input.legs
        var current = [Int32](repeating: -1, count: lives.count)
        var row = 0
        for leg in 0..<legs.count {
            let time = legs.time[leg]
            while row < events.count, events.timestamp[row] <= time {
                let order = lives.orderOfRow[row]
                if order >= 0 { current[Int(order)] = Int32(truncatingIfNeeded: row) }
                row += 1
            }
            let order = Int(executions.orderOfLeg[leg])
            guard order >= 0 else {
                if !executions.isCut[leg] { anomalies.foreignTrades += 1 }
                continue
            }
            let image = Int(current[order])
            if image < 0 || events.timestamp[image] != time { anomalies.fillsWithoutRow += 1 }
            if image >= 0, !isWithinLimit(leg, image) { anomalies.fillsBeyondLimit += 1 }
        }
    }

    /// Dark prices at half a unit are published without it: 517 is 517 or 517½.
    private func isWithinLimit(_ leg: Int, _ image: Int) -> Bool {
        let doubledPrice = 2 &* input.legs.price[leg]
        if input.events.accepts(doubledPrice, image) { return true }
        return DealSource.isCentrePointEntry(Int16(truncatingIfNeeded: input.legs.dealSource[leg])) && input.events.accepts(doubledPrice &+ 1, image)
    }

    /// The two rows of a match have neighbouring places nearly always; the others are sorted.
    private func countMatches(_ anomalies: inout Anomalies) {
        let legs = input.legs
        var unpaired: [Int32] = []
        var leg = 0
        while leg < legs.count {
            defer { leg += 1 }
            if let date = input.date, legs.tradeDate[leg] != absent, legs.tradeDate[leg] != date { anomalies.otherTradeDates += 1 }
            guard !executions.isCut[leg] else { continue }
            unpaired.append(Int32(truncatingIfNeeded: leg))
            guard unpaired.count > 1 else { continue }
            let other = Int(unpaired[unpaired.count - 2])
            guard legs.matchGroup[other] == legs.matchGroup[leg] else { continue }
            unpaired.removeLast(2)
            if !isPair(other, leg) { anomalies.oddMatches += 1 }
        }
        let sorted = unpaired.sorted { (legs.matchGroup[Int($0)], $0) < (legs.matchGroup[Int($1)], $1) }
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, legs.matchGroup[Int(sorted[end])] == legs.matchGroup[Int(sorted[start])] { end += 1 }
            if end - start != 2 || !isPair(Int(sorted[start]), Int(sorted[start + 1])) { anomalies.oddMatches += 1 }
            start = end
        }
    }

    private func isPair(_ first: Int, _ second: Int) -> Bool {
        let legs = input.legs
        return legs.side[first] != legs.side[second] && legs.price[first] == legs.price[second] && legs.quantity[first] == legs.quantity[second]
            && legs.time[first] == legs.time[second] && legs.dealSource[first] == legs.dealSource[second]
    }
}
