import TapeIngest
import Testing

/// Goal: every partition is in exactly one class, the classes lie side by side, and there are never too many.
@Suite struct PartitionSizesTests {
    @Test func classesHoldEveryPartition() {
        var sizes = PartitionSizes()
        #expect(sizes.classes(countMax: 10).isEmpty)
        for rows in [0, 1, 1, 2, 3, 4, 1000] { sizes.add(rowCount: rows) }
        let classes = sizes.classes(countMax: 64)
        #expect(classes.map(\.count) == [1, 2, 2, 1, 0, 0, 0, 0, 0, 0, 1])
        #expect(classes.first?.rows == 0...0 && classes[2].rows == 2...3 && classes.last?.rows == 512...1023)
        for countMax in 1...12 {
            let classes = sizes.classes(countMax: countMax)
            #expect(classes.count <= countMax && classes.reduce(0) { $0 + $1.count } == 7)
            for (one, next) in zip(classes, classes.dropFirst()) { #expect(one.rows.upperBound + 1 == next.rows.lowerBound) }
        }
        sizes.add(rowCount: .max)
        #expect(sizes.classes(countMax: 1).first?.rows == 0...Int.max)
    }
}
