import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

private let one = ConnectionID(rawValue: 1)

@Suite struct `IntegrityChecker: messages are what they say they are` {
    @Test func `text that is not UTF-8 is corrupted`() {
        var builder = HistoryBuilder()
        builder.open(one)
        builder.send(one, .serverToClient, .text, [0x61, 0xC3, 0x28])
        builder.end(one, .fin)
        #expect(verdict(builder.entries).found(.integrity) == ["corrupted"])
    }

    @Test func `a character may be cut by fragments but not by the end of the text`() {
        var builder = HistoryBuilder()
        builder.open(one)
        builder.send(one, .serverToClient, .text, [0x61, 0xE2, 0x82], isFinal: false)
        builder.send(one, .serverToClient, .ping, [])
        builder.send(one, .serverToClient, .continuation, [0xAC])
        #expect(verdict(builder.entries).found(.integrity) == [])
        builder.send(one, .serverToClient, .text, [0x61, 0xE2, 0x82])
        #expect(verdict(builder.entries).found(.integrity) == ["corrupted"])
    }

    @Test func `a close reason that is not UTF-8 is corrupted`() {
        var builder = HistoryBuilder()
        builder.open(one)
        builder.send(one, .serverToClient, .close, [3, 232, 0xFF])
        builder.end(one, .fin)
        #expect(verdict(builder.entries).found(.integrity) == ["corrupted"])
    }

    @Test func `broken JSON among JSON is corrupted`() {
        let verdict = verdict("c1:s1-20 c1:t({\"type\":) c1:bye")
        #expect(verdict.found(.integrity) == ["corrupted"])
        #expect(verdict.outcome(.integrity) == .fail)
    }

    @Test func `text that is no JSON among other such text is fine`() {
        let verdict = verdict("c1:t(one) c1:t(two) c1:s1 c1:bye")
        #expect(verdict.found(.integrity) == [])
        #expect(verdict.outcome(.integrity) == .pass)
    }

    @Test func `another payload under a number that has been used conflicts`() {
        let verdict = verdict("c1:s1-3 c1:a1 c1:x c2:s3! c2:a3 c2:bye")
        #expect(verdict.found(.integrity) == ["conflicting m 3"])
        #expect(verdict.outcome(.integrity) == .fail)
    }

    @Test func `a gap leaves integrity open`() {
        #expect(verdict("c1:s1 gap c1:s2 c1:bye").outcome(.integrity) == .inconclusive)
    }

    @Test func `a cut message is counted and is no finding`() {
        let verdict = verdict("c1:s1 c1:a1 c1:cut2 c1:x c2:s2 c2:a2 c2:bye")
        #expect(verdict.outcome(.integrity) == .pass)
        #expect(verdict[.integrity]?.summary.contains("1 cut") == true)
        #expect(verdict.notes.contains("1 cut message came again, whole."))
    }

    @Test(arguments: [(-1, Outcome.pass), (0, .pass), (1, .inconclusive)])
    func `the limit of what is held is exact`(_ excess: Int, _ outcome: Outcome) {
        let limit = 300
        var builder = HistoryBuilder()
        builder.open(one)
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: limit + excess)
        builder.send(one, .serverToClient, .text, text)
        builder.end(one, .fin)
        let verdict = verdict(
            builder.entries,
            limits: MessageLimits(messageBytesMax: limit, controlBytesMax: 125)
        )
        #expect(verdict.outcome(.integrity) == outcome)
    }

    @Test func `a line of the receiver's log that was never sent is unexpected`() {
        let verdict = verdict("c1:s1-2 c1:a2 c1:bye", received: lines("1-2 7"))
        #expect(verdict.found(.integrity) == ["unexpected"])
        #expect(verdict.outcome == .fail)
    }
}
