import TapeMarket

extension ReplayResult {
    /// Replays a partition.
    ///
    /// - Throws: `AnalysisError` where the rules ask for quotes or sessions that the partition does not have, or where it is stopped.
    init(
        _ input: PartitionInput, _ lives: Lifecycles, _ executions: Executions, _ quotes: PartitionQuotes, _ settings: AnalysisSettings,
        shouldStop: () -> Bool
    ) throws(AnalysisError) {
        guard let columns = input.events.replay else { throw AnalysisError.missingColumn(table: "orders", column: "order_status") }
        let rules = settings.replay
        if rules.quotes == .series, quotes.official == nil {
            guard let coverage = quotes.coverage else { throw AnalysisError.quotesMissing }
            throw AnalysisError.quotesContradictTape(coverage: Int(coverage), coverageMin: Int(settings.coverageMinInPercent))
        }
        if rules.session == .file, input.sessions.isEmpty { throw AnalysisError.sessionsMissing }
        let setup = ReplaySetup(input, columns, lives, executions, settings)
        let orders = setup.orders()
        var replay = Replay(
            rows: ReplayRows(input.events, columns, setup.images, rules), settings: rules, orders: orders,
            ownResting: [Int](repeating: 0, count: 2 * setup.preferring.count),
            residualsAtEntry: [Int64](repeating: 0, count: orders.count), session: ReplaySession(rules, input.sessions),
            quotes: ReplayQuotes(rules.quotes == .series ? quotes.official : nil))
        try replay.run(shouldStop)
        self.init(orders: [], fills: [])
        try collect(replay, setup, settings)
    }

    private mutating func collect(_ replay: Replay, _ setup: ReplaySetup, _ settings: AnalysisSettings) throws(AnalysisError) {
        var results = try replay.orders.indices.map { (number) throws(AnalysisError) -> ReplayedOrder? in
            let order = replay.orders[number]
            guard order.isStudy, settings.participants?.contains(order.participantID) ?? true else { return nil }
            return try setup.result(number, order, residualAtEntry: replay.residualsAtEntry[number])
        }
        for (fill, numbers) in zip(replay.fills, replay.fillOrders) {
            var isSelected = false
            for number in [Int(numbers.aggressor), Int(numbers.passive)] where results[number] != nil {
                try results[number]?.add(fill)
                isSelected = true
            }
            if isSelected { fills.append(fill) }
        }
        orders = results.compactMap { $0 }.sorted { $0.orderID < $1.orderID }
    }
}

extension ReplayedOrder {
    fileprivate mutating func add(_ fill: ReplayFill) throws(AnalysisError) {
        guard fill.dealSource != Int64(DealSource.centrePointBooked) else {
            booked &+= fill.quantity
            return
        }
        filled &+= fill.quantity
        fillCount += 1
        doubledNotional = try bounded(doubledNotional &+ Int128(fill.quantity) * Int128(fill.doubledPrice))
        _ = try bounded(Int128(filled))
        firstFill = firstFill ?? fill.timestamp
        lastFill = fill.timestamp
    }
}

extension ReplayedOrder {
    /// A sum of which products with another such sum fit in 128 bits.
    ///
    /// - Throws: `AnalysisError.overflow` from 2⁶² on.
    fileprivate func bounded(_ sum: Int128) throws(AnalysisError) -> Int128 {
        guard sum.magnitude < 1 << 62 else { throw AnalysisError.overflow("the notional of order \(orderID)") }
        return sum
    }
}

/// What a replay knows before it starts: who takes part, who prefers their own, and what study orders did in reality.
struct ReplaySetup {
    let images: ReplayImages
    /// In ascending order.
    let preferring: [Int64]
    private let input: PartitionInput
    private let columns: OrderEvents.ReplayColumns
    private let lives: Lifecycles
    private let executions: Executions
    private let rules: ReplaySettings
    /// Per order of the partition, what it traded in the dark, booked quantity included, at its first time.
    private let darkAtEntry: [Int64]

