/// What to generate. The same options give the same bytes, always.
package struct GeneratorOptions: Hashable, Sendable {
    package var seed: UInt64
    package var securityCount: Int
    /// The first trading day, in days since 1970-01-01; a weekend moves on to Monday.
    package var startDate: Int32
    /// Consecutive weekdays.
    package var dateCount: Int
    /// The mean over securities; they share it by Zipf's law, the first most.
    package var orderRowsPerSecurityDay: Int
    /// Their activity follows Zipf's law.
    package var participantCount: Int

    package init(seed: UInt64 = 42, securityCount: Int = 10, startDate: Int32 = 19_968, dateCount: Int = 5,
                 orderRowsPerSecurityDay: Int = 2000, participantCount: Int = 30) {
        self.seed = seed
        self.securityCount = securityCount
        self.startDate = startDate
        self.dateCount = dateCount
        self.orderRowsPerSecurityDay = orderRowsPerSecurityDay
        self.participantCount = participantCount
    }

    package static let securityCountRange = 1...17_576
    package static let dateCountRange = 1...2500
    package static let orderRowsRange = 20...5_000_000
    package static let participantCountRange = 2...900
    /// 2000-01-01 … 2039-12-31: outside, order ids would leave their 19 digits.
    package static let startDateRange = 10_957...25_566

    func validate() throws(MarketOptionError) {
        try GeneratorOptions.check(securityCount, "securities", GeneratorOptions.securityCountRange)
        try GeneratorOptions.check(dateCount, "dates", GeneratorOptions.dateCountRange)
        try GeneratorOptions.check(orderRowsPerSecurityDay, "orders", GeneratorOptions.orderRowsRange)
        try GeneratorOptions.check(participantCount, "participants", GeneratorOptions.participantCountRange)
        try GeneratorOptions.check(Int(startDate), "start date", GeneratorOptions.startDateRange)
    }

    private static func check(_ value: Int, _ name: String, _ range: ClosedRange<Int>) throws(MarketOptionError) {
        guard range.contains(value) else {
            throw MarketOptionError(kind: .generator(name: name, range: range), value: String(value))
        }
    }
}
