import TapeBytes
import TapeTestSupport
import Testing

@testable import TapeColumns

/// Goal: segments of every format version stay readable for ever, and the writer's bytes do not change unnoticed.
///
/// `TAPEDECK_REGENERATE_GOLDEN=1 swift test --filter GoldenTests` writes the current version's file anew; the CSV beside it is what
/// `tools/read_segment.py` prints of it, and `tools/test-format` holds the two together.
@Suite struct GoldenTests {
    static let path = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Golden/format-1/types.seg"

    @Test func version1() throws {
        let image = SegmentTests.image(300)
        if environmentVariable("TAPEDECK_REGENERATE_GOLDEN") != nil {
            var output = try FileSystem().create(GoldenTests.path)
            try output.write(image.bytes)
            try output.close()
        }
        let golden = try FileSystem().readAll(GoldenTests.path)
        #expect(golden == image.bytes, "the writer's bytes are those of the golden file")
        let reader = try SegmentReader(golden)
        try reader.verify()
        for (index, expected) in SegmentTests.rows(300).enumerated() {
            let vector = try reader.vector(index)
            #expect((0..<300).allSatisfy { vector[$0] == expected[$0] }, "\(reader.columnNames[index])")
        }
    }
}
