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

        /// Columns that the first catalogs did not have: 0 there.
        private static let added: Set<String> = ["pack", "offset", "first_zone"]

        let vectors: [ColumnVector]
        let dictionaries: [[String]]
        /// By table: its folder, and the types of its key's parts.
        private let places: [(folder: [UInt8], keyTypes: [ColumnType])]

        var count: Int { vectors[0].count }
        var tables: [String] { dictionaries[0] }

        init(_ entries: [SegmentEntry], _ keyColumns: [String: [KeyColumn]]) {
            var table = StringColumn(), text1 = StringColumn(), text2 = StringColumn(), sources = StringColumn()
            var key1: [Int64?] = [], key2: [Int64?] = []
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
            guard vectors[0].nulls == nil else { throw SegmentError(.malformed(expected: "a table's name"), column: Columns.schema[0].name) }
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
            guard let code = dictionaries[0].firstIndex(of: table).map(Int64.init) else { return 0..<0 }
            let codes = vectors[0].words
            guard let first = codes.firstIndex(of: code) else { return 0..<0 }
            let end = codes[first...].firstIndex { $0 != code } ?? codes.count
            return first..<end
        }

        func keyPart(_ part: Int, _ rows: Range<Int>) -> (words: ColumnVector, texts: ColumnVector, dictionary: [String]) {
            (vectors[2 * part + 1].slice(rows), vectors[2 * part + 2].slice(rows), dictionaries[2 * part + 2])
        }

        func table(_ row: Int) -> String { dictionaries[0][Int(vectors[0].words[row])] }

        func identity(_ row: Int) -> (checksum: UInt32, rowCount: Int) {
            (UInt32(truncatingIfNeeded: vectors[9].words[row]), Int(vectors[7].words[row]))
        }

        func part(_ row: Int) -> (offset: Int, sizeInBytes: Int) {
            (vectors[13].words[row] > 0 ? Int(vectors[14].words[row]) : 0, Int(vectors[8].words[row]))
        }

        func generation(_ row: Int) -> Int { Int(vectors[5].words[row]) }
        func firstZone(_ row: Int) -> Int { Int(vectors[15].words[row]) }
        func firstZones(_ rows: Range<Int>) -> [(generation: Int, row: Int)] { rows.map { (generation($0), firstZone($0) &- 1) } }

        /// - Parameter folder: that of the store, or nothing; ends in `/` or is empty.
        func path(_ row: Int, in folder: [UInt8]) -> String {
            let pack = Int(vectors[13].words[row])
            var path: [UInt8] = []
            path.reserveCapacity(folder.count + 64)
            path += folder
            guard pack == 0 else {
                path += SegmentEntry.packPath(generation: generation(row), pack).utf8
                return String(decoding: path, as: UTF8.self)
            }
            let table = Int(vectors[0].words[row])
            path += places[table].folder
            var partCount = 0
            for part in places[table].keyTypes.indices.prefix(2) {
                let column = 2 * part + 1
                if let word = vectors[column][row] {
                    path.append(UInt8(ascii: "/"))
                    PartitionKey.append(word, places[table].keyTypes[part], to: &path)
                } else if let code = vectors[column + 1][row] {
                    path.append(UInt8(ascii: "/"))
                    path += PathComponent.encode(dictionaries[column + 1][Int(code)]).utf8
                } else {
                    break
                }
                partCount += 1
            }
            if partCount == 0 { path += "/all".utf8 }
            path.append(UInt8(ascii: "."))
            PartitionKey.append(vectors[5].words[row], .int64, to: &path)
            let part = vectors[6].words[row]
            if part > 0 {
                path.append(UInt8(ascii: "-"))
                PartitionKey.append(part, .int64, to: &path)
            }
            path += ".seg".utf8
            return String(decoding: path, as: UTF8.self)
        }

        func checksums(_ rows: Range<Int>) -> ArraySlice<Int64> { vectors[9].words[rows] }
        func rowCounts(_ rows: Range<Int>) -> ArraySlice<Int64> { vectors[7].words[rows] }
        func sizesInBytes(_ rows: Range<Int>) -> ArraySlice<Int64> { vectors[8].words[rows] }

        func entry(_ row: Int) -> SegmentEntry {
            var parts: [PartitionKey.Part] = []
            for column in [1, 3] {
                if let word = vectors[column][row] {
                    parts.append(.word(word))
                } else if let code = vectors[column + 1][row] {
                    parts.append(.text(dictionaries[column + 1][Int(code)]))
                }
            }
            func number(_ column: Int) -> Int { Int(vectors[column].words[row]) }
            let sources = vectors[12][row].map { dictionaries[12][Int($0)] } ?? ""
            var entry = SegmentEntry(
                table: table(row), key: PartitionKey(parts),
                generation: number(5), part: number(6), rowCount: number(7), sizeInBytes: number(8),
                checksum: UInt32(truncatingIfNeeded: number(9)), clusterMin: vectors[10].words[row],
                clusterMax: vectors[11].words[row], sources: sources.split(separator: ",").compactMap { Int($0) })
            (entry.pack, entry.offset) = (number(13), number(14))
            entry.firstZone = firstZone(row)
            return entry
        }
    }
}

/// Gathers a string column: the words, and the strings in order of first appearance.
package struct StringColumn: Sendable {
    private var codes: [Int64?] = []
    private var codeOfString: [String: Int64] = [:]
    package private(set) var strings: [String] = []

    package init() {}

    package mutating func append(_ string: String?) {
        guard let string else { return codes.append(nil) }
        let code = codeOfString[string] ?? Int64(strings.count)
        if Int(code) == strings.count {
            strings.append(string)
            codeOfString[string] = code
        }
        codes.append(code)
    }

    package var vector: ColumnVector { ColumnVector(codes) }
}
