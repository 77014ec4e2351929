/// What makes the analysis of a partition fail.
package enum AnalysisError: Error, Hashable, Sendable {
    /// A sum that does not fit in 64 bits; the text names it.
    case overflow(String)
    /// A column that the analysis needs and the table lacks.
    case missingColumn(table: String, column: String)
    /// The replay is to use the quotes of the table `nbbo`, and the partition has none.
    case quotesMissing
    /// The replay is to use the sessions of the table `sessions`, and the partition has none.
    case sessionsMissing
    /// The replay is to use the quotes of the table `nbbo`, and they hold too few trades within their spreads; both in percent.
    case quotesContradictTape(coverage: Int, coverageMin: Int)
    /// It was asked to stop.
    case stopped
    /// Two shards, by name, whose results were made with different settings or by different programs.
    case differentShards(String, String)
}
