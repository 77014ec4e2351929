import TapeBytes
import TapeColumns
import TapeStore

/// The end of a convert: checks that no row was lost, moves the segments into the store and commits.
struct Publisher {
    private let converter: Converter
    private let folder: IntakeFolder
    private let known: [FileRecord]
    private let state: IntakeState

    init(_ converter: Converter, _ folder: IntakeFolder, known: [FileRecord], _ state: IntakeState) {
        self.converter = converter
        self.folder = folder
        self.known = known
        self.state = state
    }

    func publish(_ writer: inout StoreWriter) throws(ConvertError) -> ConvertSummary {
        var summary = ConvertSummary()
        var placement = RunPlacement(converter, folder)
        var removing = try replacedSegments(writer.catalog)
        for partition in state.partitions.sorted(by: { ($0.table, $0.key) < ($1.table, $1.key) }) {
            let old = partition.stored.filter { !removing.contains($0) }
            let entries = entries(partition, old, generation: writer.nextGeneration)
            try checkConservation(partition, old, entries)
            for (entry, run) in zip(entries, partition.runs) { placement.add(run, entry) }
            removing.formUnion(old)
            summary.add(partition, entries, table: converter.schemas[partition.table].schema.name)
        }
        summary.files = state.inputs.records
        summary.skippedFiles = state.inputs.skippedFiles
        summary.ignoredColumns = state.inputs.ignoredColumns
        summary.bytesIn = state.inputs.progress.bytesRead
        summary.rejectCount = state.inputs.rejectTotal
        try checkConservation(&summary)
        guard !converter.options.isDryRun, !summary.files.isEmpty else { return summary }
        if let error = converter.options.finishRejects?() { throw ConvertError(.rejectsUnwritten(error)) }
        let adding = try placement.placed(&writer)
        do {
            let files = try fileTable(&writer, summary.files, &removing)
            let settings = converter.newSettings(for: summary.files.map(\.table))
            try writer.commit(adding: adding + [files], removing: removing, settings: settings)
        } catch {
            throw ConvertError(.store(error))
        }
        return summary
    }

    private func entries(_ partition: PartitionIntake, _ old: [SegmentEntry], generation: Int) -> [SegmentEntry] {
        let sources = partition.sources.union(old.flatMap(\.sources)).sorted()
        return partition.runs.enumerated().map { part, run in
            SegmentEntry(
                table: converter.schemas[partition.table].schema.name, key: partition.key, generation: generation, part: part,
                rowCount: run.rowCount, sizeInBytes: run.sizeInBytes, checksum: run.checksum, clusterMin: run.clusterMin,
                clusterMax: run.clusterMax, sources: sources)
        }
    }

    private func checkConservation(_ partition: PartitionIntake, _ old: [SegmentEntry], _ entries: [SegmentEntry]) throws(ConvertError) {
        let before = partition.rowCount + old.reduce(0) { $0 + $1.rowCount }
        guard entries.reduce(0, { $0 + $1.rowCount }) + partition.duplicateCount == before else {
            throw ConvertError(.notConserved(converter.schemas[partition.table].schema.name))
        }
    }

    private func checkConservation(_ summary: inout ConvertSummary) throws(ConvertError) {
        for file in summary.files {
            summary.withTable(file.table) {
                $0.rowsRead += file.rowsRead
                $0.rowsRejected += file.rowsRejected
                $0.rowsLeftOut += file.rowsLeftOut
            }
        }
        summary.tables.sort { $0.name < $1.name }
        for table in summary.tables where table.rowsRead != table.newRows + table.rowsRejected + table.duplicates + table.rowsLeftOut {
            throw ConvertError(.notConserved(table.name))
        }
    }

    /// The segments that hold nothing but rows of replaced files.
    private func replacedSegments(_ catalog: Catalog) throws(ConvertError) -> Set<SegmentEntry> {
        let replaced = state.inputs.replacedNumbers
        var segments: Set<SegmentEntry> = []
        for entry in catalog.allEntries where !replaced.isDisjoint(with: entry.sources) {
            guard replaced.isSuperset(of: entry.sources) else {
                let others = known.filter { entry.sources.contains($0.number) && !replaced.contains($0.number) }
                throw ConvertError(.sharedPartition(others: others.map(\.path)), path: known.first { replaced.contains($0.number) }?.path)
            }
            segments.insert(entry)
        }
        return segments
    }

    /// Writes the table `files` anew.
    private func fileTable(
        _ writer: inout StoreWriter, _ records: [FileRecord], _ removing: inout Set<SegmentEntry>
    ) throws(StoreError) -> SegmentEntry {
        let replaced = state.inputs.replacedNumbers
        let image = FileRecord.image(known.filter { !replaced.contains($0.number) } + records)
        let entry = SegmentEntry(
            table: FileRecord.table, key: PartitionKey([]), generation: writer.nextGeneration, part: 0, rowCount: image.rowCount,
            sizeInBytes: image.bytes.count, checksum: image.checksum, clusterMin: 0, clusterMax: 0, sources: [])
        try writer.write(image, as: entry, [])
        removing.formUnion(writer.catalog.entries(of: FileRecord.table))
        return entry
    }
}

extension ConvertSummary {
    mutating func withTable(_ name: String, _ body: (inout Table) -> Void) {
        let index = tables.firstIndex { $0.name == name } ?? tables.count
        if index == tables.count { tables.append(Table(name: name)) }
        body(&tables[index])
    }

    fileprivate mutating func add(_ partition: PartitionIntake, _ entries: [SegmentEntry], table: String) {
        withTable(table) {
            $0.partitionCount += 1
            $0.newRows += partition.rowCount - partition.duplicateCount
            $0.duplicates += partition.duplicateCount
            $0.bytesOut += entries.reduce(0) { $0 + $1.sizeInBytes }
            $0.rowsOut += entries.reduce(0) { $0 + $1.rowCount }
            $0.partitionSizes.add(rowCount: entries.reduce(0) { $0 + $1.rowCount })
        }
    }
}
