import TapeColumns

/// The answer to a question: named columns of equal length, in order.
package struct ResultSet: Sendable {
    package var columns: [ResultColumn]

    package init(columns: [ResultColumn]) {
        precondition(Set(columns.map(\.count)).count <= 1, "columns of a result have equal lengths")
        self.columns = columns
    }

    package var rowCount: Int { columns.first?.count ?? 0 }
}

/// One column of a result.
package struct ResultColumn: Sendable {
    package var name: String
    /// Of `wide` values only a decimal's scale means something.
    package var type: ColumnType
    /// JSON prints identifiers as strings.
    package var role: ColumnSchema.Role
    package var values: ResultValues

    package init(name: String, type: ColumnType, role: ColumnSchema.Role = .measure, values: ResultValues) {
        self.name = name
        self.type = type
        self.role = role
        self.values = values
    }

    package var count: Int { values.count }
}

/// The values of a result column.
package enum ResultValues: Sendable {
    /// Words as `ColumnType` defines them; `dictionary` is what a string column's words index, else empty.
    case words(ColumnVector, dictionary: [String])
    /// Exact sums, which may pass 64 bits.
    case wide([Int128?])

    package var count: Int {
        switch self {
        case .words(let vector, _): vector.count
        case .wide(let values): values.count
        }
    }
}
