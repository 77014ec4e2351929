import ArgumentParser
struct AnalyzeCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "analyze"); mutating func run() throws {} }
struct QueryCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "query"); mutating func run() throws {} }
