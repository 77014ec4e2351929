import TapeAnalysis
import TapeBytes
import TapeColumns
import TapeIngest

/// The settings of a run: the defaults, over them a file in YAML, over both the command line.
///
/// The file is checked strictly: an unknown key, a value of the wrong kind, and a setting that this version does not have are errors.
/// `ConfigurationKeys.swift` lists the keys; it reads and prints each in one place.
struct Configuration {
    /// One worker, whatever `workers` says.
    var isSequential = false
    /// Nil for the processors that the process may use.
    var workers: Int?
    /// In bytes of text; a multiple of 1 MiB where a file sets it.
    var chunkSize = ConvertOptions().chunkSize
    /// What a convert may take, in bytes: a quarter of the machine's, at most 4 GiB.
    var memory = max(ByteSize.memoryRange.lowerBound, min(4 << 30, Machine.memoryInBytes / 4))
    /// Where a convert sets rows aside; nil for the store's folder.
    var temporaryPath: String?
    var selection = Selection()
    /// Nil for the store's own rule, and for session in a new store.
    var tradingDay: String?
    /// Without participants and hours, which are the selection's.
    var analysis = AnalysisSettings()
    /// The folder of the results tree; nil for none.
    var resultsPath: String?
    /// Whether the large files of the results tree are gzip.
    var isCompressed = true
    /// The aggregates of the results tree.
    var groupings = Set(Grouping.allCases)
    /// A line per file and per job.
    var isDetailed = false

    var workerCount: Int { isSequential ? 1 : workers ?? Machine.coreCount }

    /// What the analysis gets: its settings with the selected participants and hours.
    var analysisSettings: AnalysisSettings {
        var settings = analysis
        settings.participants = selection.participants
        settings.hours = selection.hours
        return settings
    }
}

/// What is wrong at one place of a configuration.
struct ConfigurationProblem: Error, Hashable {
    var message: String
    /// From 1 on.
    var line: Int
}

/// All that is wrong with a configuration, by line.
struct ConfigurationError: Error, Hashable {
    var problems: [ConfigurationProblem]
}

extension Configuration {
    /// Takes a file's text over the defaults. Throws every problem of the file at once.
    init(parsing text: [UInt8]) throws(ConfigurationError) {
        self.init()
        let root: YAMLNode
        do {
            root = try YAMLNode.parse(text)
        } catch {
            throw ConfigurationError(problems: [ConfigurationProblem(message: error.message, line: error.line)])
        }
        var problems: [ConfigurationProblem] = []
        let sections = ConfigurationSection.all
        for entry in Configuration.entries(root, known: sections.map(\.name), &problems) {
            guard let section = sections.first(where: { $0.name == entry.key }) else { continue }
            for entry in Configuration.entries(entry.value, known: section.keys.map(\.name), within: section.name, &problems) {
                guard let key = section.keys.first(where: { $0.name == entry.key }) else { continue }
                do throws(ConfigurationProblem) {
                    try key.read(entry.value, &self)
                } catch {
                    problems.append(ConfigurationProblem(message: "\(section.name).\(key.name): \(error.message)", line: error.line))
                }
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems: problems.sorted { $0.line < $1.line }) }
    }

    /// The entries of a mapping that have known keys; the others become problems. Nothing at all counts as an empty mapping, so that all
    /// keys of a section can be commented out.
    static func entries(
        _ node: YAMLNode, known: [String], within section: String? = nil, _ problems: inout [ConfigurationProblem]
    ) -> [YAMLEntry] {
        let place = section.map { " in '\($0)'" } ?? ""
        switch node {
        case .scalar("", _): return []
        case .scalar(_, let line), .sequence(_, let line):
            problems.append(ConfigurationProblem(message: "expected keys\(place): \(known.joined(separator: ", "))", line: line))
            return []
        case .mapping(let entries, _):
            for entry in entries where !known.contains(entry.key) {
                let nearest = NearestName.suffix(entry.key, among: known)
                problems.append(ConfigurationProblem(message: "unknown key '\(entry.key)'\(place)\(nearest)", line: entry.keyLine))
            }
            return entries.filter { known.contains($0.key) }
        }
    }

    /// The settings as a file that gives the same settings.
    var text: String {
        var text = ""
        for section in ConfigurationSection.all {
            text += "\(section.name):\n"
            for key in section.keys {
                if let value = key.text(self) { text += "  \(key.name): \(value)\n" }
            }
        }
        return text
    }
}
