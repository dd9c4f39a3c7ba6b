import Exports
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct RawPayloadTests {
    @Test func `A payload comes out unmasked, whatever the parts`() {
        let payload = Array("the quick brown fox".utf8)
        let frame = FrameBytes.frame(.binary, payload, maskKey: 0x1234_5678)
        for cut in 1..<frame.count {
            let entries = HistoryBuilder.entries { run in
                run.open(c1)
                run.text(c1, .clientToServer, "before")
                run.raw(c1, .clientToServer, frame, cuts: [cut])
                run.text(c1, .clientToServer, "after")
            }
            guard let reference = FrameReference("c1→2") else { preconditionFailure() }
            var raw = RawPayload(of: reference)
            var out: [UInt8] = []
            for recorded in entries {
                out += raw.take(recorded.entry, bytes: recorded.bytes.span.bytes)
            }
            #expect(out == payload)
            #expect(raw.isDone && raw.isFound)
        }
    }
}
