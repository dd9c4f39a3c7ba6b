import CaptureFormat
import CaptureStore
import Glibc
import SystemPackage
import TestKit
import Testing
import Vocabulary

/// Records frames of given sizes through a real ring into real files.
@Suite struct RingTests {
    private static let smallRing: UInt64 = 4 << 20

    private struct Folder {
        let path: String

        init() throws {
            path = "/tmp/wscap-ring-\(UInt64.random(in: .min ... .max))"
            #expect(mkdir(path, 0o700) == 0)
        }

        var names: [String] {
            guard let handle = opendir(path) else { return [] }
            defer { closedir(handle) }
            var names: [String] = []
            while let entry = readdir(handle) {
                guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
                let name = UnsafeRawPointer(entry) + offset
                names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
            }
            return names.filter { $0 != "." && $0 != ".." }.sorted()
        }

        func remove() {
            for name in names { unlink("\(path)/\(name)") }
            rmdir(path)
        }
    }

    private static func volume(_ folder: Folder, name: String = "r") throws -> CaptureVolume {
        try CaptureVolume(
            folder: folder.path,
            name: name,
            options: StoreOptions(kind: .ring, ringByteCount: smallRing)
        )
    }

    private static func recorder(
        _ volume: CaptureVolume,
        _ folder: Folder,
        rotation: RotationPolicy = RotationPolicy()
    ) throws -> CaptureRecorder {
        try CaptureRecorder(
            media: volume,
            names: CaptureNames(at: "\(folder.path)/a.wscap", runID: "r", proxy: "p", now: .epoch),
            run: RunDescription(runID: "r", proxy: "p", library: "l", started: .epoch),
            rotation: rotation,
            now: .epoch
        )
    }

