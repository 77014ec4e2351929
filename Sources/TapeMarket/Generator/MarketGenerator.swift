import TapeColumns

/// The synthetic market behind `tapedeck generate`: raw files as a real extract would have them, from orders that
/// really met in books, so that every invariant of the domain holds and every total can be checked.
///
/// Dates are independent: generate them one after the other or many at once, the bytes are the same. Memory is that
/// of the books of one date and a few blocks of text, whatever the number of rows.
///
///     let generator = try MarketGenerator(options)
///     for index in 0..<generator.dateCount {
///         try generator.generate(dateIndex: index) { file, bytes in try files[file].write(bytes) }
///     }
package struct MarketGenerator: Sendable {
    /// The files of one date.
    package enum DateFile: CaseIterable, Hashable, Sendable {
        case orders, trades, nbbo, sessions
    }

    /// A file that covers all dates, small enough to be one value.
    package struct ReferenceFile: Sendable {
        package let relativePath: String
        package let bytes: [UInt8]
    }

    /// Rows written for one date, headers not counted.
    package struct DateSummary: Hashable, Sendable {
        package let date: Int32
        package let orderRowCount: Int64
        package let tradeRowCount: Int64
        package let quoteRowCount: Int64
        package let sessionRowCount: Int64
        package let sizeInBytes: Int64
    }

    /// Text is handed over in blocks of about this size.
    package static let blockSizeInBytes = 1 << 20

    let market: SyntheticMarket

    package init(_ options: GeneratorOptions) throws(MarketOptionError) {
        market = try SyntheticMarket(options)
    }

    package var dateCount: Int { market.options.dateCount }

    /// Days since 1970-01-01.
    package func date(_ index: Int) -> Int32 { market.calendar.date(index) }

    /// Where a file of a date belongs, such as `orders/orders_2024-09-05.csv`.
    package func relativePath(of file: DateFile, dateIndex: Int) -> String {
        let name =
            switch file {
            case .orders: "orders"
            case .trades: "trades"
            case .nbbo: "nbbo"
            case .sessions: "session"
            }
        return "\(name)/\(name)_\(CivilDate.text(date(dateIndex))).csv"
    }

    /// `orderbook.csv` and `participants.csv`.
    package func referenceFiles() -> [ReferenceFile] {
        [ReferenceFile(relativePath: "orderbook.csv", bytes: ReferenceText.securities(market)),
         ReferenceFile(relativePath: "participants.csv", bytes: ReferenceText.participants(market))]
    }

    /// Writes one date. `write` gets the text of each file in order, in blocks that end with whole rows, headers
    /// first; what it throws ends the work.
    @discardableResult
    package func generate<Failure: Error>(
        dateIndex: Int, write: (DateFile, [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> DateSummary {
        precondition((0..<dateCount).contains(dateIndex))
        var size: Int64 = 0
        func flush(_ file: DateFile, _ buffer: inout CSVRowBuffer, above limit: Int) throws(Failure) {
            guard buffer.block.count > limit else { return }
            size += Int64(buffer.block.count)
            try write(file, buffer.block)
            buffer.clear()
        }
        var feed = FeedWriter(date: date(dateIndex), seed: market.options.seed,
                              chunkSize: MarketGenerator.blockSizeInBytes)
        var days = market.profiles.map { SecurityDay(market: market, profile: $0, dateIndex: dateIndex) }
        var queue = EventQueue(times: days.map { $0.nextTime ?? .max })
        while let next = queue.next {
            days[next].advance(&feed)
            queue.replaceNext(time: days[next].nextTime ?? .max)
            try flush(.orders, &feed.orders, above: MarketGenerator.blockSizeInBytes)
            try flush(.trades, &feed.trades, above: MarketGenerator.blockSizeInBytes)
            try flush(.nbbo, &feed.quotes, above: MarketGenerator.blockSizeInBytes)
        }
        var sessions = ReferenceText.sessions(market, dateIndex: dateIndex)
        try flush(.orders, &feed.orders, above: 0)
        try flush(.trades, &feed.trades, above: 0)
        try flush(.nbbo, &feed.quotes, above: 0)
        try flush(.sessions, &sessions.buffer, above: 0)
        return DateSummary(
            date: date(dateIndex), orderRowCount: feed.orderRowCount, tradeRowCount: feed.tradeRowCount,
            quoteRowCount: feed.quoteRowCount, sessionRowCount: sessions.rowCount, sizeInBytes: size)
    }
}

/// Which security has the next event: a binary heap over (time, index), so that equal times go by index.
struct EventQueue {
    private var times: [Int64]
    private var heap: [Int]

    init(times: [Int64]) {
        self.times = times
        heap = Array(times.indices)
        for at in heap.indices.reversed() { siftDown(at) }
    }

    /// nil when all are at the end of time.
    var next: Int? {
        guard let first = heap.first, times[first] != .max else { return nil }
        return first
    }

    /// Gives the security that is next its new time, which is not before the old.
    mutating func replaceNext(time: Int64) {
        times[heap[0]] = time
        siftDown(0)
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        times[a] != times[b] ? times[a] < times[b] : a < b
    }

    private mutating func siftDown(_ start: Int) {
        var at = start
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && precedes(heap[child], heap[least]) {
                least = child
            }
            guard least != at else { return }
            heap.swapAt(at, least)
            at = least
        }
    }
}
