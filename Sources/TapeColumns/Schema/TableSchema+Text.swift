extension TableSchema {
    /// The schema as a file that `parse` reads as the same schema.
    package var text: String {
        var lines = ["name: \(TableSchema.quoted(name))"]
        lines.append("partition: [\(partitionKey.map(\.text).joined(separator: ", "))]")
        lines.append("cluster: \(TableSchema.list(clusterKey))")
        lines.append("columns:")
        return (lines + columns.map { "  - \($0.text)" }).joined(separator: "\n") + "\n"
    }

    fileprivate static func list(_ texts: [String]) -> String { "[\(texts.map(quoted).joined(separator: ", "))]" }

    /// A double-quoted scalar of YAML, or the plain text where it is a word.
    fileprivate static func quoted(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x5F } && !text.isEmpty
        guard !isWord else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                quoted += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension PartitionKeyColumn {
    fileprivate var text: String {
        "{name: \(TableSchema.quoted(name)), \(isDayOfSource ? "day_of" : "column"): \(TableSchema.quoted(source))}"
    }
}

extension ColumnSchema {
    fileprivate var text: String {
        var members = ["name: \(TableSchema.quoted(name))", "type: \(type.name)"]
        if !aliases.isEmpty { members.append("aliases: \(TableSchema.list(aliases))") }
        if isNullable { members.append("nullable: true") }
        if !nullSpellings.isEmpty { members.append("null: \(TableSchema.list(nullSpellings))") }
        if isOptional { members.append("optional: true") }
        if isPosition { members.append("default: position") }
        if role != .measure { members.append("role: \(role.rawValue)") }
        if !unit.isEmpty { members.append("unit: \(TableSchema.quoted(unit))") }
        switch derivation {
        case .sum(let plus, let minus)?: members.append("derive: {plus: \(TableSchema.list(plus)), minus: \(TableSchema.list(minus))}")
        case .function(let argument)?: members.append("derive: {function_of: \(TableSchema.quoted(argument))}")
        case nil: break
        }
        return "{\(members.joined(separator: ", "))}"
    }
}
