import CaptureStore
import Foundation
import Testing

@Suite struct NewFileTests {
    private static let content: [UInt8] = [1, 2, 3]

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-new-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        try body(folder.path())
    }

    @Test(arguments: [true, false])
    func `a file has its name when it is published, and not before`(isNameless: Bool) throws {
        try inFolder { folder in
            let path = "\(folder)/new"
            let file = try NewFile(path, isNameless: isNameless)
            try file.write(Self.content.span.bytes, at: 0)
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(try Data(contentsOf: URL(filePath: file.readablePath)) == Data(Self.content))
            try file.publish()
            #expect(try Data(contentsOf: URL(filePath: path)) == Data(Self.content))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["new"])
        }
    }

    @Test(arguments: [true, false])
    func `a file that is given up leaves nothing behind`(isNameless: Bool) throws {
        try inFolder { folder in
            do {
                let file = try NewFile("\(folder)/new", isNameless: isNameless)
                try file.write(Self.content.span.bytes, at: 0)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test(arguments: [true, false])
    func `a name that was taken meanwhile stays with its file`(isNameless: Bool) throws {
        try inFolder { folder in
            let path = "\(folder)/new"
            do {
                let file = try NewFile(path, isNameless: isNameless)
                try Data("theirs".utf8).write(to: URL(filePath: path))
                #expect(throws: CompactError.outputExists(path: path)) { try file.publish() }
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("theirs".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["new"])
        }
    }
}
