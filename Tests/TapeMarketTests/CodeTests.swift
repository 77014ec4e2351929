import Testing

@testable import TapeMarket

/// The code tables of docs/domain.md, The market.
@Suite struct CodeTests {
    @Test(arguments: [
        (0, false, false, false, false), (64, false, true, false, true), (66, false, true, true, true),
        (256, false, false, false, true), (2048, true, false, false, true), (2050, true, false, true, true),
        (4096, false, true, false, true), (4098, false, true, true, true), (2, false, false, true, false),
    ] as [(Int32, Bool, Bool, Bool, Bool)])
    func masks(code: Int32, isSweep: Bool, isDark: Bool, isShort: Bool, isCentrePoint: Bool) {
        let type = ExchangeOrderType(rawValue: code)
        #expect(type.isSweep == isSweep)
        #expect(type.isDark == isDark)
        #expect(type.isShort == isShort)
        #expect(type.isCentrePoint == isCentrePoint)
    }

    @Test func ticks() {
        #expect([1, 99, 100, 1999, 2000, 140_640].map(TickTable.tick(at:)) == [1, 1, 5, 5, 10, 10])
        for step in Int64(0)...5000 {
            let price = TickTable.price(atStep: step)
            #expect(TickTable.step(of: price) == step)
            #expect(TickTable.price(atStep: step + 1) - price == TickTable.tick(at: price))
        }
        #expect(TickTable.step(of: 3397) == TickTable.step(of: 3390))
        #expect(TickTable.doubledAllowance(price: 3390, midtick: 1) == 10)
        #expect(TickTable.doubledAllowance(price: 3390, midtick: 2) == 0)
    }

    @Test func halfTicks() {
        #expect((Int8(0)...7).filter(Midtick.hasHalfTick) == [1, 4, 6])
        #expect(Midtick(rawValue: 7) == nil)
    }

    @Test func dealSources() {
        let booked = (Int16(0)...120).filter { DealSource.classification(of: $0) == .booked }
        #expect(booked == [44, 45, 48, 91])
        #expect(booked == (Int16(0)...120).filter(DealSource.isBooked))
        #expect((Int16(0)...120).filter { DealSource.classification(of: $0) == .dark } == [46, 47, 49, 50, 51, 52])
        #expect(DealSource.classification(of: 20) == .auction)
        #expect(DealSource.classification(of: 5) == .report)
        #expect(DealSource.classification(of: 99) == .simulated)
        #expect(DealSource.classification(of: 2) == nil)
        #expect(DealSource.decoded(48) == "Centre Point UCP")
    }

    @Test func validity() {
        #expect(TimeValidity.isImmediate(0))
        #expect(TimeValidity.isImmediate(0x4000))
        for code in [256, 1370, 1536, 16_640, 49_408, 0x916D] as [Int32] { #expect(!TimeValidity.isImmediate(code)) }
        #expect(ChangeReason(rawValue: 2) == nil)
        #expect(ChangeReason(rawValue: 24) == .restOfDayPurged)
        #expect(Side.sell.sign == -1 && Side.sell.opposite == .buy)
    }
}
