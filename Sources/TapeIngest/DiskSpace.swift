import TapeBytes
import TapeStore

/// What a convert needs of the disk: an estimate before it starts, and words for a disk that is full after all.
struct DiskSpace {
    private let folder: IntakeFolder
    private let inputSize: Int
    private let storePath: String

    init(_ inputs: [InputFiles.Found], _ folder: IntakeFolder, storePath: String) {
        self.folder = folder
        self.storePath = storePath
        inputSize = inputs.reduce(0) { $0 + DiskSpace.textSize($1) }
    }

    /// The size of a file's text. Compressed ones are taken to shrink to a quarter, as order CSV does (measured: 3.9).
    private static func textSize(_ input: InputFiles.Found) -> Int {
        input.path.hasSuffix(".gz") ? input.size.multipliedReportingOverflow(by: 4).partialValue : input.size
    }

    /// Bytes that the store will probably take. Order and trade rows take less than a tenth of their text (measured: 0.07 on a real day,
    /// 0.08 to 0.09 on generated markets; more where rows are in no order and partitions small).
    static func estimate(textSize: Int) -> Int { textSize / 10 }

    /// - Throws: `ConvertError`, where the store has certainly too little room.
    func check() throws(ConvertError) {
        let free = try freeBytes(folder.path)
        let needed = DiskSpace.estimate(textSize: inputSize)
        guard free < needed else { return }
        throw ConvertError(.diskFull(nil, free: free, needed: needed), path: storePath)
    }

    /// Turns the error of a disk that filled up into one that says what is missing.
    func explaining<Result>(_ body: () throws(ConvertError) -> Result) throws(ConvertError) -> Result {
        do {
            return try body()
        } catch {
            guard case .store(let store) = error.kind, case .file(let file) = store.kind, file.isDiskFull else { throw error }
            // Rows set aside may lie on another disk than the store.
            let full = file.path.hasPrefix(folder.spillPath + "/") ? folder.spillPath : folder.path
            let used = (try? usedBytes(full)) ?? 0
            let free = (try? freeBytes(full)) ?? 0
            // Rows set aside take more than the estimate; how many are to come is not known, so as many again as there are is the guess.
            throw ConvertError(.diskFull(file, free: free + used, needed: max(DiskSpace.estimate(textSize: inputSize), 2 * used)), path: storePath)
        }
    }

    private func freeBytes(_ path: String) throws(ConvertError) -> Int {
        do {
            return try folder.fileSystem.freeBytes(at: path)
        } catch {
            throw ConvertError(.store(StoreError(.file(error), path: storePath)))
        }
    }

    /// What the convert has written so far into a folder.
    private func usedBytes(_ path: String) throws(FileError) -> Int {
        var sum = 0
        for entry in try folder.fileSystem.list(path) {
            sum += try folder.fileSystem.status("\(path)/\(entry.name)")?.size ?? 0
        }
        return sum
    }
}
