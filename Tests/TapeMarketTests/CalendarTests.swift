import TapeColumns
import Testing

@testable import TapeMarket

/// Time, calendar and hours against instants computed by hand (docs/domain.md, The market).
@Suite struct CalendarTests {
    private func instant(_ text: String) throws -> Int64 { try #require(ExchangeTime.parse(text)) }
    private func day(_ text: String) throws -> Int32 { try #require(CivilDate.parse(text)) }

    @Test func civilDatesRoundTrip() throws {
        #expect(try day("1970-01-01") == 0)
        #expect(try day("2024-09-05") == 19_971)
        #expect(CivilDate.text(19_971) == "2024-09-05")
        for days in Int32(-110_000)...110_000 {
            let date = CivilDate.components(of: days)
            #expect(CivilDate.days(year: date.year, month: date.month, day: date.day) == days)
        }
        #expect(CivilDate.weekday(of: 19_971) == 3)
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "2024-01-01 ", "", "20a4-01-01"] {
            #expect(CivilDate.parse(text) == nil, "\(text)")
        }
    }

    /// Both changes happen at 16:00 UTC on the Saturday before the first Sunday.
    @Test(arguments: [
        ("2024-10-05T15:59:59.999999999Z", 36_000), ("2024-10-05T16:00:00Z", 39_600),
        ("2024-04-06T15:59:59.999999999Z", 39_600), ("2024-04-06T16:00:00Z", 36_000),
        ("2025-04-05T15:59:59Z", 39_600), ("2025-04-05T16:00:00Z", 36_000),
        ("2024-12-31T23:00:00Z", 39_600), ("2024-09-05T00:00:00Z", 36_000),
        ("1969-12-31T23:59:59Z", 39_600),
    ])
    func offsetChangesByRule(text: String, offset: Int64) throws {
        let nanoseconds = try instant(text)
        let span = ExchangeTime.offsetSpan(at: nanoseconds)
        #expect(span.offsetInSeconds == offset)
        #expect(span.contains(nanoseconds))
        #expect(ExchangeTime.utcOffsetInSeconds(at: span.start) == offset)
        #expect(ExchangeTime.utcOffsetInSeconds(at: span.start - 1) != offset)
        #expect(ExchangeTime.utcOffsetInSeconds(at: span.end - 1) == offset)
        #expect(ExchangeTime.utcOffsetInSeconds(at: span.end) != offset)
    }

    @Test func textHasNineDigitsAndTheOffset() throws {
        #expect(ExchangeTime.text(1_725_494_536_001_032_398) == "2024-09-05T10:02:16.001032398+10:00")
        #expect(ExchangeTime.text(try instant("2024-10-07T00:00:00Z")) == "2024-10-07T11:00:00.000000000+11:00")
        #expect(ExchangeTime.text(-1) == "1970-01-01T10:59:59.999999999+11:00")
        for value in [0, -1, 1_725_494_536_001_032_398, 1_728_144_000_000_000_000] as [Int64] {
            #expect(ExchangeTime.parse(ExchangeTime.text(value)) == value)
        }
        #expect(try instant("2024-09-05 10:02:16.001032398") == 1_725_494_536_001_032_398)
        #expect(try instant("2024-09-05") == instant("2024-09-04T14:00:00Z"))
        // 02:30 occurs twice in April: the first is meant. In October it never does.
        #expect(try instant("2024-04-07 02:30") == instant("2024-04-06T15:30:00Z"))
        #expect(try instant("2024-10-06 02:30") == instant("2024-10-05T16:30:00Z"))
        for text in ["2024-09-05T", "2024-09-05T10", "2024-09-05T10:60", "2024-09-05T10:00:00.", "2024-09-05x10:00",
                     "2024-09-05T10:00+1", "2024-09-05T10:00:00.1234567890"] {
            #expect(ExchangeTime.parse(text) == nil, "\(text)")
        }
    }

    @Test func timesAtTheEndsOfTimeAreInstantsOrNone() throws {
        #expect(ExchangeTime.parse("2262-04-10T23:59:59.5-23:59") == nil)
        for text in ["1677-09-22T00:00:00+23:59", "2262-04-10 23:59:59.999999999", "9999-12-31T00:00:00Z"] {
            if let instant = ExchangeTime.parse(text) { #expect(ExchangeTime.parse(ExchangeTime.text(instant)) == instant, "\(text)") }
        }
    }

    @Test func hoursAndHalfHours() throws {
        let open = try instant("2024-09-05T10:29:59.999999999+10:00")
        #expect(ExchangeTime.localHour(at: open) == 10)
        #expect(ExchangeTime.localHour(at: try instant("2024-12-02T23:30:00Z")) == 10)
        #expect(ExchangeTime.nanosecondOfDay(at: try instant("2024-09-05T00:00:00+10:00")) == 0)
        #expect(ExchangeTime.nanosecondOfDay(at: try instant("2024-09-05T00:00:00+10:00") - 1)
            == ExchangeTime.nanosecondsPerDay - 1)
    }

    @Test(arguments: [
        ("2024-09-04T21:22:21+10:00", "2024-09-05"), ("2024-09-05T18:59:59.999999999+10:00", "2024-09-05"),
        ("2024-09-05T19:00:00+10:00", "2024-09-06"), ("2024-09-06T18:59:59+10:00", "2024-09-06"),
        ("2024-09-06T19:00:00+10:00", "2024-09-09"), ("2024-09-07T12:00:00+10:00", "2024-09-09"),
        ("2024-09-07T19:00:00+10:00", "2024-09-09"), ("2024-09-08T23:59:59+10:00", "2024-09-09"),
        ("2024-09-09T00:00:00+10:00", "2024-09-09"), ("2024-10-04T19:00:00+10:00", "2024-10-07"),
        ("2024-10-07T18:59:59+11:00", "2024-10-07"), ("2024-10-07T19:00:00+11:00", "2024-10-08"),
    ])
    func sessionRule(text: String, expected: String) throws {
        let nanoseconds = try instant(text)
        let found = TradingCalendar.session.day(containing: nanoseconds)
        #expect(CivilDate.text(found.day) == expected)
        #expect(found.start <= nanoseconds && nanoseconds < found.end)
        for (probe, isInside) in [(found.start, true), (found.start - 1, false), (found.end - 1, true),
                                  (found.end, false)] {
            #expect((TradingCalendar.session.day(containing: probe).day == found.day) == isInside)
        }
    }

    /// The first order row of the real day: the reload on the evening before it.
    @Test func realReloadBelongsToTheNextDay() {
        let found = TradingCalendar.session.day(containing: 1_725_448_941_574_323_178)
        #expect(CivilDate.text(found.day) == "2024-09-05")
        #expect(ExchangeTime.text(1_725_448_941_574_323_178) == "2024-09-04T21:22:21.574323178+10:00")
    }

    @Test func calendarRuleAndHolidays() throws {
        let evening = try instant("2024-09-04T21:22:21+10:00")
        let plain = TradingCalendar.calendar.day(containing: evening)
        #expect(CivilDate.text(plain.day) == "2024-09-04")
        #expect(plain.start == (try instant("2024-09-04")))
        #expect(plain.end == (try instant("2024-09-05")))
        let summerStart = TradingCalendar.calendar.day(containing: try instant("2024-10-06T12:00:00+11:00"))
        #expect(summerStart.end - summerStart.start == 23 * 3_600_000_000_000)

        let withHoliday = try TradingCalendar(holidays: [day("2024-09-05")])
        let found = withHoliday.day(containing: evening)
        #expect(CivilDate.text(found.day) == "2024-09-06")
        #expect(found.start == (try instant("2024-09-04T19:00:00+10:00")))
        #expect(throws: MarketOptionError.self) { try TradingCalendar(rollInSeconds: 3600) }
        #expect(try TradingCalendar.rollInSeconds("19:00") == TradingCalendar.defaultRollInSeconds)
        #expect(throws: MarketOptionError.self) { try TradingCalendar.rollInSeconds("7pm") }
    }

    @Test func anyInstantHasADay() {
        for value in [Int64.min, .min + 1, .max - 1, .max] {
            for calendar in [TradingCalendar.session, .calendar] {
                let found = calendar.day(containing: value)
                #expect(found.start <= value && (value < found.end || value == .max || found.end == .max))
            }
            _ = ExchangeTime.text(value)
            _ = ExchangeTime.nanosecondOfDay(at: value)
        }
    }

    @Test func tradingHours() throws {
        let wholeHours = try TradingHours(parsing: "10-16")
        #expect(wholeHours == (try TradingHours(firstHour: 10, lastHour: 16)))
        let halfOpen = try TradingHours(parsing: "10:00-16:00")
        let last = try instant("2024-09-05T16:59:59.999999999+10:00")
        #expect(wholeHours.contains(last) && !wholeHours.contains(last + 1))
        #expect(!halfOpen.contains(last))
        #expect(halfOpen.contains(try instant("2024-09-05T15:59:59.999999999+10:00")))
        #expect(!halfOpen.contains(try instant("2024-09-05T16:00:00+10:00")))
        #expect(wholeHours.contains(try instant("2024-12-02T10:00:00+11:00")))
        #expect(!wholeHours.contains(try instant("2024-12-02T09:59:59+11:00")))
        #expect(try TradingHours(parsing: "00:00-24:00").end == ExchangeTime.nanosecondsPerDay)
        for text in ["", "10", "16-10", "10-24", "10:00-10:00", "10:00-16", "a-b", "10-12-14", "-5-6", "10:0-11:00"] {
            #expect(throws: MarketOptionError.self, "\(text)") { try TradingHours(parsing: text) }
        }
    }
}
