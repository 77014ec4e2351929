import TapeBytes
import TapeColumns

extension Catalog {
    /// The catalog's rows as columns. The key's parts are a number or a text each; the unused ones are null.
    struct Columns: Sendable {
        static let schema: [ColumnSchema] = [
            ColumnSchema(name: "table", type: .string),
            ColumnSchema(name: "key_1", type: .int64, isNullable: true),
            ColumnSchema(name: "key_1_text", type: .string, isNullable: true),
            ColumnSchema(name: "key_2", type: .int64, isNullable: true),
            ColumnSchema(name: "key_2_text", type: .string, isNullable: true),
            ColumnSchema(name: "generation", type: .int64),
            ColumnSchema(name: "part", type: .int64),
            ColumnSchema(name: "rows", type: .int64),
            ColumnSchema(name: "bytes", type: .int64),
            ColumnSchema(name: "checksum", type: .int64, role: .identifier),
            ColumnSchema(name: "cluster_min", type: .int64),
            ColumnSchema(name: "cluster_max", type: .int64),
            ColumnSchema(name: "sources", type: .string),
            ColumnSchema(name: "pack", type: .int64),
            ColumnSchema(name: "offset", type: .int64),
            ColumnSchema(name: "first_zone", type: .int64),
        ]

        /// The columns, in the schema's order.
        private enum Field: Int {
            case table, key1, key1Text, key2, key2Text, generation, part, rows, bytes, checksum, clusterMin, clusterMax, sources, pack, offset, firstZone

            /// The number and the text of a part of the key.
            static func key(_ part: Int) -> (number: Field, text: Field) { part == 0 ? (.key1, .key1Text) : (.key2, .key2Text) }
        }

        /// Columns that the first catalogs did not have: 0 there.
        private static let added: Set<String> = ["pack", "offset", "first_zone"]

        let vectors: [ColumnVector]
        let dictionaries: [[String]]
        /// By table: its folder, and the types of its key's parts.
        private let places: [(folder: [UInt8], keyTypes: [ColumnType])]

        var count: Int { self[.table].count }
        var tables: [String] { dictionaries[Field.table.rawValue] }

        private subscript(field: Field) -> ColumnVector { vectors[field.rawValue] }
        private func word(_ field: Field, _ row: Int) -> Int64 { vectors[field.rawValue].words[row] }
        private func number(_ field: Field, _ row: Int) -> Int { Int(word(field, row)) }
        private func wordUnlessNull(_ field: Field, _ row: Int) -> Int64? { vectors[field.rawValue][row] }

        /// The text of a row; nil for null.
        private func text(_ field: Field, _ row: Int) -> String? { wordUnlessNull(field, row).map { dictionaries[field.rawValue][Int($0)] } }

        init(_ entries: [SegmentEntry], _ keyColumns: [String: [KeyColumn]]) {
            var table = StringColumn(), text1 = StringColumn(), text2 = StringColumn(), sources = StringColumn()
            var key1: [Int64?] = [], key2: [Int64?] = []
            precondition(entries.allSatisfy { $0.key.parts.count <= TableSchema.partitionColumnsMax }, "the catalog has two key columns")
            for entry in entries {
                table.append(entry.table)
                Columns.append(entry.key, 0, &key1, &text1)
                Columns.append(entry.key, 1, &key2, &text2)
                sources.append(entry.sources.map(String.init).joined(separator: ","))
            }
            func numbers(_ value: (SegmentEntry) -> Int64) -> ColumnVector { ColumnVector(words: entries.map(value)) }
            vectors = [
                table.vector, ColumnVector(key1), text1.vector, ColumnVector(key2), text2.vector,
                numbers { Int64($0.generation) }, numbers { Int64($0.part) }, numbers { Int64($0.rowCount) },
                numbers { Int64($0.sizeInBytes) }, numbers { Int64($0.checksum) },
                numbers { $0.clusterMin }, numbers { $0.clusterMax }, sources.vector,
                numbers { Int64($0.pack) }, numbers { Int64($0.offset) }, numbers { Int64($0.firstZone) },
            ]
            dictionaries = [table.strings, [], text1.strings, [], text2.strings, [], [], [], [], [], [], [], sources.strings, [], [], []]
            places = Columns.places(table.strings, keyColumns)
        }

