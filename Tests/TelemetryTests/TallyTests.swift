import Telemetry
import Testing
import Vocabulary

@Suite struct TallyTests {
    @Test func `frames count by what they are, messages by their last frame`() {
        var tally = FrameTally()
        // Text in two frames with a ping between them, binary, a close frame, one without a meaning.
        for first in [0x01, 0x89, 0x80, 0x82, 0x88, 0x8B] as [UInt8] {
            tally.count(firstByte: first, payloadLength: 5)
            tally.count(payloadByteCount: 5)
        }
        #expect(
            tally.byOpcode.map(\.count) == [1, 1, 1, 1, 1, 0, 1]
        )
        #expect(tally.frameCount == 6)
        #expect(tally.messageCount == 2)
        #expect(tally.payloadByteCount == 30)
        #expect(tally.lastOpcode == "reserved")
    }

    @Test func `durations fall into the first bucket that holds them`() {
        var histogram = DurationHistogram()
        for duration in [0, 5_000, 5_001, 2_000_000_000] as [UInt64] { histogram.add(duration) }
        #expect(histogram.counts.first == 2)
        #expect(histogram.counts[1] == 1)
        #expect(histogram.counts.last == 1)
        #expect(histogram.count == 4)
        #expect(histogram.sumNanoseconds == 2_000_010_001)
    }

    @Test func `sums are those of all loops, and the latest dial counts`() {
        var one = ProxyTally()
        one.acceptedCount = 2
        one.lastDial = ProxyTally.Dial(time: Instant(nanoseconds: 5), failure: "refused")
        one.countFault("slow")
        var other = ProxyTally()
        other.acceptedCount = 3
        other.lastDial = ProxyTally.Dial(time: Instant(nanoseconds: 9))
        other.countFault("slow", 4)
        one += other
        #expect(one.acceptedCount == 5)
        #expect(one.lastDial?.failure == nil)
        #expect(one.faults == ["slow": 5])
    }

    @Test func `too many names of faults count as other`() {
        var tally = ProxyTally()
        for number in 0..<1500 { tally.countFault("fault \(number)") }
        #expect(tally.faults.count == 1001)
        #expect(tally.faults["other"] == 500)
    }
}
