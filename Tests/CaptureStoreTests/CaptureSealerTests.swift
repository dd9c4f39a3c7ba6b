import CaptureFormat
import CaptureStore
import Testing
import Vocabulary

@Suite struct CaptureSealerTests {
    private static let run = RunDescription(runID: "r", proxy: "p", library: "l", started: .epoch)

    /// A capture as a killed proxy leaves it: written, never finished, its descriptor gone.
    private static func abandoned() throws -> String {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        let medium = try SimpleMedium(creating: path)
        var recorder = CaptureRecorder(medium: medium, run: run)
        for index in 0..<10 {
            recorder.stage {
                $0.append(
                    .notice(NoticeRecord(topic: "n", text: "\(index)")),
                    arrival: Instant(nanoseconds: 1)
                )
            }
            #expect(recorder.commit(at: Instant(nanoseconds: 1)) == .good)
        }
        try medium.close()
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
        let medium = try SimpleMedium(creating: path)
        var recorder = CaptureRecorder(medium: medium, run: Self.run)
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
        #expect(recorder.commit(at: .epoch) == .good)
        try medium.close()
        #expect(try CaptureSealer.seal(path) == .sealed(recordCount: 1, tornByteCount: 0))
    }

    @Test func `leaves a capture alone that is being written`() throws {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        defer { Scratch.remove(path) }
        let medium = try SimpleMedium(creating: path)
        var recorder = CaptureRecorder(medium: medium, run: Self.run)
        recorder.stage { $0.append(.notice(NoticeRecord(topic: "n", text: "")), arrival: .epoch) }
        #expect(recorder.commit(at: .epoch) == .good)
        #expect(throws: StoreError.inUse(path: path)) { try CaptureSealer.seal(path) }
        try medium.close()
    }

    @Test func `never overwrites a file`() throws {
        let path = try Self.abandoned()
        defer { Scratch.remove(path) }
        #expect(throws: StoreError.alreadyExists(path: path)) { try SimpleMedium(creating: path) }
    }

    @Test func `says what is wrong with a path`() {
        #expect(throws: StoreError.folderMissing(path: "/tmp/wscap-none")) {
            try SimpleMedium(creating: "/tmp/wscap-none/a.wscap")
        }
        #expect(throws: StoreError.notFound(path: "/tmp/wscap-none.wscap")) {
            try CaptureFile("/tmp/wscap-none.wscap")
        }
        #expect(throws: StoreError.isFolder(path: "/tmp")) { try CaptureFile("/tmp") }
    }
}
