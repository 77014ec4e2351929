import TapeBytes
import TapeColumns

/// What a convert would do, and all that is wrong with its inputs.
package struct DryRun: Sendable {
    /// Files of one table that have the same header.
    package struct Layout: Sendable {
        package var schema: TableSchema
        /// The names of the header, in order.
        package var names: [String]
        package var map: HeaderMap
        package var paths: [String]
    }

    package var summary = ConvertSummary()
    package var layouts: [Layout] = []
    /// In the order of the inputs: files that cannot be read, headers that fit no schema, and per file its bad rows.
    package var problems: [ConvertError] = []
}

extension Converter {
    /// Does all that `run` does but publishing, and goes on behind every problem.
    package func dryRun(_ paths: [String]) throws(ConvertError) -> DryRun {
        var dryRun = DryRun()
        var inputs = find(paths, &dryRun)
        inputs = inputs.filter { understand($0, &dryRun) }
        let rejects = Protected(RejectedRows())
        while !inputs.isEmpty {
            rejects.value = RejectedRows()
            do {
                dryRun.summary = try setting({ options in
                    options.isDryRun = true
                    options.onError = .skip
                    options.rejectLimit = .rows(.max)
                    options.rejectSink = { path, row in rejects.withLock { $0.add(path, row) } }
                }).run(inputs)
                break
            } catch {
                guard let path = error.path, let place = inputs.firstIndex(where: { TextOrder($0) == TextOrder(path) }), error.isOfInput else { throw error }
                dryRun.problems.append(error)
                // Standard input cannot be read a second time.
                guard !inputs.contains("-") else { break }
                inputs.remove(at: place)
            }
        }
        dryRun.problems += problems(of: rejects.value, dryRun.summary)
        return dryRun
    }

    /// The input files, each on its own, so that those that are there are checked if others are missing.
    private func find(_ paths: [String], _ dryRun: inout DryRun) -> [String] {
        var found: [String] = []
        for path in paths {
            do throws(ConvertError) {
                found += try InputFiles(fileSystem).find([path]).map(\.path).filter { !found.contains($0) }
            } catch {
                dryRun.problems.append(error)
            }
        }
        return found
    }

    /// Notes how a file's header is understood; returns whether it is.
    private func understand(_ path: String, _ dryRun: inout DryRun) -> Bool {
        // Standard input can be read but once.
        guard path != "-" else { return true }
        do throws(ConvertError) {
            let file = try SourceFile(path, self)
            let place = dryRun.layouts.firstIndex { $0.map == file.map && $0.names == file.headerNames }
            if let place {
                dryRun.layouts[place].paths.append(path)
            } else {
                let schema = schemas[file.schemaIndex].schema
                dryRun.layouts.append(DryRun.Layout(schema: schema, names: file.headerNames, map: file.map, paths: [path]))
            }
            return true
        } catch {
            dryRun.problems.append(error)
            return false
        }
    }

    private func setting(_ change: (inout ConvertOptions) -> Void) -> Converter {
        var options = options
        change(&options)
        return Converter(storePath: storePath, schemas: schemas, dayRule: dayRule, options: options, fileSystem: fileSystem)
    }

    private func problems(of rejects: RejectedRows, _ summary: ConvertSummary) -> [ConvertError] {
        guard options.onError == .skip else {
            return rejects.files.map { ConvertError(.badRows($0.first, count: $0.count), path: $0.path) }
        }
        let read = summary.files.reduce(0) { $0 + $1.rowsRead }
        guard let last = rejects.files.last, !options.rejectLimit.allows(summary.rejectCount, of: read) else { return [] }
        return [ConvertError(
            .tooManyRejects(rejected: summary.rejectCount, read: read, first: rejects.files.map { ($0.path, $0.first) }), path: last.path)]
    }
}

/// The first bad rows of each file, and how many there are.
private struct RejectedRows {
    private(set) var files: [(path: String, first: [RowError], count: Int)] = []

    mutating func add(_ path: String, _ row: RowError) {
        // Rows come in the order of the files.
        if files.last.map({ TextOrder($0.path) }) != TextOrder(path) { files.append((path, [], 0)) }
        files[files.count - 1].count += 1
        if files[files.count - 1].count <= ConvertError.rowsShown { files[files.count - 1].first.append(row) }
    }
}

extension ConvertError {
    /// Whether the input is at fault, so that other inputs can be read without it.
    fileprivate var isOfInput: Bool {
        switch kind {
        case .emptyFile, .header, .changedFile, .unreadable, .gzip, .recordTooLong: true
        default: false
        }
    }
}
