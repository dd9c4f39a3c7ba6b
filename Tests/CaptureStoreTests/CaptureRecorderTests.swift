import CaptureFormat
import CaptureStore
import Glibc
import SystemPackage
import Testing
import Vocabulary

/// A file in memory that fails when it is told to.
private final class FlakyMedium: CaptureMedium {
    let path = "flaky.wscap"
    var bytes: [UInt8] = []
    var failsWrites = false
    /// Of a write that fails, this many bytes are in the file all the same.
    var tornByteCount = 0

    func write(_ new: RawSpan, at offset: UInt64) throws(StoreError) {
        let count = failsWrites ? min(tornByteCount, new.byteCount) : new.byteCount
        let end = Int(offset) + count
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        let copy = new.withUnsafeBytes { Array($0) }
        bytes.replaceSubrange(Int(offset)..<end, with: copy.prefix(count))
        if failsWrites { throw .writeFailed(path: path, .noSpace) }
    }

    func truncate(to byteCount: UInt64) throws(StoreError) {
        bytes.removeLast(bytes.count - Int(byteCount))
    }

    func close() throws(StoreError) {}
}

@Suite struct CaptureRecorderTests {
    private static let run = RunDescription(runID: "r", proxy: "p", library: "l", started: .epoch)

    private static func second(_ count: UInt64) -> Instant {
        Instant(nanoseconds: 1_000_000_000 * count)
    }

    private static func notice(_ text: String) -> CaptureRecord {
        .notice(NoticeRecord(topic: "test", text: text))
    }

    @Test func `what could not be written is a gap from then to when it could again`() throws {
        let medium = FlakyMedium()
        var recorder = CaptureRecorder(medium: medium, run: Self.run)
        recorder.stage { $0.append(Self.notice("before"), arrival: Self.second(1)) }
        #expect(recorder.commit(at: Self.second(1)) == .good)

        medium.failsWrites = true
        medium.tornByteCount = 17
        recorder.stage { $0.append(Self.notice("lost"), arrival: Self.second(2)) }
        #expect(
            recorder.commit(at: Self.second(2))
                == .failed(.writeFailed(path: medium.path, .noSpace))
        )
        recorder.stage { $0.append(Self.notice("lost too"), arrival: Self.second(3)) }
        #expect(recorder.commit(at: Self.second(3)) == .failing)

        medium.failsWrites = false
        recorder.stage { $0.append(Self.notice("after"), arrival: Self.second(4)) }
        guard case .recovered(let gap) = recorder.commit(at: Self.second(4)) else {
            Issue.record("no recovery")
            return
        }
        #expect(gap.from == Self.second(2))
        #expect(gap.through == Self.second(4))
        #expect(gap.byteCount > 0)
        try recorder.finish(at: Self.second(5))

        let path = try Scratch.file(medium.bytes)
        defer { Scratch.remove(path) }
        var texts: [String] = []
        var gaps = 0
        let state = try CaptureFile(path).read { entry, _ in
            if case .notice(let notice) = entry.record { texts.append(notice.text) }
            if case .gap = entry.record { gaps += 1 }
        }
        #expect(texts == ["before", "after"])
        #expect(gaps == 1)
        #expect(state.completion == .sealed)
        #expect(state.damage == [])
    }
}

/// Files of a test, in the system's temporary folder.
enum Scratch {
    static func file(_ bytes: [UInt8]) throws -> String {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        let descriptor = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: .ownerReadWrite
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        return path
    }

    static func remove(_ path: String) {
        unlink(path)
    }
}
