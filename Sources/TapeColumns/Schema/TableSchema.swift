/// The description of a table: named, typed columns, how rows are partitioned, and in which order they lie.
///
/// A schema is data (a YAML file in `schemas/`); nothing in the engine knows a particular one.
package struct TableSchema: Hashable, Sendable {
    package var name: String
    package var columns: [ColumnSchema]
    /// A partition key has no more columns: the catalog has a place for each.
    package static let partitionColumnsMax = 2

    /// The columns whose values make up the partition key, in order. Those with `isDayOfSource` are computed by the day rule.
    package var partitionKey: [PartitionKeyColumn]
    /// Rows lie in ascending order of these columns within a partition, ties by the other columns, in the order of the schema.
    package var clusterKey: [String]

    package init(name: String, columns: [ColumnSchema], partitionKey: [PartitionKeyColumn] = [],
                 clusterKey: [String] = []) {
        self.name = name
        self.columns = columns
        self.partitionKey = partitionKey
        self.clusterKey = clusterKey
    }

    /// The ordinal of the column of that name or alias, folded (`folded(_:)`); nil if there is none.
    package func columnIndex(named name: String) -> Int? {
        let wanted = TableSchema.folded(name)
        return columns.firstIndex { column in
            TableSchema.folded(column.name) == wanted
                || column.aliases.contains { TableSchema.folded($0) == wanted }
        }
    }

    /// Names are compared trimmed, in lower case, without `_` and blanks: `ParticipantId` is `participant_id`.
    package static func folded(_ name: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One column of a partition key.
package struct PartitionKeyColumn: Hashable, Sendable {
    /// The name of the partition column as queries see it (`date`, `security_code`).
    package var name: String
    /// The column of the table that it comes from.
    package var source: String
    /// Whether the key is the day that the source (a timestamp) falls on by the store's day rule, not the value itself.
    package var isDayOfSource: Bool

    package init(name: String, source: String, isDayOfSource: Bool) {
        self.name = name
        self.source = source
        self.isDayOfSource = isDayOfSource
    }
}

/// One column of a table.
package struct ColumnSchema: Hashable, Sendable {
    package enum Role: String, Hashable, Sendable {
        /// Compared and counted, never summed; JSON prints it as a string.
        case identifier
        case measure
    }

    /// The name in snake_case.
    package var name: String
    /// Other names that headers and questions may use.
    package var aliases: [String]
    package var type: ColumnType
    package var isNullable: Bool
    /// Spellings of null in CSV besides the empty field, such as `-9223372036854775808`.
    package var nullSpellings: [String]
    /// Whether a CSV file may lack the column; it then reads as null.
    package var isOptional: Bool
    /// Whether each row of a file that lacks a column of the cluster key gets its position here, the byte of the file that it begins at: so rows that tie
    /// keep the file's order. Positions tell no rows apart; of rows that are equal otherwise the last one stays.
    package var isPosition = false
    package var role: Role
    /// For people: `shares`, `1/10 cent`, `ns`.
    package var unit: String
    /// A compression hint; see `Derivation`.
    package var derivation: Derivation?

    package init(name: String, aliases: [String] = [], type: ColumnType, isNullable: Bool = false,
                 nullSpellings: [String] = [], isOptional: Bool = false, role: Role = .measure,
                 unit: String = "", derivation: Derivation? = nil) {
        self.name = name
        self.aliases = aliases
        self.type = type
        self.isNullable = isNullable
        self.nullSpellings = nullSpellings
        self.isOptional = isOptional
        self.role = role
        self.unit = unit
        self.derivation = derivation
    }
}

/// A hint that a column can mostly be computed from others. The writer uses it for a block where it is smaller.
package enum Derivation: Hashable, Sendable {
    /// The sum of `plus` columns minus the sum of `minus` columns; only the residual is stored.
    case sum(plus: [String], minus: [String])
    /// A function of one other column within a block, such as a code's text.
    case function(of: String)
}
