import CYAML

/// A YAML document as a tree, with the lines that messages need. Scalars stay text; who reads them knows their types.
package enum YAMLNode: Hashable, Sendable {
    case scalar(String, line: Int)
    case sequence([YAMLNode], line: Int)
    case mapping([YAMLEntry], line: Int)

    package var line: Int {
        switch self {
        case .scalar(_, let line), .sequence(_, let line), .mapping(_, let line): line
        }
    }
}

package struct YAMLEntry: Hashable, Sendable {
    package var key: String
    package var keyLine: Int
    package var value: YAMLNode
}

package struct YAMLError: Error, Hashable, Sendable {
    package var message: String
    /// From 1 on.
    package var line: Int
}

extension YAMLNode {
    /// Collections nest at most this deep.
    package static let depthMax = 32

    /// Parses one document; empty text is an empty mapping. Anchors, aliases and repeated keys are refused: settings need none, and
    /// the first two let a small file be huge.
    package static func parse(_ text: [UInt8]) throws(YAMLError) -> YAMLNode {
        var parser = unsafe yaml_parser_t()
        // SAFETY: the parser reads the text, which is borrowed for the whole use of it, and is deleted on every way out.
        guard unsafe yaml_parser_initialize(&parser) == 1 else { throw YAMLError(message: "no memory", line: 1) }
        defer { unsafe yaml_parser_delete(&parser) }
        let result = unsafe text.withUnsafeBufferPointer { buffer -> Result<YAMLNode, YAMLError> in
            unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) {
                return .success(try unsafe document(&parser))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// What a parser's event says, copied out of it.
    private enum Event {
        case scalar(String), sequenceStart, sequenceEnd, mappingStart, mappingEnd, documentEnd, streamEnd, other
    }

    @unsafe private static func document(_ parser: inout yaml_parser_t) throws(YAMLError) -> YAMLNode {
        while true {
            let (event, line) = try unsafe next(&parser)
            switch event {
            case .other: continue
            case .documentEnd, .streamEnd: return .mapping([], line: line)
            default:
                let node = try unsafe self.node(event, line, &parser, depth: 0)
                guard case .documentEnd = try unsafe next(&parser).event, case .streamEnd = try unsafe next(&parser).event else {
                    throw YAMLError(message: "more than one document", line: line)
                }
                return node
            }
        }
    }

    @unsafe private static func node(
        _ event: Event, _ line: Int, _ parser: inout yaml_parser_t, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        guard depth < depthMax else { throw YAMLError(message: "nested deeper than \(depthMax)", line: line) }
        switch event {
        case .scalar(let text): return .scalar(text, line: line)
        case .sequenceStart:
            var items: [YAMLNode] = []
            while true {
                let (event, line) = try unsafe next(&parser)
                if case .sequenceEnd = event { return .sequence(items, line: items.first?.line ?? line) }
                items.append(try unsafe node(event, line, &parser, depth: depth + 1))
            }
        case .mappingStart:
            var entries: [YAMLEntry] = []
            while true {
                let (event, keyLine) = try unsafe next(&parser)
                if case .mappingEnd = event { return .mapping(entries, line: line) }
                guard case .scalar(let key) = event else { throw YAMLError(message: "a key must be plain text", line: keyLine) }
                guard !entries.contains(where: { $0.key == key }) else { throw YAMLError(message: "'\(key)' is given twice", line: keyLine) }
                let (valueEvent, valueLine) = try unsafe next(&parser)
                entries.append(YAMLEntry(key: key, keyLine: keyLine, value: try unsafe node(valueEvent, valueLine, &parser, depth: depth + 1)))
            }
        default: throw YAMLError(message: "a value is missing", line: line)
        }
    }

    @unsafe private static func next(_ parser: inout yaml_parser_t) throws(YAMLError) -> (event: Event, line: Int) {
        var event = unsafe yaml_event_t()
        // SAFETY: the parser fills the event, whose text is copied before the event is deleted.
        guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
            let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "not YAML"
            throw YAMLError(message: problem, line: Int(unsafe parser.problem_mark.line) + 1)
        }
        defer { unsafe yaml_event_delete(&event) }
        let line = Int(unsafe event.start_mark.line) + 1
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            guard unsafe event.data.scalar.anchor == nil else { throw YAMLError(message: "anchors are not allowed", line: line) }
            let bytes = unsafe UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
            return (.scalar(unsafe String(decoding: bytes, as: UTF8.self)), line)
        case YAML_SEQUENCE_START_EVENT:
            guard unsafe event.data.sequence_start.anchor == nil else { throw YAMLError(message: "anchors are not allowed", line: line) }
            return (.sequenceStart, line)
        case YAML_MAPPING_START_EVENT:
            guard unsafe event.data.mapping_start.anchor == nil else { throw YAMLError(message: "anchors are not allowed", line: line) }
            return (.mappingStart, line)
        case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, line)
        case YAML_MAPPING_END_EVENT: return (.mappingEnd, line)
        case YAML_ALIAS_EVENT: throw YAMLError(message: "aliases are not allowed", line: line)
        case YAML_DOCUMENT_END_EVENT: return (.documentEnd, line)
        case YAML_STREAM_END_EVENT: return (.streamEnd, line)
        default: return (.other, line)
        }
    }
}
