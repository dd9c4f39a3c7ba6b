import CaptureFormat
import Faults
import RelayCore
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

@Suite struct RelayFaultTests {
    private func plan(
        _ faults: [(Direction, ByteFault)],
        firstID: UInt64 = 1
    ) -> RelayEvent {
        var plan = FaultPlan(seed: 1)
        for (index, (direction, fault)) in faults.enumerated() {
            plan.toxics.append(
                Toxic(
                    id: firstID + UInt64(index),
                    name: fault.type,
                    stream: "",
                    direction: direction,
                    toxicity: 1,
                    fault: .bytes(fault)
                )
            )
        }
        return .plan(plan)
    }

    private let slow = ByteFault.latency(Latency(latency: 100))

    private func outcomes(_ book: Playbook) -> [OutcomeRecord] {
        book.records().compactMap { if case .outcome(let it) = $0 { it } else { nil } }
    }

    private func held(_ book: Playbook) -> [HeldRecord] {
        book.records().compactMap { if case .held(let it) = $0 { it } else { nil } }
    }

    /// The writes among commands, and when the relay wants to be woken.
    private func writes(_ commands: [RelayCommand]) -> [RelayCommand] {
        commands.filter { if case .write = $0 { true } else { false } }
    }

    private func wakeTime(_ commands: [RelayCommand]) -> Instant? {
        for case .wake(let time) in commands.reversed() { return time }
        return nil
    }

