import CaptureFormat
import CaptureStore
import Testing
import Vocabulary

/// A recording whose descriptors can be closed under it, as a kill does.
final class AbandonedMedia: CaptureMediumSource {
    private var medium: WriteMedium?

    func create(_ path: String) throws(StoreError) -> any CaptureMedium {
        let created = try WriteMedium(creating: path)
        medium = created
        return created
    }

    func recorder(_ path: String) throws -> CaptureRecorder {
        try CaptureRecorder(
            media: self,
            names: CaptureNames(at: path, runID: "r", proxy: "p", now: .epoch),
            run: RunDescription(runID: "r", proxy: "p", library: "l", started: .epoch),
            now: .epoch
        )
    }

    func abandon() throws {
        try medium?.close()
    }
}

@Suite struct CaptureSealerTests {
    /// A capture as a killed proxy leaves it: written, never finished, its descriptor gone.
    private static func abandoned() throws -> String {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        let media = AbandonedMedia()
        var recorder = try media.recorder(path)
        for index in 0..<10 {
            recorder.stage {
                $0.append(
                    .notice(NoticeRecord(topic: "n", text: "\(index)")),
                    arrival: Instant(nanoseconds: 1)
                )
            }
            let gap = try recorder.commit(at: Instant(nanoseconds: 1))
            #expect(gap == nil)
        }
        try media.abandon()
        return path
    }

    @Test func `seals what a killed proxy left, once`() throws {
        let path = try Self.abandoned()
        defer { Scratch.remove(path) }
        #expect(try CaptureFile(path).read { _, _ in }.completion == .unfinished(tornByteCount: 0))
        #expect(try CaptureSealer.seal(path) == .sealed(recordCount: 10, tornByteCount: 0))
        #expect(try CaptureSealer.seal(path) == .alreadySealed)
        var count = 0
        #expect(try CaptureFile(path).read { _, _ in count += 1 }.completion == .sealed)
        #expect(count == 10)
    }

    @Test func `a payload that ends like a capture does not make one sealed`() throws {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        defer { Scratch.remove(path) }
        let media = AbandonedMedia()
        var recorder = try media.recorder(path)
        let payload: [UInt8] = [0x82, 8] + MCAP.magic
        let frame = FrameRecord(
            connection: ConnectionID(rawValue: 1),
            direction: .serverToClient,
            frame: 1,
            part: 0,
            isLast: true,
            offset: 0,
            header: 0..<2,
            payload: 2..<10
        )
        recorder.stage { $0.append(frame, bytes: payload.span.bytes, arrival: .epoch) }
        let gap = try recorder.commit(at: .epoch)
        #expect(gap == nil)
        try media.abandon()
        #expect(try CaptureSealer.seal(path) == .sealed(recordCount: 1, tornByteCount: 0))
    }

    @Test func `leaves a capture alone that is being written`() throws {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        defer { Scratch.remove(path) }
        let media = AbandonedMedia()
        var recorder = try media.recorder(path)
        recorder.stage { $0.append(.notice(NoticeRecord(topic: "n", text: "")), arrival: .epoch) }
        let gap = try recorder.commit(at: .epoch)
        #expect(gap == nil)
        #expect(throws: StoreError.inUse(path: path)) { try CaptureSealer.seal(path) }
        try media.abandon()
    }

    @Test func `never overwrites a file`() throws {
        let path = try Self.abandoned()
        defer { Scratch.remove(path) }
        #expect(throws: StoreError.alreadyExists(path: path)) { try WriteMedium(creating: path) }
    }

    @Test func `says what is wrong with a path`() {
        #expect(throws: StoreError.folderMissing(path: "/tmp/wscap-none")) {
            try WriteMedium(creating: "/tmp/wscap-none/a.wscap")
        }
        #expect(throws: StoreError.notFound(path: "/tmp/wscap-none.wscap")) {
            try CaptureFile("/tmp/wscap-none.wscap")
        }
        #expect(throws: StoreError.isFolder(path: "/tmp")) { try CaptureFile("/tmp") }
    }
}
