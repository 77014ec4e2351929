import TapeColumns

/// The weekdays of a synthetic market, with some before and after it: orders that live for several nights begin and
/// end outside. Index 0 is the first generated date.
struct SyntheticCalendar {
    /// The longest life of a standing order, in dates.
    static let marginInDates = 6

    private let dates: [Int32]

    init(startDate: Int32, dateCount: Int) {
        var dates: [Int32] = []
        var day = startDate
        while dates.count < dateCount + SyntheticCalendar.marginInDates {
            if !CivilDate.isWeekend(day) { dates.append(day) }
            day += 1
        }
        var before: [Int32] = []
        day = dates[0] - 1
        while before.count < SyntheticCalendar.marginInDates {
            if !CivilDate.isWeekend(day) { before.append(day) }
            day -= 1
        }
        self.dates = before.reversed() + dates
    }

    /// The date at an index from −margin to count + margin.
    func date(_ index: Int) -> Int32 { dates[index + SyntheticCalendar.marginInDates] }

    /// Dates and the margins.
    var count: Int { dates.count }

    /// The base of all ids given out on a date: around 7.9e18, as real ones, and a new range each day.
    static func idBase(of date: Int32) -> Int64 {
        7_904_794_000_000_000_000 + (Int64(date) - 19_971) * 100_000_000_000_000
    }
}
