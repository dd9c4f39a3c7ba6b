import Testing
import Vocabulary

struct FrameReferenceTests {
    @Test(arguments: [
        "c1→17", "c1 → #17", "c1 → frame 17", "c1 → frames 17–19", "c1→17–19", "c1>17", "c1->17",
        "c1 > 17", "c1:client:17", "c1:client-to-server:17", " c01→017 ", "c1 → #17–18", "c1→17-19",
    ])
    func `A client's frame is named in many ways`(text: String) {
        let reference = FrameReference(text)
        #expect(reference?.description == "c1→17")
        #expect(reference?.direction == .clientToServer)
    }

    @Test(arguments: [
        "c12←3", "c12 ← #3", "c12<3", "c12<-3", "c12:server:3", "c12:server-to-client:3",
    ])
    func `And a server's`(text: String) {
        #expect(FrameReference(text)?.description == "c12←3")
    }

    @Test(arguments: [
        "", "c", "c1", "1→17", "c1→", "c1→0", "c0→1", "c1→x", "c1→17x", "c1→17–x", "c→1", "c1:17",
        "c1:proxy:17", "c1→18446744073709551616", "c1→-1", "c1 17", "run.wscap", "c1→1→2", "→1",
    ])
    func `What names no frame is refused`(text: String) {
        #expect(FrameReference(text) == nil)
    }
}
