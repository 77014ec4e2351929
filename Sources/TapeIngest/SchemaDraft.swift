import TapeBytes
import TapeColumns

/// A schema for a CSV file that has none yet: a guess from its header and first rows, for its owner to correct.
package struct SchemaDraft {
    package let schema: TableSchema
    private let path: String
    private let rowCount: Int

    /// What is looked at, in bytes of text behind the header.
    private static let sampleSize = 1 << 20
    /// With more decimals a number is taken for a real one.
    private static let scaleMax = 9

    /// - Throws: `ConvertError`, where the file cannot be read as CSV.
    package init(_ path: String, fileSystem: FileSystem = FileSystem()) throws(ConvertError) {
        self.path = path
        let names = try SourceFile.headerNames(path, fileSystem)
        let texts = TableSchema(name: "draft", columns: names.map { ColumnSchema(name: $0, type: .string, isNullable: true) })
        var options = ConvertOptions()
        options.chunkSize = SchemaDraft.sampleSize
        let converter = Converter(
            storePath: "", schemas: [SchemaSource(schema: texts, text: "")], dayRule: DayRule(name: "") { _ in .init(day: 0, start: .min, end: .max) },
            options: options, fileSystem: fileSystem)
        var file = try SourceFile(path, converter)
        var parser = file.parser
        var buffer: [UInt8] = []
        let parsed = try file.nextChunk(reusing: &buffer).map { parser.parse($0) } ?? ParsedChunk()
        rowCount = parsed.rowCount
        let columns = names.indices.filter { !names[$0].isEmpty }.map { index in
            let column = parsed.columns.indices.contains(index) ? parsed.columns[index] : ParsedChunk.Column()
            return SchemaDraft.column(names[index], column.texts.filter { !$0.isEmpty }, isNullable: !column.nullRows.isEmpty || column.texts.isEmpty)
        }
        let time = columns.first { $0.type == .timestamp && !$0.isNullable }
        let fileName = path.split(separator: "/").last.map(String.init) ?? ""
        let tableName = SchemaDraft.snakeCase(String(fileName.prefix { $0 != "." })).filter { !$0.isNumber }
        schema = TableSchema(
            name: tableName.split(separator: "_").joined(separator: "_"), columns: columns,
            partitionKey: time.map { [PartitionKeyColumn(name: "date", source: $0.name, isDayOfSource: true)] } ?? [],
            clusterKey: time.map { [$0.name] } ?? [])
    }

    /// The schema as YAML, with what its owner should look at.
    package var text: String {
        """
        # A draft from the header and the first \(rowCount) rows of \(path.filter { !$0.isNewline }).
        # Look at the name, the types, and the nulls of rows to come. To `partition` add columns whose values part the rows further, such as
        # {name: security_code}; to `cluster` what orders rows of one time. `role: identifier` is for numbers that are never summed.

        """ + schema.text
    }

    private static func column(_ header: String, _ texts: [[UInt8]], isNullable: Bool) -> ColumnSchema {
        let name = snakeCase(header)
        let (folded, sentinel) = (TableSchema.folded(name), Array(String(Int64.min).utf8))
        let hasSentinel = texts.contains(sentinel)
        let type = type(of: texts.filter { $0 != sentinel }, isTime: folded.hasSuffix("time") || folded.hasSuffix("timestamp"))
        // Names that differ from the header's by more than case and underscores need it as an alias.
        let aliases = folded == TableSchema.folded(header) ? [] : [header]
        return ColumnSchema(
            name: name, aliases: aliases, type: type, isNullable: isNullable || hasSentinel, nullSpellings: hasSentinel ? [String(Int64.min)] : [],
            role: isIdentifier(folded, type) ? .identifier : .measure)
    }

    /// The first type that takes all texts exactly. Integers are as wide as can be: the first rows do not show the largest.
    private static func type(of texts: [[UInt8]], isTime: Bool) -> ColumnType {
        guard !texts.isEmpty, !texts.contains(where: hasLeadingZero) else { return .string }
        let scale = texts.map { $0.split(separator: UInt8(ascii: "."), maxSplits: 1).dropFirst().first?.count ?? 0 }.max() ?? 0
        let exact: [ColumnType] = scale == 0 || scale > scaleMax ? [.int64, .uint64] : [.int64, .decimal(scale: scale)]
        guard let type = (exact + [.date, .float64, .bool]).first(where: { takes($0, texts) }) else { return .string }
        return type == .int64 && isTime && texts.allSatisfy(isNanoseconds) ? .timestamp : type
    }

    /// As codes have, which a number would lose.
    private static func hasLeadingZero(_ text: [UInt8]) -> Bool {
        text.count > 1 && text[0] == UInt8(ascii: "0") && (48...57).contains(text[1])
    }

    private static func takes(_ type: ColumnType, _ texts: [[UInt8]]) -> Bool {
        let parser = FieldParser(ColumnSchema(name: "", type: type))
        return texts.allSatisfy { if case .word = parser.parse($0[...]) { true } else { false } }
    }

    /// Whether a number is a time of this century, in nanoseconds since 1970.
    private static func isNanoseconds(_ text: [UInt8]) -> Bool {
        Int64(String(decoding: text, as: UTF8.self)).map { (946_684_800_000_000_000..<4_102_444_800_000_000_000).contains($0) } ?? false
    }

    private static func isIdentifier(_ folded: String, _ type: ColumnType) -> Bool {
        guard type == .int64 || type == .uint64 else { return false }
        return !folded.hasSuffix("bid") && ["id", "code", "key", "number", "num", "sequence"].contains { folded.hasSuffix($0) }
    }

    /// `ParticipantId` and `participant id` as `participant_id`.
    private static func snakeCase(_ name: String) -> String {
        var result = ""
        var isBehindLower = false
        for character in name {
            guard character.isLetter || character.isNumber else {
                if !result.hasSuffix("_") { result += "_" }
                isBehindLower = false
                continue
            }
            if character.isUppercase, isBehindLower { result += "_" }
            isBehindLower = character.isLowercase || character.isNumber
            result += character.lowercased()
        }
        return result
    }
}