    init(
        _ input: PartitionInput, _ columns: OrderEvents.ReplayColumns, _ lives: Lifecycles, _ executions: Executions, _ settings: AnalysisSettings
    ) {
        self.input = input
        self.columns = columns
        self.lives = lives
        self.executions = executions
        rules = settings.replay
        let types = input.events.exchangeOrderType
        let contraMask: Int64 = 64 | 4096 | (settings.replay.includeCrossing ? 256 : 0)
        images = ReplayImages(input.events, lives) { types[$0] & (contraMask | 2048) != 0 }
        preferring = ReplaySetup.preferring(input.legs, executions, settings.replay)
        var dark = [Int64](repeating: 0, count: lives.count)
        for leg in 0..<input.legs.count {
            let order = Int(executions.orderOfLeg[leg])
            guard order >= 0, ReplaySetup.isDarkEntry(leg, order, input, lives) else { continue }
            dark[order] &+= input.legs.quantity[leg]
        }
        darkAtEntry = dark
    }

    private static func isDarkEntry(_ leg: Int, _ order: Int, _ input: PartitionInput, _ lives: Lifecycles) -> Bool {
        input.legs.time[leg] == input.events.timestamp[Int(lives.initial[order])]
            && DealSource.isCentrePointEntry(Int16(truncatingIfNeeded: input.legs.dealSource[leg]))
    }

    private static func preferring(_ legs: TradeLegs, _ executions: Executions, _ rules: ReplaySettings) -> [Int64] {
        switch rules.preferencing {
        case .participants(let ids): return ids.sorted()
        case .automatic:
            let sources = [Int64(DealSource.centrePointPreferencing), Int64(DealSource.blockPreferenced)]
            return Set((0..<legs.count).filter { sources.contains(legs.dealSource[$0]) && !executions.isCut[$0] }.map { legs.participantID[$0] })
                .sorted()
        }
    }

    func orders() -> [ReplayOrder] {
        let events = input.events
        return images.numbers.map { number in
            let first = Int(lives.initial[Int(number)])
            let isStudy = events.exchangeOrderType[first] & Int64(ExchangeOrderType.sweep.rawValue) != 0
            return ReplayOrder(
                id: events.orderID[first], isStudy: isStudy, isBuy: events.side[first] == 1, participantID: events.participantID[first],
                preference: preferring.firstIndex(of: events.participantID[first]) ?? -1,
                isImmediate: isStudy && TimeValidity.isImmediate(Int32(truncatingIfNeeded: columns.timeValidity[first])),
                isBlock: events.exchangeOrderType[first] & Int64(ExchangeOrderType.centrePointBlock.rawValue) != 0,
                darkAtEntry: isStudy ? darkAtEntry[Int(number)] : 0, expiry: expiry(isStudy, events.timestamp[first]))
        }
    }

    private func expiry(_ isStudy: Bool, _ entry: Int64) -> Int64 {
        guard isStudy, case .seconds(let seconds) = rules.horizon else { return .max }
        let (time, isOver) = entry.addingReportingOverflow(seconds &* 1_000_000_000)
        return isOver ? .max : time
    }

    /// What a study order did in reality, before what the replay did for it.
    ///
    /// - Throws: `AnalysisError.overflow`.
    func result(_ number: Int, _ order: ReplayOrder, residualAtEntry: Int64) throws(AnalysisError) -> ReplayedOrder {
        let index = Int(images.numbers[number])
        let events = input.events, legs = input.legs, last = Int(lives.final[index])
        var result = ReplayedOrder(
            orderID: order.id, side: order.isBuy ? 1 : 2, entry: events.timestamp[Int(lives.initial[index])], end: events.timestamp[last],
            darkAtEntry: order.darkAtEntry, residualAtEntry: residualAtEntry,
            residualFinal: max(0, events.leaves[last] &+ events.matched[last] &- order.darkAtEntry), realQuantity: 0, realNotional: 0, actualNotional: 0)
        for fill in executions.rows(of: index) {
            let leg = Int(fill)
            let notional = Int128(legs.price[leg]) * Int128(legs.quantity[leg])
            result.actualNotional &+= notional
            guard !ReplaySetup.isDarkEntry(leg, index, input, lives) else { continue }
            result.realQuantity = Int64(truncatingIfNeeded: try result.bounded(Int128(result.realQuantity) + Int128(legs.quantity[leg])))
            result.realNotional = try result.bounded(result.realNotional &+ notional)
        }
        return result
    }
}
