import TapeBytes
import TapeTestSupport
import Testing

@testable import TapeColumns

/// Goal: a segment gives back what was written, and whatever else its bytes are, an error.
/// Method: a small table with every type, nulls and derived columns; then every cut and every flipped byte of it.
@Suite struct SegmentTests {
    static let columns = [
        ColumnSchema(name: "id", type: .int64, role: .identifier),
        ColumnSchema(name: "quantity", type: .int64),
        ColumnSchema(name: "matched", type: .int64),
        ColumnSchema(name: "leaves", type: .int64, derivation: .sum(plus: ["quantity"], minus: ["matched"])),
        ColumnSchema(name: "price", type: .int32, isNullable: true),
        ColumnSchema(name: "ratio", type: .float64, isNullable: true),
        ColumnSchema(name: "code", type: .int32),
        ColumnSchema(name: "text", type: .string, derivation: .function(of: "code")),
        ColumnSchema(name: "empty", type: .int32, isNullable: true),
    ]

    static func rows(_ count: Int) -> [ColumnVector] {
        var random = SeededGenerator(seed: UInt64(count))
        let quantity = (0..<count).map { _ in Int64(random.next() % 5000) + 1 }
        let matched = quantity.map { Int64(random.next() % UInt64($0)) }
        let leaves = (0..<count).map { quantity[$0] - matched[$0] + ($0 % 97 == 5 ? 3 : 0) }
        let code = (0..<count).map { _ in Int64(random.next() % 3) }
        return [
            ColumnVector(words: (0..<count).map { _ in 7_901_232_681_961_407_641 + Int64(random.next() % 1_000_000) }),
            ColumnVector(words: quantity), ColumnVector(words: matched), ColumnVector(words: leaves),
            ColumnVector((0..<count).map { $0 % 11 == 0 ? nil : 3390 + Int64(random.next() % 30) }),
            ColumnVector((0..<count).map { $0 % 5 == 0 ? nil : ColumnWord.word(of: Double($0) / 3) }),
            ColumnVector(words: code), ColumnVector(words: code.map { 2 - $0 }),
            ColumnVector([Int64?](repeating: nil, count: count)),
        ]
    }

    static func image(_ count: Int, _ effort: EncodingEffort = .smallest) -> SegmentImage {
        var writer = SegmentWriter(columns: columns, effort: effort)
        writer.appendAll(rows(count))
        let strings = columns.map { $0.type == .string ? ["ten", "", "zwölf"] : [] }
        return writer.finish(dictionaries: strings, metadata: ["made by": "a test"])
    }

    @Test(arguments: [0, 1, 63, 64, 65, 8191, 8192, 8193, 20_000], [EncodingEffort.smallest, .quick])
    func roundTrips(count: Int, effort: EncodingEffort) throws {
        let reader = try SegmentReader(SegmentTests.image(count, effort).bytes)
        try reader.verify()
        #expect(reader.rowCount == count)
        #expect(reader.metadata == ["made by": "a test"])
        let rows = SegmentTests.rows(count)
        for (index, column) in SegmentTests.columns.enumerated() {
            let vector = try reader.vector(index)
            #expect((0..<count).allSatisfy { vector[$0] == rows[index][$0] }, "\(column.name)")
            #expect(try reader.descriptor(index).type == column.type)
        }
        #expect(try reader.strings(7) == ["ten", "", "zwölf"])
    }

