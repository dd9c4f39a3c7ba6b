import CaptureFormat
import Testing
import Verification
import Vocabulary

@Suite struct SentOffsetsTests {
    private func rewrite(_ range: Range<UInt64>, _ sentCount: Int) -> RewriteRecord {
        RewriteRecord(
            connection: ConnectionID(rawValue: 1),
            direction: .clientToServer,
            kind: .altered,
            offset: range.lowerBound,
            byteCount: UInt64(range.count),
            sent: [UInt8](repeating: 0, count: sentCount),
            cause: "f"
        )
    }

    @Test func `they are the same until something is rewritten`() {
        let offsets = SentOffsets()
        #expect(offsets.sent(ofReceived: 7) == 7)
        #expect(offsets.received(ofSent: 7) == 7)
    }

    @Test func `each rewrite moves what follows, and counts when all of it has gone on`() {
        var offsets = SentOffsets()
        offsets.take(rewrite(10..<20, 0))
        offsets.take(rewrite(30..<40, 15))
        offsets.take(rewrite(50..<50, 5))
        // received   0…10 10…20 20…30 30…40 40…50 50 50…
        // sent       0…10       10…20 20…35 35…45 45…50 50…
        #expect(
            [0, 9, 10, 15, 20, 29].map { offsets.sent(ofReceived: $0) } == [0, 9, 10, 10, 10, 19]
        )
        #expect([30, 39, 40, 49].map { offsets.sent(ofReceived: $0) } == [20, 20, 35, 44])
        #expect(offsets.sent(ofReceived: 50) == 50)
        #expect([0, 9, 10, 19].map { offsets.received(ofSent: $0) } == [0, 9, 20, 29])
        #expect([20, 34, 35, 44].map { offsets.received(ofSent: $0) } == [30, 30, 40, 49])
        #expect([45, 49, 50, 60].map { offsets.received(ofSent: $0) } == [50, 50, 50, 60])
    }

    @Test func `what is acknowledged can be forgotten`() {
        var offsets = SentOffsets()
        var all = SentOffsets()
        for step in 0..<10_000 as Range<UInt64> {
            let record = rewrite(step * 10..<step * 10 + 5, step % 3 == 0 ? 0 : 7)
            offsets.take(record)
            all.take(record)
            offsets.forget(before: all.sent(ofReceived: step * 10))
        }
        for offset in stride(from: 99_990, to: 100_020, by: 1) as StrideTo<UInt64> {
            #expect(offsets.sent(ofReceived: offset) == all.sent(ofReceived: offset))
            let sent = all.sent(ofReceived: offset)
            #expect(offsets.received(ofSent: sent) == all.received(ofSent: sent))
        }
    }
}