    @Test func `held bytes are recorded at once, go on when their time has come, and say so`()
        throws
    {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, slow)]))
        book.expect([])
        let frame = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 99)
        book.bytes(.downstream, frame)
        let commands = book.take()
        #expect(writes(commands) == [])
        #expect(book.recordedBytes(.clientToServer).suffix(frame.count) == frame[...])
        book.wait(until: try #require(wakeTime(commands)))
        book.tell(.woke)
        #expect(book.take() == [Wire.write(.upstream, frame)])
        let record = try #require(held(book).first)
        #expect(
            record.range == UInt64(Wire.request.count)..<UInt64(Wire.request.count + frame.count)
        )
        #expect(record.heldNanoseconds >= 100_000_000)
        #expect(record.cause == "latency")
        #expect(outcomes(book) == [])
    }

    @Test func `the other direction takes the short way`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, slow)]))
        _ = book.take()
        book.bytes(.upstream, [0x81, 0])
        book.expect([Wire.write(.downstream, [0x81, 0])])
    }

    private var partition: RelayEvent {
        plan([(.clientToServer, .partition), (.serverToClient, .partition)])
    }

    @Test func `a reset during a partition reaches the other side when it is healed`() {
        let book = Playbook()
        book.upgrade()
        book.tell(partition)
        book.bytes(.downstream, [1])
        book.tell(.broken(.downstream, isReset: true, detail: "reset"))
        book.tell(.legClosed(.downstream, LegProgress()))
        book.bytes(.upstream, [2])
        book.expect([.close(.downstream)])
        book.tell(plan([]))
        book.expect([Wire.write(.upstream, [1]), .reset(.upstream)])
        book.tell(.legClosed(.upstream, LegProgress()))
        #expect(outcomes(book).map(\.byteCount) == [1])
    }

    @Test func `a connection that begins during a partition hears nothing, no timeout either`() {
        let book = Playbook()
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.tell(partition)
        book.bytes(.downstream, Wire.request)
        book.tell(.dialled(local: "p:2", remote: "s:80"))
        _ = book.take()
        book.tell(.handshakeTimeout)
        book.tell(.inputClosed(.downstream))
        book.expect([])
        book.tell(plan([]))
        book.expect([Wire.write(.upstream, Wire.request), .closeOutput(.upstream)])
    }

    @Test func `whoever asks for a reset gets a reset`() {
        let book = Playbook()
        book.upgrade()
        book.tell(.terminated(.reset, maskKey: 1))
        book.expect([.reset(.downstream), .reset(.upstream)])
        book.tell(.terminated(.fin, maskKey: 1))
        book.expect([])
        book.end()
        let closed = book.records().compactMap { if case .closed(let it) = $0 { it } else { nil } }
        #expect(closed.map(\.detail) == ["control-reset"])
    }

    @Test func `a plan without toxics lets everything go and leaves no trace`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, slow)]))
        book.bytes(.downstream, [1])
        book.bytes(.downstream, [2])
        _ = book.take()
        book.tell(plan([]))
        book.expect([
            Wire.write(.upstream, [1]), Wire.write(.upstream, [2]), .wake(nil),
        ])
        book.bytes(.downstream, [3])
        book.expect([Wire.write(.upstream, [3])])
    }

    @Test func `a plan counts from the first byte of a connection that is being dialled`() {
        let book = Playbook()
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.tell(plan([(.clientToServer, slow)]))
        book.bytes(.downstream, Wire.request)
        book.tell(.dialled(local: "p:2", remote: "s:80"))
        let commands = book.take()
        #expect(writes(commands) == [])
        #expect(wakeTime(commands) != nil)
    }

    @Test func `an end waits behind held bytes, also when the sender's leg is gone meanwhile`()
        throws
    {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, slow)]))
        book.bytes(.downstream, [1])
        book.tell(.inputClosed(.downstream))
        let time = try #require(wakeTime(book.take()))
        // The server ends too, and so the client's leg ends altogether.
        book.tell(.inputClosed(.upstream))
        book.expect([.closeOutput(.downstream)])
        book.tell(.legClosed(.downstream, LegProgress()))
        book.expect([])
        book.wait(until: time)
        book.tell(.woke)
        #expect(book.take() == [Wire.write(.upstream, [1]), .close(.upstream)])
        book.tell(.legClosed(.upstream, LegProgress()))
        #expect(outcomes(book) == [])
        #expect(book.closed()?.cause == .fin)
    }

    @Test func `what a fault drops is undeliverable in its name, and its cut is told`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.serverToClient, .limitData(LimitData(bytes: 3)))]))
        book.bytes(.upstream, [1, 2, 3, 4, 5])
        book.expect([
            Wire.write(.downstream, [1, 2, 3]), .close(.downstream), .close(.upstream),
        ])
        book.bytes(.upstream, [6])
        book.end()
        #expect(outcomes(book).map(\.byteCount) == [2, 1])
        #expect(outcomes(book).allSatisfy { $0.cause == "limit_data" && $0.kind == .undeliverable })
        #expect(book.closed()?.cause == .fault)
        #expect(book.closed()?.origin == .proxy)
        #expect(book.closed()?.detail == "limit_data")
    }

    @Test func `reset_peer resets both legs, whenever they were opened`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, .resetPeer(ResetPeer()))]))
        book.bytes(.downstream, [1])
        book.expect([.reset(.downstream), .reset(.upstream)])
    }

    @Test func `a reset of the peer lets what is held go first`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, slow)]))
        book.bytes(.downstream, [1])
        _ = book.take()
        book.tell(.broken(.downstream, isReset: true, detail: ""))
        let commands = book.take()
        #expect(writes(commands) == [Wire.write(.upstream, [1])])
        #expect(commands.contains(.reset(.upstream)))
    }

    @Test func `bytes that are held when the receiver is gone are the fault's`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, .bandwidth(Bandwidth(rate: 0)))]))
        book.bytes(.downstream, [1, 2])
        book.tell(.legClosed(.upstream, LegProgress()))
        book.tell(.legClosed(.downstream, LegProgress()))
        #expect(outcomes(book).map(\.byteCount) == [2])
        #expect(outcomes(book).first?.cause == "bandwidth")
    }

    @Test func `a fault that is full stops its sender, and its receiver's wish counts too`() throws
    {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, .bandwidth(Bandwidth(rate: 1)))]))
        book.bytes(.downstream, [UInt8](repeating: 0, count: 65_536))
        #expect(book.take().contains(.setReading(.downstream, false)))
        book.tell(.writable(.upstream, true))
        book.expect([.setReading(.downstream, false)])
        book.tell(plan([]))
        #expect(book.take().contains(.setReading(.downstream, true)))
    }

    @Test func `the proxy's own goodbye stands behind what is held`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, slow), (.serverToClient, slow)]))
        let frame = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 99)
        book.bytes(.downstream, frame)
        _ = book.take()
        book.tell(.shutdown(maskKey: 5))
        let commands = writes(book.take())
        #expect(commands.first == Wire.write(.upstream, frame))
        #expect(commands.count == 3)
    }

    @Test func `where a fault has dropped bytes, the proxy stops without a word`() {
        let book = Playbook()
        book.upgrade()
        book.tell(plan([(.clientToServer, .timeout(Timeout()))]))
        book.bytes(.downstream, FrameBytes.frame(.text, Array("hello".utf8), maskKey: 99))
        _ = book.take()
        book.tell(.shutdown(maskKey: 5))
        #expect(writes(book.take()) == [])
        book.end()
        #expect(book.closed()?.cause == .fault)
    }

    @Test func `somebody may ask for the end`() {
        let book = Playbook()
        book.upgrade()
        book.tell(.ended(cause: "proxy-disabled"))
        book.expect([.close(.downstream), .close(.upstream)])
        book.end()
        #expect(book.closed()?.detail == "proxy-disabled")
    }
}
