import TapeColumns

extension ResultSet {
    /// The column of that name, folded as schemas fold names.
    package func columnIndex(named name: String) -> Int? {
        let wanted = TableSchema.folded(name)
        return columns.firstIndex { TableSchema.folded($0.name) == wanted }
    }

    /// The rows in the order of a column, nulls last; rows of equal values keep their order.
    package func sorted(by column: Int, descending: Bool) -> ResultSet {
        let values = columns[column].values
        let order = (0..<rowCount).sorted { left, right in
            switch values.compare(left, right) {
            case .nullLast(let leftIsNull): return !leftIsNull
            case .less: return !descending
            case .greater: return descending
            case .equal: return left < right
            }
        }
        return gathered(order)
    }

    package func limited(to count: Int) -> ResultSet { gathered(Array(0..<min(count, rowCount))) }

    /// The given rows, in the given order.
    package func gathered(_ rows: [Int]) -> ResultSet {
        ResultSet(columns: columns.map { column in
            var column = column
            switch column.values {
            case .wide(let values): column.values = .wide(rows.map { values[$0] })
            case .words(let vector, let dictionary):
                column.values = .words(ColumnVector(rows.map { vector[$0] }), dictionary: dictionary)
            }
            return column
        })
    }
}

extension ResultValues {
    enum Comparison {
        case less, equal, greater
        /// Exactly one is null; whether it is the left.
        case nullLast(leftIsNull: Bool)
    }

    func compare(_ left: Int, _ right: Int) -> Comparison {
        switch self {
        case .wide(let values): return ResultValues.compare(values[left], values[right])
        case .words(let vector, let dictionary):
            guard !dictionary.isEmpty else { return ResultValues.compare(vector[left], vector[right]) }
            return ResultValues.compare(vector[left].map { dictionary[Int($0)] }, vector[right].map { dictionary[Int($0)] })
        }
    }

    private static func compare<Value: Comparable>(_ left: Value?, _ right: Value?) -> Comparison {
        guard let left, let right else {
            return (left == nil) == (right == nil) ? .equal : .nullLast(leftIsNull: left == nil)
        }
        return left < right ? .less : left > right ? .greater : .equal
    }
}