        private static func places(_ tables: [String], _ keyColumns: [String: [KeyColumn]]) -> [(folder: [UInt8], keyTypes: [ColumnType])] {
            tables.map { (Array(PathComponent.encode($0).utf8), (keyColumns[$0] ?? []).map(\.type)) }
        }

        private static func append(
            _ key: PartitionKey, _ part: Int, _ numbers: inout [Int64?], _ texts: inout StringColumn
        ) {
            switch part < key.parts.count ? key.parts[part] : nil {
            case .word(let word):
                numbers.append(word)
                texts.append(nil)
            case .text(let text):
                numbers.append(nil)
                texts.append(text)
            case nil:
                numbers.append(nil)
                texts.append(nil)
            }
        }

        init(_ reader: SegmentReader, _ keyColumns: [String: [KeyColumn]]) throws {
            var cache = ColumnCache(reader)
            var vectors: [ColumnVector] = []
            var dictionaries: [[String]] = []
            for column in Columns.schema {
                if reader.columnIndex(column.name) == nil, Columns.added.contains(column.name) {
                    vectors.append(ColumnVector(words: [Int64](repeating: 0, count: reader.rowCount)))
                    dictionaries.append([])
                    continue
                }
                guard let index = reader.columnIndex(column.name), try reader.descriptor(index).type == column.type else {
                    throw SegmentError(.malformed(expected: "a catalog's column"), column: column.name)
                }
                let vector = try cache.vector(index)
                let strings = try reader.strings(index)
                if column.type == .string, !Columns.areCodes(vector, of: strings) {
                    throw SegmentError(.malformed(expected: "codes of the dictionary"), column: column.name)
                }
                vectors.append(vector)
                dictionaries.append(strings)
            }
            guard vectors[Field.table.rawValue].nulls == nil else { throw SegmentError(.malformed(expected: "a table's name"), column: Columns.schema[Field.table.rawValue].name) }
            (self.vectors, self.dictionaries) = (vectors, dictionaries)
            places = Columns.places(dictionaries[0], keyColumns)
        }

        /// Whether all words that are not null index the strings.
        private static func areCodes(_ vector: ColumnVector, of strings: [String]) -> Bool {
            guard let nulls = vector.nulls else {
                let (low, high, _) = Words.summary(vector.words.span, 0..<vector.count)
                return vector.count == 0 || (low >= 0 && high < Int64(strings.count))
            }
            return (0..<vector.count).allSatisfy { nulls[$0] || strings.indices.contains(Int(vector.words[$0])) }
        }

        /// The rows of a table, which lie together.
        func rows(of table: String) -> Range<Int> {
            guard let code = tables.firstIndex(of: table).map(Int64.init) else { return 0..<0 }
            let codes = self[.table].words
            guard let first = codes.firstIndex(of: code) else { return 0..<0 }
            let end = codes[first...].firstIndex { $0 != code } ?? codes.count
            return first..<end
        }

        func keyPart(_ part: Int, _ rows: Range<Int>) -> (words: ColumnVector, texts: ColumnVector, dictionary: [String]) {
            let (number, text) = Field.key(part)
            return (self[number].slice(rows), self[text].slice(rows), dictionaries[text.rawValue])
        }

        func table(_ row: Int) -> String { tables[number(.table, row)] }

        func identity(_ row: Int) -> (checksum: UInt32, rowCount: Int) {
            (UInt32(truncatingIfNeeded: word(.checksum, row)), number(.rows, row))
        }