    /// A frame whose payload tells its number, so that a byte in the wrong place shows.
    private static func payload(_ number: UInt64, byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: UInt64($0) &* 7 &+ number &* 31) }
    }

    private static func stage(
        _ number: UInt64,
        byteCount: Int,
        into recorder: inout CaptureRecorder
    ) {
        let bytes = payload(number, byteCount: byteCount)
        let frame = FrameRecord(
            connection: ConnectionID(rawValue: 1),
            direction: .clientToServer,
            frame: number,
            part: 0,
            isLast: true,
            offset: 0,
            header: 0..<0,
            payload: 0..<byteCount
        )
        recorder.stage {
            $0.append(frame, bytes: bytes.span.bytes, arrival: Instant(nanoseconds: number))
        }
    }

    /// Reads frames back and holds every byte against what was staged.
    private static func numbers(in paths: [String]) throws -> [UInt64] {
        var numbers: [UInt64] = []
        for path in paths {
            let state = try CaptureFile(path).read { entry, window in
                guard case .frame(let frame) = entry.record else { return }
                numbers.append(frame.frame)
                let expected = payload(frame.frame, byteCount: frame.payload.count)
                let got = window.extracting(frame.payload).withUnsafeBytes { Array($0) }
                #expect(got == expected, "frame \(frame.frame) of \(path)")
            }
            #expect(state.damage == [], "\(path)")
        }
        return numbers
    }

    @Test(arguments: Seeds.some(4))
    func `what goes through the ring is in the file, byte for byte`(seed: UInt64) throws {
        let folder = try Folder()
        defer { folder.remove() }
        var dice = SeededGenerator(seed: seed)
        let volume = try Self.volume(folder)
        var recorder = try Self.recorder(
            volume,
            folder,
            rotation: RotationPolicy(
                byteCount: UInt64.random(in: 100_000...5_000_000, using: &dice)
            )
        )
        var paths = [recorder.path]
        var number: UInt64 = 0
        for _ in 0..<120 {
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                number += 1
                // Now and then a commit that is larger than the ring can take at once.
                let isHuge = Int.random(in: 0..<40, using: &dice) == 0
                let size = isHuge ? 3_000_000 : Int.random(in: 0...200_000, using: &dice)
                Self.stage(number, byteCount: size, into: &recorder)
            }
            let gap = try recorder.commit(at: .epoch)
            #expect(gap == nil)
            if recorder.isRotationDue(at: .epoch) {
                _ = try recorder.rotate(at: .epoch)
                paths.append(recorder.path)
            }
        }
        try recorder.finish(at: .epoch)
        try volume.shutDown()
        #expect(try Self.numbers(in: paths) == Array(1...number))
        for path in paths { #expect(try CaptureSealer.seal(path) == .alreadySealed) }
        #expect(!folder.names.contains { $0.hasSuffix(".ring") }, "the ring is gone")
    }

    @Test func `a live capture is read from its ring`() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let volume = try Self.volume(folder)
        var recorder = try Self.recorder(volume, folder)
        for number in 1...50 {
            Self.stage(UInt64(number), byteCount: 60_000, into: &recorder)
            _ = try recorder.commit(at: .epoch)
            #expect(try Self.numbers(in: [recorder.path]) == Array(1...UInt64(number)))
        }
        let path = recorder.path
        #expect(throws: StoreError.inUse(path: path)) { try CaptureSealer.seal(path) }
        try recorder.finish(at: .epoch)
        try volume.shutDown()
    }

    @Test func `a ring that cannot be says why`() throws {
        let error = #expect(throws: StoreError.self) {
            try CaptureVolume(
                folder: "/proc/self",
                name: "r",
                options: StoreOptions(kind: .ring)
            )
        }
        #expect(error?.sentence.contains("--store") == true)
        let fallback = try CaptureVolume(
            folder: "/proc/self",
            name: "r",
            options: StoreOptions(kind: .auto)
        )
        #expect(fallback.kind == .write)
        #expect(fallback.reason != nil)
    }

    @Test func `foreign and torn ring files are left alone`() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let volume = try Self.volume(folder)
        var recorder = try Self.recorder(volume, folder)
        for (name, bytes) in [
            ("empty", [UInt8]()), ("short", Array("WSCRING1".utf8)),
            ("foreign", [UInt8](repeating: 0x41, count: 10_000)),
            ("lying", Array("WSCRING1".utf8) + [UInt8](repeating: 0xFF, count: 10_000)),
        ] {
            let descriptor = try FileDescriptor.open(
                FilePath("\(folder.path)/.wscap-\(name).ring"),
                .writeOnly,
                options: [.create],
                permissions: .ownerReadWrite
            )
            try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        }
        Self.stage(1, byteCount: 10, into: &recorder)
        _ = try recorder.commit(at: .epoch)
        #expect(try Self.numbers(in: [recorder.path]) == [1])
        try recorder.finish(at: .epoch)
        try volume.shutDown()
    }

    /// A capture and its ring as a kill leaves them: copied under their living writer.
    private static func killed(
        frameByteCounts: [Int],
        in folder: Folder,
        change: (inout [UInt8]) -> Void = { _ in }
    ) throws -> String {
        let source = try Folder()
        defer { source.remove() }
        let volume = try volume(source)
        var recorder = try recorder(volume, source)
        for (index, byteCount) in frameByteCounts.enumerated() {
            stage(UInt64(index + 1), byteCount: byteCount, into: &recorder)
            _ = try recorder.commit(at: .epoch)
        }
        for name in source.names {
            var bytes = try Self.bytes(of: "\(source.path)/\(name)")
            if name.hasSuffix(".ring") { change(&bytes) }
            let descriptor = try FileDescriptor.open(
                FilePath("\(folder.path)/\(name)"),
                .writeOnly,
                options: [.create],
                permissions: .ownerReadWrite
            )
            try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        }
        try recorder.finish(at: .epoch)
        try volume.shutDown()
        return "\(folder.path)/a.wscap"
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
        return try descriptor.closeAfter {
            var bytes = [UInt8](
                repeating: 0,
                count: Int(try descriptor.seek(offset: 0, from: .end))
            )
            _ = try bytes.withUnsafeMutableBytes {
                try descriptor.read(fromAbsoluteOffset: 0, into: $0)
            }
            return bytes
        }
    }

    @Test func `what a killed writer left in its ring is brought home, once`() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let path = try Self.killed(
            frameByteCounts: Array(repeating: 90_000, count: 30),
            in: folder
        )
        #expect(try Self.numbers(in: [path]) == Array(1...30), "read without sealing")
        #expect(try CaptureSealer.seal(path) == .sealed(recordCount: 30, tornByteCount: 0))
        #expect(try CaptureSealer.seal(path) == .alreadySealed)
        #expect(try Self.numbers(in: [path]) == Array(1...30))
        #expect(folder.names == ["a.wscap"], "the ring is gone")
    }

    @Test func `a ring that was not seen through a restart is not believed beyond its records`()
        throws
    {
        let folder = try Folder()
        defer { folder.remove() }
        let sizes = [1000, 2000, 3000]
        let path = try Self.killed(frameByteCounts: sizes, in: folder) { ring in
            // Another boot; and the slot says that it holds more than it does: older records, here the
            // first ones once more.
            ring[32] ^= 0xFF
            let slots = 4096
            let entry: Int = (0..<4).map { 2048 + $0 * 32 }.first { ring[$0] != 0 } ?? 2048
            let slot = slots + (entry - 2048) / 32 * (1 << 20)
            let filled = (0..<8).reduce(0) { $0 | Int(ring[entry + 16 + $1]) << (8 * $1) }
            let stale = Array(ring[slot + filled - 6200..<slot + filled])
            ring.replaceSubrange(slot + filled..<slot + filled + stale.count, with: stale)
            let claimed = filled + stale.count
            for index in 0..<8 { ring[entry + 16 + index] = UInt8(claimed >> (8 * index) & 0xFF) }
        }
        guard case .sealed(let count, let torn) = try CaptureSealer.seal(path) else {
            Issue.record("not sealed")
            return
        }
        #expect(count == 3)
        #expect(torn == 6200)
        #expect(try Self.numbers(in: [path]) == [1, 2, 3])
    }
}
