import CaptureFormat
import CaptureStore
import TestKit
import Testing
import Vocabulary

struct CaptureFileBeginningTests {
    @Test(arguments: [1, 5])
    func `The run is known before the first record`(recordCount: Int) throws {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        defer { Scratch.remove(path) }
        let media = AbandonedMedia()
        var recorder = try media.recorder(path)
        for _ in 0..<recordCount {
            recorder.stage {
                $0.append(.notice(NoticeRecord(topic: "n", text: "t")), arrival: .epoch)
            }
        }
        _ = try recorder.commit(at: .epoch)
        try media.abandon()
        let beginning = try CaptureFile(path).beginning()
        #expect(beginning.library == "l")
        #expect(beginning.run.first { $0.name == "run" }?.value == "r")
        #expect(beginning.run == (try CaptureFile(path).read { _, _ in }.run))
    }

    @Test func `What is no capture is refused`() throws {
        #expect(throws: StoreError.self) { try CaptureFile("/etc/passwd").beginning() }
    }
}