        func part(_ row: Int) -> (pack: PackName?, offset: Int, sizeInBytes: Int) {
            let pack = number(.pack, row)
            guard pack > 0 else { return (nil, 0, number(.bytes, row)) }
            return (PackName(generation: generation(row), number: pack), number(.offset, row), number(.bytes, row))
        }

        func generation(_ row: Int) -> Int { number(.generation, row) }
        func firstZone(_ row: Int) -> Int { number(.firstZone, row) }
        func firstZones(_ rows: Range<Int>) -> [(generation: Int, row: Int)] { rows.map { (generation($0), firstZone($0) &- 1) } }

        /// - Parameter folder: that of the store, or nothing; ends in `/` or is empty.
        func path(_ row: Int, in folder: [UInt8]) -> String {
            let pack = number(.pack, row)
            var path: [UInt8] = []
            path.reserveCapacity(folder.count + 64)
            path += folder
            guard pack == 0 else {
                path += SegmentEntry.packPath(generation: generation(row), pack).utf8
                return String(decoding: path, as: UTF8.self)
            }
            let table = number(.table, row)
            path += places[table].folder
            var partCount = 0
            for part in places[table].keyTypes.indices.prefix(2) {
                let key = Field.key(part)
                if let word = wordUnlessNull(key.number, row) {
                    path.append(UInt8(ascii: "/"))
                    PartitionKey.append(word, places[table].keyTypes[part], to: &path)
                } else if let text = text(key.text, row) {
                    path.append(UInt8(ascii: "/"))
                    path += PathComponent.encode(text).utf8
                } else {
                    break
                }
                partCount += 1
            }
            if partCount == 0 { path += "/all".utf8 }
            path.append(UInt8(ascii: "."))
            PartitionKey.append(word(.generation, row), .int64, to: &path)
            let part = word(.part, row)
            if part > 0 {
                path.append(UInt8(ascii: "-"))
                PartitionKey.append(part, .int64, to: &path)
            }
            path += ".seg".utf8
            return String(decoding: path, as: UTF8.self)
        }

        func checksums(_ rows: Range<Int>) -> ArraySlice<Int64> { self[.checksum].words[rows] }
        func rowCounts(_ rows: Range<Int>) -> ArraySlice<Int64> { self[.rows].words[rows] }
        func sizesInBytes(_ rows: Range<Int>) -> ArraySlice<Int64> { self[.bytes].words[rows] }

        func entry(_ row: Int) -> SegmentEntry {
            var parts: [PartitionKey.Part] = []
            for key in [Field.key(0), Field.key(1)] {
                if let word = wordUnlessNull(key.number, row) {
                    parts.append(.word(word))
                } else if let text = text(key.text, row) {
                    parts.append(.text(text))
                }
            }
            let sources = text(.sources, row) ?? ""
            var entry = SegmentEntry(
                table: table(row), key: PartitionKey(parts), generation: generation(row), part: number(.part, row), rowCount: number(.rows, row),
                sizeInBytes: number(.bytes, row), checksum: identity(row).checksum, clusterMin: word(.clusterMin, row), clusterMax: word(.clusterMax, row),
                sources: sources.split(separator: ",").compactMap { Int($0) })
            (entry.pack, entry.offset) = (number(.pack, row), number(.offset, row))
            entry.firstZone = firstZone(row)
            return entry
        }
    }
}

/// Gathers a string column: the words, and the strings in order of first appearance.
package struct StringColumn: Sendable {
    private var codes: [Int64?] = []
    private var codeOfString: [TextOrder: Int64] = [:]
    package private(set) var strings: [String] = []

    package init() {}

    package mutating func append(_ string: String?) {
        guard let string else { return codes.append(nil) }
        let code = codeOfString[TextOrder(string)] ?? Int64(strings.count)
        if Int(code) == strings.count {
            strings.append(string)
            codeOfString[TextOrder(string)] = code
        }
        codes.append(code)
    }

    package var vector: ColumnVector { ColumnVector(codes) }
}