    /// Codes of words that no row has would be asked of functions, and taken for extremes.
    @Test(arguments: [1, 63, 64, 8192, 8193]) func codedBlocksHoldOnlyWordsThatOccur(count: Int) throws {
        var random = SeededGenerator(seed: 4)
        let sides = (0..<count).map { _ in [1, 2, 6][Int(random.next() % 3)] as Int64 }
        let columns = [
            ColumnSchema(name: "side", type: .int8),
            ColumnSchema(name: "name", type: .int64, derivation: .function(of: "side")),
            ColumnSchema(name: "few", type: .int64), ColumnSchema(name: "many", type: .int64),
        ]
        let few = (0..<count).map { Int64($0 / 100 % 7) * 1_000_000_007 }
        let rows = [sides, sides.map { $0 * -10 }, few, (0..<count).map { _ in Int64(random.next() % 1000) }]
        for effort in [EncodingEffort.smallest, .quick] {
            var writer = SegmentWriter(columns: columns, effort: effort)
            writer.appendAll(rows.map { ColumnVector(words: $0) })
            let reader = try SegmentReader(writer.finish().bytes)
            var cache = BlockCache(reader)
            for column in columns.indices {
                let number = try #require(try cache.number(columns[column].name, hint: 0))
                for block in 0..<reader.blockCount {
                    let expected = rows[column][(block * 8192)..<min(count, (block + 1) * 8192)]
                    let vector = try cache.block(number, block)
                    #expect(vector.flatWords(expected.count) == Array(expected), "\(columns[column].name)")
                    if let codes = vector.codes { #expect(Set(codes).count == vector.words.count) }
                }
            }
        }
    }

    /// Runs, few and many, of integers and doubles, with and without nulls: what the quick choice tells apart.
    @Test func quickBlocksOfRunsComeBack() throws {
        var random = SeededGenerator(seed: 3)
        let columns = [ColumnSchema(name: "word", type: .int64, isNullable: true), ColumnSchema(name: "real", type: .float64, isNullable: true)]
        for runLength in [1, 2, 3, 5, 9, 200, 9000] as [UInt64] {
            for nullShare in [0, 2, 50] as [UInt64] {
                var word: Int64 = 0
                let words = (0..<9000).map { _ -> Int64? in
                    if random.next() % runLength == 0 { word = Int64(bitPattern: random.next() &>> (random.next() % 64)) }
                    return nullShare > 0 && random.next() % nullShare == 0 ? nil : word
                }
                var writer = SegmentWriter(columns: columns, effort: .quick)
                writer.appendAll([ColumnVector(words), ColumnVector(words)])
                let reader = try SegmentReader(writer.finish().bytes)
                try reader.verify()
                for column in 0..<2 {
                    let vector = try reader.vector(column)
                    #expect(words.indices.allSatisfy { vector[$0] == words[$0] }, "runs of \(runLength), a null in \(nullShare), column \(column)")
                }
            }
        }
    }

    @Test func derivedColumnsTakeLittle() throws {
        let reader = try SegmentReader(SegmentTests.image(8192).bytes)
        let leaves = try reader.descriptor(3)
        #expect(leaves.blocks[0].tag == .sum)
        #expect(leaves.storedSize < 400)
        #expect(try reader.descriptor(7).blocks[0].tag == .function)
        #expect(try reader.descriptor(8).storedSize == 0)
    }

    @Test func everyCutIsAnError() {
        let bytes = SegmentTests.image(100).bytes
        for size in 0..<bytes.count {
            #expect(throws: (any Error).self, "cut to \(size) bytes") { try SegmentReader(Array(bytes[..<size])).verify() }
        }
    }

    @Test func everyFlippedByteIsAnError() {
        let bytes = SegmentTests.image(100).bytes
        for index in bytes.indices {
            for flip: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = bytes
                damaged[index] ^= flip
                #expect(throws: (any Error).self, "byte \(index) flipped by \(flip)") { try SegmentReader(damaged).verify() }
            }
        }
    }

    @Test func newerVersionIsNamed() throws {
        let image = SegmentTests.image(10)
        let header = SegmentLayout.header(version: 2)
        let end = image.bytes.count - SegmentLayout.trailerSize
        var place = end
        let footerSize = Int(try image.bytes.span.readInteger(&place, as: UInt32.self))
        let footer = Array(image.bytes[(end - footerSize)..<end])
        let bytes = header + image.bytes[header.count..<end] + SegmentLayout.trailer(header: header, footer: footer).bytes
        #expect(throws: SegmentError(.unsupportedVersion(2), offset: 8)) { try SegmentReader(bytes) }
    }

    @Test func damageNamesColumnAndBlock() throws {
        let image = SegmentTests.image(20_000)
        let block = try SegmentReader(image.bytes).descriptor(1).blocks[1]
        var damaged = image.bytes
        damaged[block.offset + 5] ^= 1
        let reader = try SegmentReader(damaged)
        #expect(throws: SegmentError(.checksumMismatch, column: "quantity", block: 1, rows: 8192..<16384, offset: block.offset)) {
            try reader.vector(1)
        }
    }
}
