import ReferencePeers
import Testing

struct OutboxTests {
    private func outbox(
        _ letters: String,
        mode: DeliveryMode = .resend,
        limit: Int = 100
    ) -> (outbox: Outbox, dropped: [String]) {
        var outbox = Outbox(mode: mode, limit: limit)
        let dropped = messages(letters).compactMap { outbox.publish($0)?.message.text }
        return (outbox, dropped)
    }

    private func send(_ count: Int, from outbox: inout Outbox) -> [String] {
        (0..<count).compactMap { _ in outbox.nextToSend()?.text }
    }

    @Test(arguments: [("mm", []), ("mmm", []), ("mmmm", ["m1"]), ("mmmmm", ["m1", "m2"])])
    func `a full outbox drops the oldest message`(letters: String, expected: [String]) {
        let (outbox, dropped) = outbox(letters, limit: 3)
        #expect(dropped == expected)
        #expect(outbox.count == min(letters.count, 3))
        #expect(outbox.dropped == UInt64(expected.count))
    }

    @Test(arguments: [
        ("tmmm", ["m2"]), ("mtdt", ["m1"]), ("tttm", ["m4"]), ("tttt", ["t1"]),
        ("ttmtt", ["m3", "t1"]),
    ])
    func `priority messages go last`(letters: String, expected: [String]) {
        #expect(outbox(letters, limit: 3).dropped == expected)
    }

    @Test
    func `unacknowledged messages count and are the oldest`() {
        var (outbox, _) = outbox("mmt", limit: 3)
        #expect(send(3, from: &outbox) == ["m1", "m2", "t3"])
        let dropped = outbox.publish(message("m", 4))
        #expect(dropped?.message.text == "m1")
        #expect(dropped?.wasInFlight == true)
        #expect(outbox.count == 3)
    }

    @Test
    func `an acknowledgement makes room`() {
        var (outbox, _) = outbox("mm", limit: 2)
        _ = send(2, from: &outbox)
        outbox.acknowledge(ack("m", upTo: 1))
        #expect(outbox.publish(message("m", 3)) == nil)
        #expect(outbox.acknowledged == 1)
    }

    @Test
    func `after a lost connection everything unacknowledged goes again, before what is new`() {
        var (outbox, _) = outbox("mtdmt")
        _ = send(4, from: &outbox)
        outbox.acknowledge(ack("m", upTo: 1))
        outbox.connectionLost()
        #expect(send(9, from: &outbox) == ["t2", "d3", "m4", "t5"])
        #expect(outbox.sent == 5)
        #expect(outbox.resent == 3)
    }

    @Test
    func `an acknowledgement from before the connection was lost covers nothing after it`() {
        var (outbox, _) = outbox("m")
        _ = send(1, from: &outbox)
        outbox.connectionLost()
        outbox.acknowledge(ack("m", upTo: 1))
        #expect(send(1, from: &outbox) == ["m1"])
    }

    @Test
    func `fire and forget forgets what the socket took`() {
        var (outbox, _) = outbox("mtm", mode: .fireAndForget)
        #expect(send(2, from: &outbox) == ["m1", "t2"])
        #expect(outbox.count == 1)
        outbox.connectionLost()
        #expect(send(9, from: &outbox) == ["m3"])
        #expect(outbox.resent == 0)
    }
}
