/// What is fixed about a synthetic security: its names, its share of the activity, and where its price is each day.
struct SecurityProfile {
    let index: Int
    let code: Int32
    /// Three letters; the first decides when the opening auction is.
    let ticker: String
    /// The feed partition.
    let exchange: Int64
    /// Order rows per date, before a daily variation.
    let rowsPerDay: Int64
    /// Shares per order are a multiple of the usual for cheap securities.
    let sizeFactor: Int64
    /// The middle of each date's prices in steps of the tick table, margins of the calendar included.
    private let referenceSteps: [Int64]

    init(index: Int, seed: UInt64, rowsPerDay: Int64, calendar: SyntheticCalendar) {
        self.index = index
        self.rowsPerDay = rowsPerDay
        code = Int32(101 + index)
        ticker = SecurityProfile.ticker(index)
        exchange = Int64(2 + index % 3)
        var random = GeneratorRandom(seed, 1, UInt64(index))
        let price = SecurityProfile.startPrice(&random)
        sizeFactor = price < 100 ? 40 : price < 1000 ? 4 : 1
        var step = TickTable.step(of: price)
        var steps: [Int64] = []
        for _ in 0..<calendar.count {
            let units = TickTable.price(atStep: step)
            let reach = max(1, units * 12 / 1000 / TickTable.tick(at: units))
            step = max(10, step + random.within(-reach...reach))
            steps.append(step)
        }
        referenceSteps = steps
    }

    /// Below 10 cents, up to A$2, and above, up to about A$140.
    private static func startPrice(_ random: inout GeneratorRandom) -> Int64 {
        switch random.below(100) {
        case 0..<15: random.within(12...95)
        case 15..<55: random.within(100...1990)
        case 55..<90: random.within(2000...12_000)
        default: random.within(12_000...140_000)
        }
    }

    /// 26³ tickers in an order that mixes the first letters (7,919 is prime to 26).
    private static func ticker(_ index: Int) -> String {
        let number = (index * 7919 + 2341) % 17_576
        let letters = [number / 676, number / 26 % 26, number % 26].map { UInt8(ascii: "A") + UInt8($0) }
        return String(decoding: letters, as: UTF8.self)
    }

    func referenceStep(_ dateIndex: Int) -> Int64 { referenceSteps[dateIndex + SyntheticCalendar.marginInDates] }

    /// No ordinary order of the date has a price outside: about 3 % either way and at least four steps.
    func band(_ dateIndex: Int) -> ClosedRange<Int64> {
        let step = referenceStep(dateIndex)
        let price = TickTable.price(atStep: step)
        let low = min(step - 4, TickTable.step(of: price * 97 / 100))
        return low...max(step + 4, TickTable.step(of: price * 103 / 100))
    }

    /// When the opening auction is, in seconds of the local day: staggered by letter, as in 2024, and up to 15 s off.
    func openingSecond(_ dateIndex: Int, seed: UInt64) -> Int64 {
        let base: Int64 =
            switch ticker.utf8.first ?? 0 {
            case ...UInt8(ascii: "B"): 36_000
            case ...UInt8(ascii: "F"): 36_135
            case ...UInt8(ascii: "M"): 36_270
            case ...UInt8(ascii: "R"): 36_405
            default: 36_540
            }
        var random = GeneratorRandom(seed, 2, UInt64(bitPattern: Int64(dateIndex)), UInt64(index))
        return base + random.within(0...15)
    }
}
