import TapeColumns

/// Why a file's header fits no schema, or more than one.
package struct HeaderError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case empty
        /// The nearest schema, the required columns that the header lacks, and names of the header that the schema does not know.
        case noSchema(nearest: String, missing: [String], unknown: [String])
        case severalSchemas([String])
        case duplicateColumn(column: String, names: [String])
    }

    package var kind: Kind
    package var names: [String]
}

/// Which field of a row each column of a schema comes from.
package struct HeaderMap: Hashable, Sendable {
    /// The schema's index among the candidates.
    package var schemaIndex: Int
    /// Per column of the schema, the index of its field; nil where the file lacks the (optional) column.
    package var fieldOfColumn: [Int?]
    package var fieldCount: Int
    /// Names of the header that no column takes.
    package var ignored: [String]

    /// Finds the one schema that a header fits: all required columns are there.
    ///
    /// Names are compared folded, by name and alias. Of several that fit, one that takes more of the header's names wins. A schema of few columns that fits
    /// only because it leaves most names out is not meant, where another lacks less than that: a file of orders without one column is no file of quotes.
    package static func match(_ header: ArraySlice<UInt8>, _ candidates: [TableSchema]) throws(HeaderError) -> HeaderMap {
        let names = HeaderMap.names(header)
        guard names.contains(where: { !$0.isEmpty }) else { throw HeaderError(kind: .empty, names: names) }
        var fits: [HeaderMap] = []
        var contradiction: HeaderError?
        var nearest: (missing: [String], unknown: [String], name: String)?
        for (index, schema) in candidates.enumerated() {
            let map: HeaderMap
            do throws(HeaderError) {
                map = try assign(names, schema, index)
            } catch {
                // Counts only if no other schema fits.
                contradiction = contradiction ?? error
                continue
            }
            let missing = schema.columns.indices.filter { map.fieldOfColumn[$0] == nil && !schema.columns[$0].isOptional }
                .map { schema.columns[$0].name }
            if missing.isEmpty { fits.append(map) }
            if nearest.map({ missing.count + map.ignored.count < $0.missing.count + $0.unknown.count }) ?? true {
                nearest = (missing, map.ignored, schema.name)
            }
        }
        let most = fits.map { $0.fieldOfColumn.count { $0 != nil } }.max() ?? 0
        fits = fits.filter { $0.fieldOfColumn.count { $0 != nil } == most }
        guard let fit = fits.first, nearest.map({ fit.ignored.count <= $0.missing.count + $0.unknown.count }) ?? true else {
            if let contradiction, fits.isEmpty { throw contradiction }
            throw HeaderError(kind: .noSchema(
                nearest: nearest?.name ?? "", missing: nearest?.missing ?? [], unknown: nearest?.unknown ?? []), names: names)
        }
        guard fits.count == 1 else {
            throw HeaderError(kind: .severalSchemas(fits.map { candidates[$0.schemaIndex].name }), names: names)
        }
        return fit
    }

    private static func assign(_ names: [String], _ schema: TableSchema, _ index: Int) throws(HeaderError) -> HeaderMap {
        var map = HeaderMap(
            schemaIndex: index, fieldOfColumn: schema.columns.map { _ in nil }, fieldCount: names.count, ignored: [])
        for (field, name) in names.enumerated() {
            guard let column = schema.columnIndex(named: name) else {
                map.ignored.append(name)
                continue
            }
            if let other = map.fieldOfColumn[column] {
                // The column's own name beats an alias; two of a kind are a contradiction.
                let own = TableSchema.folded(schema.columns[column].name)
                let isOwn = TableSchema.folded(name) == own
                guard isOwn != (TableSchema.folded(names[other]) == own) else {
                    throw HeaderError(kind: .duplicateColumn(column: schema.columns[column].name, names: [names[other], name]), names: names)
                }
                map.ignored.append(isOwn ? names[other] : name)
                if !isOwn { continue }
            }
            map.fieldOfColumn[column] = field
        }
        return map
    }

    /// The names of a header row: without a byte-order mark, blanks and quotes.
    static func names(_ header: ArraySlice<UInt8>) -> [String] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = header.starts(with: mark) ? header.dropFirst(3) : header
        var names: [String] = []
        var start = text.startIndex
        var isQuoted = false
        for index in text.indices {
            if text[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard text[index] == UInt8(ascii: ","), !isQuoted else { continue }
            names.append(name(text[start..<index]))
            start = index + 1
        }
        names.append(name(text[start...]))
        return names
    }

    private static func name(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: FieldParser.content(field) ?? field, as: UTF8.self)
    }
}
