import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

/// The same connections, seen at two places.
struct VantageTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    /// A connection whose upgrade had this key.
    private func history(
        _ number: UInt64,
        key: String = key,
        texts: [String],
        isEnded: Bool = true
    ) -> [HistoryBuilder.Recorded] {
        let connection = ConnectionID(rawValue: number)
        var run = HistoryBuilder()
        run.open(connection)
        for text in texts { run.send(connection, .clientToServer, .text, Array(text.utf8)) }
        if isEnded { run.end(connection, .closeHandshake) }
        return run.entries.map { recorded in
            guard case .handshake(var handshake) = recorded.entry.record else { return recorded }
            handshake.requestHeaders = [HeaderField(name: "Sec-WebSocket-Key", value: key)]
            var changed = recorded
            changed.entry.record = .handshake(handshake)
            return changed
        }
    }

    private func compare(
        _ original: [HistoryBuilder.Recorded],
        _ other: [HistoryBuilder.Recorded]
    ) -> (comparisons: [VantageFilter.Comparison], judged: Int) {
        var observer = VantageObserver()
        for recorded in original {
            observer.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
        }
        observer.finish()
        var filter = VantageFilter(observer)
        var judged = 0
        for recorded in other {
            filter.observe(recorded.entry, bytes: recorded.bytes.span.bytes) { _, _ in judged += 1 }
        }
        return (filter.finish(), judged)
    }

    private func texts(_ count: Int, changed: Int? = nil) -> [String] {
        (0..<count).map { #"{"sequence":\#($0)\#($0 == changed ? "0" : "")}"# }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func `The same messages are the same, and nothing is left to judge`(count: Int) {
        let found = compare(history(1, texts: texts(count)), history(7, texts: texts(count)))
        #expect(found.judged == 0)
        #expect(found.comparisons.count == 1)
        #expect(found.comparisons.first?.differences == [])
        #expect(found.comparisons.first?.messageCount == UInt64(count))
        #expect(found.comparisons.first?.original == ConnectionID(rawValue: 1))
    }

    @Test(arguments: [(3, UInt64(1)), (64, 65), (130, 129)])
    func `Where messages differ the place is told, to a block`(changed: Int, message: UInt64) {
        let found = compare(
            history(1, texts: texts(140)),
            history(1, texts: texts(140, changed: changed))
        )
        #expect(found.comparisons.first?.differences.map(\.message) == [message])
        #expect(found.comparisons.first?.differences.map(\.direction) == [.clientToServer])
    }

    @Test func `Who stopped earlier has seen a part`() {
        let found = compare(history(1, texts: texts(140)), history(1, texts: texts(100)))
        #expect(found.comparisons.first?.differences == [])
        #expect(found.comparisons.first?.messageCount == 100)
        #expect(found.comparisons.first?.originalCount == 140)
    }

    @Test func `Another connection is judged`() {
        let other = history(1, key: "AAAAAAAAAAAAAAAAAAAAAA==", texts: texts(3))
        let found = compare(history(1, texts: texts(3)), other)
        #expect(found.comparisons.isEmpty)
        #expect(found.judged == other.count)
    }

    @Test func `A difference makes integrity inconclusive and names the place`() throws {
        var verifier = Verifier()
        for recorded in history(1, texts: texts(140)) {
            verifier.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
        }
        var verdict = verifier.finish(fileState: .sealed)
        let found = compare(
            history(1, texts: texts(140)),
            history(2, texts: texts(140, changed: 70))
        )
        verdict.add(found.comparisons, of: "trace.pcap")
        let integrity = try #require(verdict[.integrity])
        #expect(integrity.outcome == .inconclusive)
        #expect(
            integrity.reasons == [
                "c1 →: messages are not those of c2 in trace.pcap, from about the 65th on."
            ]
        )
    }
}
