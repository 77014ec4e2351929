import ArgumentParser
import TapeColumns

/// The program's name, its version and its commands.
struct TapedeckCommand: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tapedeck",
        abstract: "Exchange order and trade data: raw CSV once into a columnar store, answers at once from then on.",
        version: "tapedeck \(version) (store format: reads 1, writes \(SegmentLayout.formatVersion))",
        subcommands: [
            GenerateCommand.self, ConvertCommand.self, AnalyzeCommand.self, QueryCommand.self,
            InspectCommand.self, VerifyCommand.self, SchemaCommand.self,
        ])
}
