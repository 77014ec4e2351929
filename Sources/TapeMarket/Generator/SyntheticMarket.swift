/// What all dates of a synthetic market share.
struct SyntheticMarket {
    struct Participant {
        let id: Int32
        /// The key it sets against unintentional crossing, 0 for none.
        let crossingKey: Int32
        let preferenceOnly: Int8
        /// Whether its dark orders meet its own first.
        let isPreferencing: Bool
    }

    let options: GeneratorOptions
    let calendar: SyntheticCalendar
    let profiles: [SecurityProfile]
    /// The most active first.
    let participants: [Participant]
    let participantWeights: [Int64]

    init(_ options: GeneratorOptions) throws(MarketOptionError) {
        try options.validate()
        self.options = options
        let calendar = SyntheticCalendar(startDate: options.startDate, dateCount: options.dateCount)
        self.calendar = calendar
        let weights = ZipfWeights.weights(count: options.securityCount, shift: 3)
        let total = weights.reduce(0, +)
        let rows = Int64(options.orderRowsPerSecurityDay) * Int64(options.securityCount)
        profiles = weights.enumerated().map { index, weight in
            let share = rows.multipliedFullWidth(by: weight)
            return SecurityProfile(index: index, seed: options.seed,
                                   rowsPerDay: max(12, total.dividingFullWidth(share).quotient), calendar: calendar)
        }
        participants = SyntheticMarket.participants(count: options.participantCount, seed: options.seed)
        participantWeights = ZipfWeights.cumulative(count: options.participantCount, shift: 1)
    }

    /// The brokers of a real day by activity; further ones get the free numbers from 300 on.
    private static let knownParticipants: [Int32] = [
        67, 51, 47, 146, 2, 41, 61, 69, 42, 54, 8, 75, 26, 50, 139, 147, 5, 15, 284, 106, 27, 144, 59, 17, 76, 32,
        137, 44, 18, 130,
    ]

    private static func participants(count: Int, seed: UInt64) -> [Participant] {
        (0..<count).map { index in
            var random = GeneratorRandom(seed, 4, UInt64(index))
            let id = index < knownParticipants.count ? knownParticipants[index] : Int32(300 + index)
            let key: Int32 =
                switch index < 3 ? 5 : random.below(10) {
                case 0..<3: 0
                case 3..<6: Int32(random.within(1...9))
                case 6..<8: Int32(random.within(100...99_999))
                default: Int32(random.within(1_000_000...99_999_999))
                }
            return Participant(id: id, crossingKey: key, preferenceOnly: random.chance(percent: 65) ? 2 : 0,
                               isPreferencing: [41, 51, 61, 67].contains(id))
        }
    }

    /// Every twentieth of the ordered quantities of a real day; the last is a cap.
    private static let quantityQuantiles: [Int64] = [
        1, 4, 27, 71, 125, 184, 224, 262, 325, 570, 1000, 1181, 1299, 1337, 1508, 1673, 1950, 4292, 10_400, 10_401,
        60_000,
    ]

    func quantity(_ random: inout GeneratorRandom) -> Int64 {
        let bucket = Int(random.below(20))
        let low = SyntheticMarket.quantityQuantiles[bucket]
        return low + random.below(SyntheticMarket.quantityQuantiles[bucket + 1] - low)
    }
}
