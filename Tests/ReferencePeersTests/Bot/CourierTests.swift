import ReferencePeers
import Testing

/// Courier tests read like a play: what happens, and what the courier wants done about it.
struct CourierTests {
    private func courier(
        mode: DeliveryMode = .resend,
        failuresMax: UInt64 = 3,
        pingInterval: Duration = .zero
    ) -> Courier {
        Courier(
            outbox: Outbox(mode: mode, limit: 10),
            retry: RetryPolicy(failuresMax: failuresMax, delay: .seconds(5)),
            patience: Courier.Patience(
                pingInterval: pingInterval,
                answer: .seconds(10),
                drain: .seconds(30)
            )
        )
    }

    /// A courier on an open connection.
    private func open(
        mode: DeliveryMode = .resend,
        pingInterval: Duration = .zero
    ) -> Courier {
        var courier = courier(mode: mode, pingInterval: pingInterval)
        _ = courier.begin()
        _ = courier.opened()
        return courier
    }

    private func publish(_ letters: String, to courier: inout Courier) {
        for message in messages(letters) {
            _ = courier.publish(message)
        }
    }

    private func send(from courier: inout Courier) -> [String] {
        var texts: [String] = []
        while let message = courier.nextToSend() {
            texts.append(message.text)
        }
        return texts
    }

    private let closing: [Courier.Action] = [
        .stop(.ping), .stop(.pong), .stop(.drain), .close, .start(.close, after: .seconds(10)),
    ]
    private let lost: [Courier.Action] = [.stop(.ping), .stop(.pong), .stop(.close)]
    private let redial: [Courier.Action] = [.start(.redial, after: .seconds(5))]

    private func ended(_ outcome: Courier.Outcome) -> [Courier.Action] {
        [.stop(.redial), .stop(.drain), .end(outcome)]
    }

    @Test
    func `messages wait for the connection and leave in order`() {
        var courier = courier()
        let begun = courier.begin()
        #expect(begun == [.dial])
        publish("mtm", to: &courier)
        let early = send(from: &courier)
        #expect(early == [])
        let opened = courier.opened()
        #expect(opened == [])
        let sent = send(from: &courier)
        #expect(sent == ["m1", "t2", "m3"])
    }

    @Test
    func `resend closes only when everything is acknowledged`() {
        var courier = open()
        publish("mt", to: &courier)
        _ = send(from: &courier)
        let finished = courier.finish()
        #expect(finished == [.start(.drain, after: .seconds(30))])
        let half = courier.acknowledge(ack("m", upTo: 1))
        #expect(half == [])
        let whole = courier.acknowledge(ack("t", upTo: 2))
        #expect(whole == closing)
        let answered = courier.closeReceived(1000)
        #expect(answered == [])
        let gone = courier.disconnected()
        #expect(gone == lost + ended(.drained))
    }

    @Test
    func `fire and forget closes as soon as everything is handed over`() {
        var courier = open(mode: .fireAndForget)
        publish("mt", to: &courier)
        let finished = courier.finish()
        #expect(finished == [.start(.drain, after: .seconds(30))])
        _ = send(from: &courier)
        let settled = courier.settle()
        #expect(settled == closing)
    }

    @Test
    func `a lost connection is dialed again and what was unacknowledged is sent again`() {
        var courier = open()
        publish("mtm", to: &courier)
        _ = send(from: &courier)
        _ = courier.acknowledge(ack("m", upTo: 1))
        let gone = courier.disconnected()
        #expect(gone == lost + redial)
        let dialed = courier.fired(.redial)
        #expect(dialed == [.dial])
        _ = courier.opened()
        let sent = send(from: &courier)
        #expect(sent == ["t2", "m3"])
        let connections = courier.connections
        #expect(connections == 2)
    }

    @Test
    func `it gives up after so many failures in a row and nothing is dialed again`() {
        var courier = courier(failuresMax: 2)
        _ = courier.begin()
        publish("m", to: &courier)
        let once = courier.dialFailed()
        #expect(once == redial)
        _ = courier.fired(.redial)
        let twice = courier.dialFailed()
        #expect(twice == [.stop(.drain), .end(.gaveUp)])
        let finished = courier.finish()
        #expect(finished == [])
        let late = courier.fired(.redial)
        #expect(late == [])
    }

    @Test
    func `draining goes on across connections until its time is over`() {
        var courier = open()
        publish("m", to: &courier)
        _ = send(from: &courier)
        _ = courier.finish()
        let gone = courier.disconnected()
        #expect(gone == lost + redial)
        let over = courier.fired(.drain)
        #expect(over == ended(.drainTimeout))
    }

    @Test
    func `when the time for draining is over an open connection is still closed in order`() {
        var courier = open()
        publish("m", to: &courier)
        _ = send(from: &courier)
        _ = courier.finish()
        let over = courier.fired(.drain)
        #expect(over == closing)
        let silent = courier.fired(.close)
        #expect(silent == [.disconnect])
        let gone = courier.disconnected()
        #expect(gone == lost + ended(.drainTimeout))
    }

    @Test
    func `a drain that times out while dialing ends with the dial`() {
        var courier = courier()
        _ = courier.begin()
        publish("m", to: &courier)
        _ = courier.finish()
        let over = courier.fired(.drain)
        #expect(over == [])
        let failed = courier.dialFailed()
        #expect(failed == ended(.drainTimeout))
    }

    @Test
    func `with nothing to deliver a pause is not waited for`() {
        var courier = courier()
        _ = courier.begin()
        _ = courier.dialFailed()
        let finished = courier.finish()
        #expect(finished == [.start(.drain, after: .seconds(30))] + ended(.drained))
    }

    @Test
    func `a dashboard that goes away is answered, waited for, and dialed again`() {
        var courier = open()
        publish("m", to: &courier)
        let closed = courier.closeReceived(1001)
        #expect(
            closed == [
                .stop(.ping), .stop(.pong), .answerClose(1001),
                .start(.close, after: .seconds(10)),
            ]
        )
        let sent = send(from: &courier)
        #expect(sent == [])
        let silent = courier.fired(.close)
        #expect(silent == [.disconnect])
        let gone = courier.disconnected()
        #expect(gone == lost + redial)
    }

    @Test
    func `a pong in time leads to the next ping, a missing one to a new connection`() {
        var courier = open(pingInterval: .seconds(20))
        let ping = courier.fired(.ping)
        #expect(ping == [.ping, .start(.pong, after: .seconds(10))])
        let pong = courier.ponged()
        #expect(pong == [.stop(.pong), .start(.ping, after: .seconds(20))])
        _ = courier.fired(.ping)
        let missing = courier.fired(.pong)
        #expect(missing == [.disconnect])
        let gone = courier.disconnected()
        #expect(gone == lost + redial)
    }

    @Test
    func `alarms that come too late change nothing`() {
        var courier = open()
        publish("m", to: &courier)
        for alarm in [Courier.Alarm.redial, .close] {
            let actions = courier.fired(alarm)
            #expect(actions == [])
        }
        _ = courier.disconnected()
        for alarm in [Courier.Alarm.ping, .pong, .close] {
            let actions = courier.fired(alarm)
            #expect(actions == [])
        }
        let again = courier.disconnected()
        #expect(again == [])
    }
}
