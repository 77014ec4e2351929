import TapeColumns
import TapeIngest

/// The schemas of the market's raw files, built into the program from `schemas/`.
package enum BundledSchemas {
    /// Name and YAML of each.
    package static let texts: [(name: String, text: [UInt8])] = [
        ("orders", PackageResources.orders_yaml), ("trades", PackageResources.trades_yaml),
        ("nbbo", PackageResources.nbbo_yaml), ("sessions", PackageResources.sessions_yaml),
        ("participants", PackageResources.participants_yaml), ("securities", PackageResources.securities_yaml),
    ]

    /// - Throws: never for the files that ship; a test parses them all.
    package static func sources() throws(SchemaError) -> [SchemaSource] {
        var sources: [SchemaSource] = []
        for (_, text) in texts {
            sources.append(SchemaSource(schema: try TableSchema.parse(text), text: String(decoding: text, as: UTF8.self)))
        }
        return sources
    }
}
