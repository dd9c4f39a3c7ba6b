import CaptureFormat
import CaptureStore
import Foundation
import TestKit
import Testing
import Vocabulary

@Suite struct CaptureCompactorTests {
    private static func golden(_ name: String) -> String {
        URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "captures/golden/\(name).wscap").path()
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    /// A folder for one test, gone afterwards with what is in it.
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-compact-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        try body(folder.path())
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `a compacted capture has the same records, and only its owner may read it`() throws {
        try inFolder { folder in
            for compression in ChunkCompression.allCases {
                let output = "\(folder)/\(compression).wscap"
                let outcome = try CaptureCompactor.compact(
                    Self.golden("segments"),
                    to: output,
                    packing: ChunkPacking(compression)
                )
                #expect(outcome.recordCount == 15)
                #expect(outcome.newByteCount < outcome.oldByteCount)
                #expect(try Self.bytes(output).count == Int(outcome.newByteCount))
                #expect(
                    try Compacting.messages(of: Self.bytes(output))
                        == Compacting.messages(of: Self.bytes(Self.golden("segments")))
                )
                let attributes = try FileManager.default.attributesOfItem(atPath: output)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            #expect(try names(in: folder) == ["lz4.wscap", "zstd.wscap"])
        }
    }

    @Test func `a file that exists is not touched, whatever it is`() throws {
        try inFolder { folder in
            let output = "\(folder)/there.wscap"
            try Data("mine".utf8).write(to: URL(filePath: output))
            #expect(throws: CompactError.outputExists(path: output)) {
                try CaptureCompactor.compact(Self.golden("exchange"), to: output, packing: nil)
            }
            #expect(try Self.bytes(output) == Array("mine".utf8))
            let dangling = "\(folder)/dangling.wscap"
            try FileManager.default.createSymbolicLink(
                atPath: dangling,
                withDestinationPath: "\(folder)/nowhere"
            )
            #expect(throws: CompactError.outputExists(path: dangling)) {
                try CaptureCompactor.compact(Self.golden("exchange"), to: dangling, packing: nil)
            }
            #expect(try names(in: folder) == ["dangling.wscap", "there.wscap"])
        }
    }

    @Test func `after an error there is nothing left`() throws {
        try inFolder { folder in
            let output = "\(folder)/new.wscap"
            let open = Self.golden("unfinished")
            #expect(throws: CompactError.notSealed(path: open)) {
                try CaptureCompactor.compact(open, to: output, packing: ChunkPacking(.zstd))
            }
            var damaged = try Self.bytes(Self.golden("segments"))
            let chunk = try #require(try Compacting.chunks(of: damaged).last).place
            damaged[chunk.upperBound + 50] ^= 1
            let input = "\(folder)/damaged.wscap"
            try Data(damaged).write(to: URL(filePath: input))
            let damage = CaptureDamage.checksumMismatch(chunkOffset: UInt64(chunk.lowerBound))
            #expect(throws: CompactError.damaged(path: input, damage)) {
                try CaptureCompactor.compact(input, to: output, packing: ChunkPacking(.lz4))
            }
            #expect(throws: CompactError.outputFolderMissing(path: "\(folder)/none")) {
                try CaptureCompactor.compact(input, to: "\(folder)/none/a.wscap", packing: nil)
            }
            #expect(try names(in: folder) == ["damaged.wscap"])
        }
    }

    @Test func `a capture that is being written is left to its writer`() throws {
        try inFolder { folder in
            let path = "\(folder)/live.wscap"
            let media = AbandonedMedia()
            var recorder = try media.recorder(path)
            recorder.stage {
                $0.append(.notice(NoticeRecord(topic: "n", text: "")), arrival: .epoch)
            }
            let gap = try recorder.commit(at: .epoch)
            #expect(gap == nil)
            #expect(throws: StoreError.inUse(path: path)) {
                try CaptureCompactor.compact(path, to: "\(folder)/new.wscap", packing: nil)
            }
            try media.abandon()
            #expect(try names(in: folder) == ["live.wscap"])
        }
    }

    @Test func `the new file is named after the old one`() throws {
        let zstd = ChunkPacking(.zstd)
        func name(_ path: String, _ output: String?, _ packing: ChunkPacking?) throws -> String {
            try CaptureCompactor.outputPath(for: path, output: output, packing: packing)
        }
        #expect(try name("a/run.wscap", nil, zstd) == "a/run.compact.wscap")
        #expect(try name("run.wscap", nil, nil) == "run.plain.wscap")
        #expect(try name("run.compact.wscap", nil, nil) == "run.plain.wscap")
        #expect(try name("run.plain.wscap", nil, zstd) == "run.compact.wscap")
        #expect(try name("a/run.wscap", "/tmp", zstd) == "/tmp/run.compact.wscap")
        #expect(try name("a/run.wscap", "b/new.wscap", zstd) == "b/new.wscap")
        #expect(throws: CompactError.outputIsNoCapture(path: "b/new.mcap")) {
            try name("a/run.wscap", "b/new.mcap", zstd)
        }
    }
}
