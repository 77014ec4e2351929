@testable import TapeMarket

/// A generated market, parsed back from its own CSV by a naive splitter: an independent reader for the tests.
struct GeneratedTables {
    typealias Row = [String: String]

    var orders: [[Row]] = []
    var trades: [[Row]] = []
    var quotes: [[Row]] = []
    var sessions: [[Row]] = []
    var summaries: [MarketGenerator.DateSummary] = []

    init(_ options: GeneratorOptions) throws {
        let generator = try MarketGenerator(options)
        for index in 0..<generator.dateCount {
            let (texts, summary) = GeneratedTables.texts(generator, dateIndex: index)
            orders.append(GeneratedTables.parse(texts[.orders] ?? []))
            trades.append(GeneratedTables.parse(texts[.trades] ?? []))
            quotes.append(GeneratedTables.parse(texts[.nbbo] ?? []))
            sessions.append(GeneratedTables.parse(texts[.sessions] ?? []))
            summaries.append(summary)
        }
    }

    static func texts(
        _ generator: MarketGenerator, dateIndex: Int
    ) -> (texts: [MarketGenerator.DateFile: [UInt8]], summary: MarketGenerator.DateSummary) {
        var texts: [MarketGenerator.DateFile: [UInt8]] = [:]
        let summary = generator.generate(dateIndex: dateIndex) { file, bytes in
            texts[file, default: []] += bytes
        }
        return (texts, summary)
    }

    static func parse(_ bytes: [UInt8]) -> [Row] {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { fields in
            precondition(fields.count == header.count)
            return Row(uniqueKeysWithValues: zip(header, fields))
        }
    }
}

extension [String: String] {
    /// The integer of a column; a mistake in a test's column name reads as the smallest.
    func int(_ name: String) -> Int64 { self[name].flatMap { Int64($0) } ?? .min }
    func text(_ name: String) -> String { self[name] ?? "" }
}
