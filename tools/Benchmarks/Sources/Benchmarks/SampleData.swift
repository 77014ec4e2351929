/// Data of stated shapes from a fixed seed: the same in every run.
struct SampleData {
    static let rowCount = 1 << 17

    private var state: UInt64 = 20_240_905

    /// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    private mutating func below(_ limit: UInt64) -> Int64 { Int64(next() % limit) }

    private mutating func words(_ value: (inout SampleData, Int) -> Int64) -> [Int64] { (0..<SampleData.rowCount).map { value(&self, $0) } }

    /// The columns that an order feed is made of, by what an encoder makes of them.
    static var shapes: [(name: String, words: [Int64])] {
        var data = SampleData()
        var time: Int64 = 1_725_448_941_574_323_178
        var price: Int64 = 33_600
        return [
            ("constant", data.words { _, _ in 7 }),
            ("runs (best bid)", data.words { data, _ in
                if data.below(40) == 0 { price += 10 * (data.below(3) - 1) }
                return price
            }),
            ("few values (side, type)", data.words { data, _ in data.below(10) == 0 ? 3 : data.below(2) + 1 }),
            ("a thousand values (price)", data.words { data, _ in 1_000_000 + 997 * data.below(1000) }),
            ("ascending (time)", data.words { data, _ in
                time += 1 + data.below(2_000_000)
                return time
            }),
            ("small, a few large (quantity)", data.words { data, _ in data.below(50) == 0 ? data.below(1_000_000) : data.below(500) }),
            ("20 random bits", data.words { data, _ in data.below(1 << 20) }),
            ("64 random bits", data.words { data, _ in Int64(bitPattern: data.next()) }),
        ]
    }

    /// Rows as an order feed has them, 29 fields or so: ids of 19 digits, times, small codes, prices, quantities, a text, an empty field.
    static var csv: [UInt8] {
        var data = SampleData()
        var text: [UInt8] = []
        var time: Int64 = 1_725_448_941_574_323_178
        for row in 0..<20_000 {
            time += data.below(2_000_000)
            let price = 33_600 + 10 * data.below(50)
            let quantity = data.below(5000)
            let fields: [Int64] = [
                7_901_232_681_961_407_641 + data.below(100_000), 3, time, 100_000 + data.below(100), price, data.below(2) + 1, data.below(40),
                data.below(3), quantity, quantity, 2, 1, 33_600, 33_610, 33_600, 33_610, data.below(200), 0, 0, 0, 0, Int64(row), 0, 0, 0,
            ]
            text += Array(fields.map(String.init).joined(separator: ",").utf8)
            text += Array(",,GFD,\(row),1\n".utf8)
        }
        return text
    }
}
