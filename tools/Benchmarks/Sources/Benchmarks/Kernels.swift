import TapeBytes
import TapeColumns
import TapeIngest

/// The kernels one by one, beside roofs: what the machine does at best.
extension Measurements {
    mutating func measureRoofs(_ text: [UInt8]) {
        var copy = text
        measure("roof: copy memory", text.count, "bytes") {
            for index in copy.indices.prefix(1) { copy[index] = 0 }
            copy.replaceSubrange(0..<copy.count, with: text)
            return copy[copy.count - 1]
        }
        measure("roof: count line feeds", text.count, "bytes") { TextKernels.lineFeedCount(text, 0..<text.count) }
    }

    mutating func measureText(_ text: [UInt8]) throws {
        var structure = TextStructure()
        TextKernels.structure(text.span, 0..<text.count, into: &structure)
        measure("CSV: find fields and records", text.count, "bytes") {
            TextKernels.structure(text.span, 0..<text.count, into: &structure)
            return structure.count
        }
        measure("CSV: the same, portable", text.count, "bytes") {
            TextKernels.structure(text.span, 0..<text.count, into: &structure, isPortable: true)
            return structure.count
        }
        let fieldCount = structure.count / max(1, structure.recordCount)
        for (field, name) in [(5, "1 digit"), (4, "5 digits"), (0, "19 digits")] where field < fieldCount {
            measureField(text, structure, fieldCount, field, name)
        }
        try measureParser(text, fieldCount)
    }

    private mutating func measureField(_ text: [UInt8], _ structure: TextStructure, _ fieldCount: Int, _ field: Int, _ name: String) {
        let rows = (0..<Int32(structure.recordCount)).map { $0 * Int32(fieldCount) }
        var words = [Int64](repeating: 0, count: rows.count)
        for isPortable in [false, true] {
            measure("CSV: integers of \(name)\(isPortable ? ", portable" : "")", rows.count, "fields") {
                var extremes = (low: Int64.max, high: Int64.min)
                var span = words.mutableSpan
                return TextKernels.parseIntegers(
                    text.span, 0..<text.count, structure.positions.span, rows: rows.span, field: field, into: &span, at: 0, extremes: &extremes,
                    isPortable: isPortable)
            }
        }
    }

    private mutating func measureParser(_ text: [UInt8], _ fieldCount: Int) throws {
        let columns = (0..<fieldCount).map { index in
            ColumnSchema(name: "c\(index)", type: index == fieldCount - 3 ? .string : .int64, isNullable: true)
        }
        let schema = TableSchema(name: "sample", columns: columns)
        let header = Array(columns.map(\.name).joined(separator: ",").utf8)
        var parser = CSVChunkParser(schema, try HeaderMap.match(header[...], [schema]))
        var parsed = ParsedChunk()
        let chunk = SourceChunk(bytes: text, range: 0..<text.count, firstByte: 0, hasQuotes: false)
        measure("CSV: text to typed columns", text.count, "bytes", note: "\(text.count / max(1, text.lineFeedCount)) bytes a row") {
            parser.parse(chunk, into: &parsed)
            return parsed.rowCount
        }
    }

    mutating func measureEncodings() throws {
        for (name, words) in SampleData.shapes {
            let schema = [ColumnSchema(name: "a", type: .int64)]
            func image() -> SegmentImage {
                var writer = SegmentWriter(columns: schema)
                writer.appendAll([ColumnVector(words: words)])
                return writer.finish()
            }
            let bytes = image().bytes
            let reader = try SegmentReader(bytes)
            let blocks = try reader.descriptor(0).blocks
            let note = "\(blocks[0].tag.name)\(blocks[0].isCompressed ? " + LZ4" : ""), \(rounded(Double(bytes.count * 8) / Double(words.count))) bits each"
            measure("encode: \(name)", words.count, "values", note: note) { image() }
            try measure("decode: \(name)", words.count, "values", note: note) { try reader.vector(0) }
        }
    }

    mutating func measureBits() throws {
        var words = [Int64](repeating: 0, count: SampleData.rowCount)
        for width in [1, 2, 5, 8, 12, 17, 24, 32, 48, 63] {
            let mask = Int64(bitPattern: (1 << UInt64(width)) - 1)
            let values = SampleData.shapes.last.map { $0.words.map { $0 & mask } } ?? []
            var packed: [UInt8] = []
            BitPacking.pack(values.span, 0..<values.count, base: 0, width: width, to: &packed)
            try measure("unpack \(width) bits", words.count, "values") {
                var offset = 0
                var span = words.mutableSpan
                try BitPacking.unpack(packed.span, offset: &offset, count: SampleData.rowCount, width: width, base: 0, into: &span, at: 0)
            }
            measure("pack \(width) bits", words.count, "values") {
                packed.removeAll(keepingCapacity: true)
                BitPacking.pack(values.span, 0..<values.count, base: 0, width: width, to: &packed)
            }
        }
    }

    mutating func measureBytes(_ text: [UInt8]) throws {
        measure("CRC-32C", text.count, "bytes") { Checksum.crc32c(text.span) }
        measure("content hash", text.count, "bytes") { Checksum.contentHash(text.span, previous: 0) }
        guard let compressed = LZ4.compress(text, sizeMax: text.count) else { return }
        let note = "text, to \(compressed.count * 100 / text.count) %"
        measure("LZ4 compress", text.count, "bytes", note: note) { LZ4.compress(text, sizeMax: text.count) }
        try measure("LZ4 decompress", text.count, "bytes", note: note) {
            try LZ4.decompress(compressed.span, 0..<compressed.count, size: text.count)
        }
    }
}

extension [UInt8] {
    fileprivate var lineFeedCount: Int { TextKernels.lineFeedCount(self, 0..<count) }
}
