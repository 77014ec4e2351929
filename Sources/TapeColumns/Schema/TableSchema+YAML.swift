import TapeBytes

/// A schema file that cannot be understood: where and why.
package struct SchemaError: Error, Hashable, Sendable {
    package var message: String
    package var line: Int
}

/// Reads a schema file:
///
///     name: orders
///     partition:                                  # the partition key; may be empty
///       - {name: date, day_of: timestamp}         # the trading day of a timestamp column
///       - {name: security_code}                   # a column's value
///     cluster: [timestamp, sequence, row_num]
///     columns:
///       - name: price
///         type: int32                             # int8 … int64, uint64, float64, bool, date, timestamp, decimal(2), string
///         aliases: [limitprice]
///         nullable: true                          # default: false
///         null: ["-9223372036854775808"]          # spellings of null besides the empty field
///         optional: true                          # a file may lack the column; it then reads as null
///         default: position                       # of an optional int64: filled with the byte of the file that the row begins at, where the file
///                                                 # lacks a column of the cluster key
///         role: identifier                        # or measure, the default
///         unit: 1/10 cent
///         derive: {plus: [quantity], minus: [total_matched_quantity]}    # or {function_of: time_validity}
extension TableSchema {
    package static func parse(_ text: [UInt8]) throws(SchemaError) -> TableSchema {
        let node: YAMLNode
        do {
            node = try YAMLNode.parse(text)
        } catch {
            throw SchemaError(message: error.message, line: error.line)
        }
        let reader = try MappingReader(node, keys: ["name", "partition", "cluster", "columns"])
        var schema = TableSchema(name: try reader.requiredText("name"), columns: [])
        for item in try reader.items("columns") { schema.columns.append(try column(item)) }
        for item in try reader.items("partition") { schema.partitionKey.append(try keyColumn(item, schema)) }
        schema.clusterKey = try reader.texts("cluster")
        try check(schema, node.line)
        return schema
    }

    private static func column(_ node: YAMLNode) throws(SchemaError) -> ColumnSchema {
        let reader = try MappingReader(
            node, keys: ["name", "type", "aliases", "nullable", "null", "optional", "default", "role", "unit", "derive"])
        let typeName = try reader.requiredText("type")
        guard let type = ColumnType(name: typeName) else {
            throw SchemaError(message: "'\(typeName)' is no type", line: node.line)
        }
        var column = ColumnSchema(name: try reader.requiredText("name"), type: type)
        column.aliases = try reader.texts("aliases")
        column.nullSpellings = try reader.texts("null")
        column.isOptional = try reader.flag("optional")
        column.isNullable = try reader.flag("nullable") || column.isOptional
        if let text = try reader.text("default") {
            guard text == "position", type == .int64, column.isOptional else {
                throw SchemaError(message: "default: '\(text)' is not 'position', of an optional int64", line: node.line)
            }
            column.isPosition = true
        }
        column.unit = try reader.text("unit") ?? ""
        if let role = try reader.text("role") {
            guard let known = ColumnSchema.Role(rawValue: role) else {
                throw SchemaError(message: "role: '\(role)' is neither identifier nor measure", line: node.line)
            }
            column.role = known
        }
        if let derive = reader.node("derive") { column.derivation = try derivation(derive) }
        return column
    }

    private static func derivation(_ node: YAMLNode) throws(SchemaError) -> Derivation {
        let reader = try MappingReader(node, keys: ["plus", "minus", "function_of"])
        if let argument = try reader.text("function_of") { return .function(of: argument) }
        return .sum(plus: try reader.texts("plus"), minus: try reader.texts("minus"))
    }

    private static func keyColumn(_ node: YAMLNode, _ schema: TableSchema) throws(SchemaError) -> PartitionKeyColumn {
        let reader = try MappingReader(node, keys: ["name", "day_of", "column"])
        let name = try reader.requiredText("name")
        let day = try reader.text("day_of")
        let column = try reader.text("column")
        return PartitionKeyColumn(name: name, source: day ?? column ?? name, isDayOfSource: day != nil)
    }

    private static func check(_ schema: TableSchema, _ line: Int) throws(SchemaError) {
        let names = schema.columns.map(\.name)
        guard !schema.name.isEmpty, !names.contains("") else { throw SchemaError(message: "a name is empty", line: line) }
        guard !names.isEmpty else { throw SchemaError(message: "a schema needs columns", line: line) }
        guard names.count <= SegmentLayout.columnCountMax else {
            throw SchemaError(message: "\(names.count) columns; a table has at most \(SegmentLayout.columnCountMax)", line: line)
        }
        guard schema.partitionKey.count <= TableSchema.partitionColumnsMax else {
            throw SchemaError(
                message: "\(schema.partitionKey.count) partition columns; a table has at most \(TableSchema.partitionColumnsMax)", line: line)
        }
        guard Set(names.map { folded($0) }).count == names.count else { throw SchemaError(message: "a column is given twice", line: line) }
        for name in schema.clusterKey + schema.partitionKey.map(\.source) where !names.contains(name) {
            throw SchemaError(message: "there is no column '\(name)'", line: line)
        }
        for key in schema.partitionKey {
            guard let source = schema.columns.first(where: { $0.name == key.source }), !source.isNullable else {
                throw SchemaError(message: "the partition column '\(key.source)' must not be nullable", line: line)
            }
            guard !key.isDayOfSource || source.type == .timestamp else {
                throw SchemaError(message: "day_of: '\(key.source)' is no timestamp", line: line)
            }
        }
    }
}

/// Takes a mapping's values by key, strictly.
private struct MappingReader {
    private let entries: [YAMLEntry]
    private let line: Int

    init(_ node: YAMLNode, keys: [String]) throws(SchemaError) {
        guard case .mapping(let entries, let line) = node else {
            throw SchemaError(message: "expected a mapping with \(keys.joined(separator: ", "))", line: node.line)
        }
        for entry in entries where !keys.contains(entry.key) {
            let nearest = NearestName.suffix(entry.key, among: keys)
            throw SchemaError(message: "unknown key '\(entry.key)'\(nearest)", line: entry.keyLine)
        }
        self.entries = entries
        self.line = line
    }

    func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }

    func requiredText(_ key: String) throws(SchemaError) -> String {
        guard let text = try text(key) else { throw SchemaError(message: "'\(key)' is missing", line: line) }
        return text
    }

    func text(_ key: String) throws(SchemaError) -> String? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, _) = node else { throw SchemaError(message: "'\(key)' must be one value", line: node.line) }
        return text
    }

    func items(_ key: String) throws(SchemaError) -> [YAMLNode] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let items, _) = node else { throw SchemaError(message: "'\(key)' must be a list", line: node.line) }
        return items
    }

    func texts(_ key: String) throws(SchemaError) -> [String] {
        var texts: [String] = []
        for item in try items(key) {
            guard case .scalar(let text, _) = item else { throw SchemaError(message: "'\(key)' must be a list of values", line: item.line) }
            texts.append(text)
        }
        return texts
    }

    func flag(_ key: String) throws(SchemaError) -> Bool {
        switch try text(key) {
        case nil, "false": return false
        case "true": return true
        case let other?: throw SchemaError(message: "'\(key)': '\(other)' is neither true nor false", line: line)
        }
    }
}
