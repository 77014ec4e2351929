import TapeAnalysis

extension ConfigurationSection {
    static let analysis = ConfigurationSection(name: "analysis", keys: [
        .named("sweeps", \.chosenSweeps, or: \.sweeps),
        .flag("include_booked", \.includeBooked),
        .named("arrival", \.arrival),
        ConfigurationKey("crossed") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.acceptCrossed = try node.choice(["null", "accept"]) == "accept"
        } text: { $0.analysis.acceptCrossed ? "accept" : "null" },
        .named("time_key", \.timeKey),
        ConfigurationKey("realised_spread_horizon_s") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.horizonInNanoseconds = try node.decimal(decimals: 9, max: 86_400)
        } text: { YAMLText.decimal($0.analysis.horizonInNanoseconds, decimals: 9) },
        ConfigurationKey("nbbo_min_coverage_percent") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.coverageMinInPercent = Int64(try node.integer(in: 0...100))
        } text: { String($0.analysis.coverageMinInPercent) },
    ])

    static let simulation = ConfigurationSection(name: "simulation", keys: [
        ConfigurationKey("dark_pool_scenarios") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.scenarios = try node.scenarios()
        } text: { YAMLText.list($0.analysis.scenarios.sorted().map(\.rawValue)) },
        ConfigurationKey("groups") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.groups = try node.set { (item) throws(ConfigurationProblem) in try item.integer(in: 1...3) }
        } text: { YAMLText.list($0.analysis.groups.sorted().map(String.init)) },
        .named("benchmark", \.benchmark),
        ConfigurationKey("dark_fraction") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.darkPartsPerMillion = try node.decimal(decimals: 6, max: 1)
        } text: { YAMLText.decimal($0.analysis.darkPartsPerMillion, decimals: 6) },
        // A percent of four decimals is a count of parts per million.
        ConfigurationKey("price_impact_percent") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.impact = .partsPerMillion(try node.decimal(decimals: 4, max: 100))
        } text: { settings in
            guard case .partsPerMillion(let parts) = settings.analysis.impact else { return nil }
            return YAMLText.decimal(parts, decimals: 4)
        },
        ConfigurationKey("price_impact_ticks") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.impact = .ticks(Int64(try node.integer(in: 0...1000)))
        } text: { settings in
            guard case .ticks(let count) = settings.analysis.impact else { return nil }
            return String(count)
        },
        .named("compatibility", \.compatibility),
        ConfigurationKey("replay") { (node, settings) throws(ConfigurationProblem) in
            var problems: [ConfigurationProblem] = []
            for entry in Configuration.entries(node, known: ConfigurationSection.replay.map(\.name), within: "replay", &problems) {
                guard let key = ConfigurationSection.replay.first(where: { $0.name == entry.key }) else { continue }
                do throws(ConfigurationProblem) {
                    try key.read(entry.value, &settings)
                } catch {
                    throw ConfigurationProblem(message: "\(key.name): \(error.message)", line: error.line)
                }
            }
            if let first = problems.first { throw first }
        } text: { settings in
            "{ " + ConfigurationSection.replay.compactMap { key in key.text(settings).map { "\(key.name): \($0)" } }.joined(separator: ", ") + " }"
        },
    ])

    /// The rules of scenario D.
    static let replay: [ConfigurationKey] = [
        .named("inventory", \.replay.inventory),
        ConfigurationKey("horizon") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.replay.horizon = switch try node.text() {
            case "lifetime": .lifetime
            case "close": .close
            case let text:
                if let seconds = Int64(text), (0...604_800).contains(seconds) {
                    .seconds(seconds)
                } else {
                    throw node.problem("'\(text)' is not lifetime, close or a number of seconds from 0 to 604800")
                }
            }
        } text: { settings in
            switch settings.analysis.replay.horizon {
            case .lifetime: "lifetime"
            case .close: "close"
            case .seconds(let seconds): String(seconds)
            }
        },
        .named("nbbo", \.replay.quotes),
        .flag("nbbo_triggers", \.replay.matchesOnQuotes),
        ConfigurationKey("preferencing") { (node, settings) throws(ConfigurationProblem) in
            if case .scalar("auto", _) = node {
                settings.analysis.replay.preferencing = .automatic
            } else if case .sequence(let items, _) = node, items.isEmpty {
                settings.analysis.replay.preferencing = .participants([])
            } else if case .sequence = node {
                settings.analysis.replay.preferencing = .participants(try node.codes() ?? [])
            } else {
                throw node.problem("expected auto, or a list of participants as in [67, 41]")
            }
        } text: { settings in
            guard case .participants(let ids) = settings.analysis.replay.preferencing else { return "auto" }
            return YAMLText.list(ids.sorted().map(String.init))
        },
        .flag("study_pairs", \.replay.studyPairs),
        .flag("blocks", \.replay.blocks),
        ConfigurationKey("min_block_value") { (node, settings) throws(ConfigurationProblem) in
            settings.analysis.replay.blockValueMin = Int64(try node.integer(in: 0...1_000_000_000_000))
        } text: { String($0.analysis.replay.blockValueMin) },
        .named("ucp", \.replay.crossing),
        .named("session", \.replay.session),
        .clock("open", \.replay.open),
        .clock("close", \.replay.close),
        .flag("include_crossing", \.replay.includeCrossing),
    ]
}

extension ConfigurationKey {
    /// A setting that is one of a few names.
    static func named<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ path: WritableKeyPath<AnalysisSettings, Value> & Sendable
    ) -> ConfigurationKey {
        let names = Value.allCases.map(\.rawValue)
        return ConfigurationKey(name) { (node, settings) throws(ConfigurationProblem) in
            guard let value = Value(rawValue: try node.choice(names)) else { return }
            settings.analysis[keyPath: path] = value
        } text: { $0.analysis[keyPath: path].rawValue }
    }

    /// A setting that is one of a few names, and has a value in force where none was chosen.
    static func named<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ path: WritableKeyPath<AnalysisSettings, Value?> & Sendable, or inForce: KeyPath<AnalysisSettings, Value> & Sendable
    ) -> ConfigurationKey {
        let names = Value.allCases.map(\.rawValue)
        return ConfigurationKey(name) { (node, settings) throws(ConfigurationProblem) in
            settings.analysis[keyPath: path] = Value(rawValue: try node.choice(names))
        } text: { $0.analysis[keyPath: inForce].rawValue }
    }

    static func flag(_ name: String, _ path: WritableKeyPath<AnalysisSettings, Bool> & Sendable) -> ConfigurationKey {
        ConfigurationKey(name) { (node, settings) throws(ConfigurationProblem) in
            settings.analysis[keyPath: path] = try node.flag()
        } text: { String($0.analysis[keyPath: path]) }
    }

    /// A time of day, in seconds since midnight.
    static func clock(_ name: String, _ path: WritableKeyPath<AnalysisSettings, Int64> & Sendable) -> ConfigurationKey {
        ConfigurationKey(name) { (node, settings) throws(ConfigurationProblem) in
            settings.analysis[keyPath: path] = try node.clock()
        } text: { "\"\(YAMLText.clock(seconds: $0.analysis[keyPath: path]))\"" }
    }
}
