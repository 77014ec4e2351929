import TapeBytes

/// `vwap(price, quantity)`: Σ price × quantity ÷ Σ quantity over rows where neither is null; null where the quantities add up to 0.
///
/// Exact numbers are multiplied and summed in 128 bits and divided once.
struct WeightedAverageAccumulator: Accumulator {
    private let isExact: Bool
    private let scales: (price: Int, weight: Int)
    private let place: Range<Int>
    private var products = WideSums()
    private var weights = WideSums()
    /// Whether every product so far fits in 64 bits, so that no sum of them leaves 128.
    private var isNarrow = true
    private var realProducts: [Double] = []
    private var realWeights: [Double] = []

    init(_ price: ValueType, _ weight: ValueType, _ place: Range<Int>) {
        isExact = price != .real && weight != .real
        scales = (price.scale ?? 0, weight.scale ?? 0)
        self.place = place
    }

    mutating func grow(_ groupCount: Int) {
        if isExact {
            products.grow(groupCount)
            weights.grow(groupCount)
        } else {
            let more = max(0, groupCount - realProducts.count)
            realProducts.append(contentsOf: repeatElement(0, count: more))
            realWeights.append(contentsOf: repeatElement(0, count: more))
        }
    }

    mutating func add(_ arguments: [Vector], _ groups: GroupIDs, _ count: Int) throws(QueryError) {
        if isExact, isNarrow, addNarrow(arguments[0].spread, arguments[1].spread, groups, count) { return }
        isNarrow = false
        let (price, weight) = (arguments[0].flattened, arguments[1].flattened)
        guard isExact else {
            let (prices, quantities) = (WeightedAverageAccumulator.reals(price), WeightedAverageAccumulator.reals(weight))
            groups.forEach(count) { row, group in
                realProducts[group] += prices[row] * quantities[row]
                realWeights[group] += quantities[row]
            }
            return
        }
        guard case .words(let prices) = price.values, case .words(let quantities) = weight.values else {
            return try addWide(WeightedAverageAccumulator.wide(price), WeightedAverageAccumulator.wide(weight), groups, count)
        }
        // The product of two words fits in 128 bits.
        var overflows = false
        groups.forEach(count) { row, group in
            let (sum, overflow) = products[group].addingReportingOverflow(Int128(prices[row]) &* Int128(quantities[row]))
            overflows = overflows || overflow
            products[group] = sum
            weights[group] &+= Int128(quantities[row])
        }
        if overflows { throw ExactSumAccumulator.overflow(place) }
    }

    /// Adds rows whose products are sure to fit in 64 bits; false where they are not.
    private mutating func addNarrow(_ price: Vector, _ weight: Vector, _ groups: GroupIDs, _ count: Int) -> Bool {
        guard case .words(let prices) = price.values, case .words(let quantities) = weight.values,
            let words = CodeVectors.products(prices, price.codes, quantities, weight.codes)
        else { return false }
        products.add(words, Vector(.integer, flat: .words(words)), groups, count)
        weights.add(quantities, weight, groups, count)
        return true
    }

    private mutating func addWide(_ prices: [Int128], _ quantities: [Int128], _ groups: GroupIDs, _ count: Int) throws(QueryError) {
        var overflows = false
        groups.forEach(count) { row, group in
            let product = prices[row].multipliedReportingOverflow(by: quantities[row])
            let sum = products[group].addingReportingOverflow(product.partialValue)
            let total = weights[group].addingReportingOverflow(quantities[row])
            overflows = overflows || product.overflow || sum.overflow || total.overflow
            (products[group], weights[group]) = (sum.partialValue, total.partialValue)
        }
        if overflows { throw ExactSumAccumulator.overflow(place) }
    }

    private static func wide(_ vector: Vector) -> [Int128] {
        if case .wide(let wide) = vector.values { wide } else { vector.values.words.map { Int128($0) } }
    }

    private static func reals(_ vector: Vector) -> [Double] {
        if case .reals(let reals) = vector.values { return reals }
        let divisor = PowerOfTen.double(vector.type.scale ?? 0)
        return wide(vector).map { Double($0) / divisor }
    }

    mutating func merge(_ other: any Accumulator, _ groups: [UInt32]) throws(QueryError) {
        guard let other = other as? WeightedAverageAccumulator else { return }
        isNarrow = isNarrow && other.isNarrow
        for index in groups.indices where index < (isExact ? other.products.count : other.realProducts.count) {
            let group = Int(groups[index])
            guard isExact else {
                realProducts[group] += other.realProducts[index]
                realWeights[group] += other.realWeights[index]
                continue
            }
            let sum = products[group].addingReportingOverflow(other.products[index])
            let total = weights[group].addingReportingOverflow(other.weights[index])
            if sum.overflow || total.overflow { throw ExactSumAccumulator.overflow(place) }
            (products[group], weights[group]) = (sum.partialValue, total.partialValue)
        }
    }

    func result(_ groupCount: Int) -> Vector {
        guard isExact else {
            let values = (0..<groupCount).map { realWeights[$0] == 0 ? 0 : realProducts[$0] / realWeights[$0] }
            let nulls = (0..<groupCount).map { realWeights[$0] == 0 ? 1 : 0 as UInt8 }
            return Vector(.real, flat: .reals(values), nulls: nulls.contains(1) ? nulls : nil)
        }
        let divisor = PowerOfTen.double(scales.price)
        let values = (0..<groupCount).map { weights[$0] == 0 ? 0 : ExactQuotient.double(products[$0], weights[$0]) / divisor }
        let nulls = (0..<groupCount).map { weights[$0] == 0 ? 1 : 0 as UInt8 }
        return Vector(.real, flat: .reals(values), nulls: nulls.contains(1) ? nulls : nil)
    }

    var sizeInBytes: Int { products.count * 32 + realProducts.count * 16 }
}

extension Vector {
    /// A value per row or per code.
    fileprivate var spread: Vector { isConstant ? flattened : self }
}
