import Glibc
import TapeTestSupport
import Testing

@testable import TapeBytes

/// Goal: each call does what it says, names the call, the path and the reason where it fails, and can be made to fail.
@Suite struct FileSystemTests {
    private let fileSystem = FileSystem()

    @Test func filesRoundTrip() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("a", "0123456789")
        let status = try fileSystem.status(path)
        #expect(status?.size == 10 && status?.isDirectory == false)
        #expect(try fileSystem.readAll(path) == Array("0123456789".utf8))
        let file = try fileSystem.open(path)
        #expect(file.size == 10)
        #expect(try file.read(at: 3, count: 4) == Array("3456".utf8))
        #expect(try file.read(at: 10, count: 0) == [])
        var bytes = Array("x".utf8)
        #expect(try file.readNext(7, into: &bytes) == 7)
        #expect(try file.readNext(7, into: &bytes) == 3)
        #expect(try file.readNext(7, into: &bytes) == 0)
        #expect(bytes == Array("x0123456789".utf8))
        let error = #expect(throws: FileError.self) { try file.read(at: 8, count: 4) }
        #expect(error?.isEndOfFile == true)
    }

    @Test func writesAppendAndCreateEmpties() throws {
        let directory = try TemporaryDirectory()
        var output = try fileSystem.create(directory.path + "/a")
        try output.write(Array("ab".utf8))
        try output.write([])
        try output.write(Array("c".utf8))
        try output.sync()
        try output.close()
        #expect(try fileSystem.readAll(directory.path + "/a") == Array("abc".utf8))
        try fileSystem.create(directory.path + "/a").close()
        #expect(try fileSystem.status(directory.path + "/a")?.size == 0)
    }

    @Test func foldersListByName() throws {
        let directory = try TemporaryDirectory()
        try fileSystem.createDirectories(directory.path + "/b/c/d")
        try fileSystem.createDirectories(directory.path + "/b/c/d")
        for name in ["z", "é", ".hidden", "A"] { _ = try directory.write(name, "") }
        #expect(try fileSystem.list(directory.path).map(\.name) == [".hidden", "A", "b", "z", "é"])
        #expect(try fileSystem.list(directory.path).filter(\.isDirectory).map(\.name) == ["b"])
        try fileSystem.removeTree(directory.path + "/b")
        #expect(try fileSystem.status(directory.path + "/b") == nil)
    }

    @Test func renameReplacesAndRemoveForgives() throws {
        let directory = try TemporaryDirectory()
        let new = try directory.write("new", "new")
        let old = try directory.write("old", "old")
        try fileSystem.rename(new, old)
        #expect(try fileSystem.readAll(old) == Array("new".utf8))
        #expect(try fileSystem.status(new) == nil)
        try fileSystem.remove(new)
        try fileSystem.remove(old)
        #expect(try fileSystem.list(directory.path).isEmpty)
        try fileSystem.syncDirectory(directory.path)
    }

    @Test func errorsNameCallPathAndReason() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/missing"
        let error = #expect(throws: FileError.self) { _ = try fileSystem.open(path) }
        #expect(error == FileError(.open, path, code: 2))
        #expect(error?.isMissing == true && error?.reason == "No such file or directory")
        #expect(throws: FileError(.open, directory.path, code: 21)) { _ = try fileSystem.open(directory.path) }
        #expect(throws: FileError(.list, path, code: 2)) { try fileSystem.list(path) }
        #expect(throws: FileError(.rename, path + "2", code: 2)) { try fileSystem.rename(path, path + "2") }
        let file = try directory.write("file", "")
        #expect(throws: FileError.self) { try fileSystem.createDirectories(file) }
        #expect(throws: FileError.self) { try fileSystem.createDirectories(file + "/below") }
        #expect(try fileSystem.status(file + "/below") == nil)
        #expect(throws: FileError.self) { try fileSystem.syncFiles([file, path]) }
    }

    @Test func aLockIsHeldOnce() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/lock"
        guard let lock = try fileSystem.lock(path) else { Issue.record("the lock is taken"); return }
        #expect(try !isLockable(path))
        _ = consume lock
        #expect(try isLockable(path))
    }

    /// As a process that was just forked has one.
    @Test func aLockIsGivenBackThoughACopyOfItsDescriptorIsOpen() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/lock"
        guard let lock = try fileSystem.lock(path) else { Issue.record("the lock is taken"); return }
        let copy = dup(lock.descriptor)
        defer { close(copy) }
        #expect(try !isLockable(path))
        _ = consume lock
        #expect(try isLockable(path))
    }

    private func isLockable(_ path: String) throws -> Bool { try fileSystem.lock(path) != nil }

    @Test func injectedFaultsArriveAsTheSystems() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("a", "text")
        let faults = FailingCalls(after: 1)
        let failing = FileSystem(faults: faults)
        let file = try failing.open(path)
        let error = #expect(throws: FileError.self) { try file.read(at: 0, count: 1) }
        #expect(error == FileError(.read, path, code: 28))
        #expect(error?.isDiskFull == true && faults.failed)
        #expect(throws: FileError(.create, path + "2", code: 28)) { _ = try failing.create(path + "2") }
        #expect(throws: FileError(.freeSpace, path, code: 28)) { try failing.freeBytes(at: path) }
        #expect(try fileSystem.freeBytes(at: path) > 0)
    }
}
