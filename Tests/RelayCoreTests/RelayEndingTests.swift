import CaptureFormat
import RelayCore
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

@Suite struct RelayEndingTests {
    @Test func `half-close is kept, and the other flow goes on`() throws {
        let book = Playbook()
        book.connect()
        book.tell(.inputClosed(.downstream))
        book.expect([.closeOutput(.upstream)])
        book.bytes(.upstream, [1, 2, 3])
        book.expect([Wire.write(.downstream, [1, 2, 3])])
        book.tell(.inputClosed(.upstream))
        book.expect([.close(.downstream), .close(.upstream)])
        book.end()
        book.expect([.handshakeEnded, .finished])
        let closed = try #require(book.closed())
        #expect(closed.origin == .client)
        #expect(closed.cause == .fin)
    }

    @Test(arguments: Leg.allCases)
    func `a reset on one leg becomes a reset on the other`(leg: Leg) throws {
        let book = Playbook()
        book.upgrade()
        book.tell(.broken(leg, isReset: true, detail: "connection reset by peer"))
        book.expect([.reset(leg.other), .close(leg)])
        book.end()
        let closed = try #require(book.closed())
        #expect(closed.cause == .reset)
        #expect(closed.origin == (leg == .downstream ? .client : .server))
    }

    @Test func `a close handshake is named with its codes, whatever the sockets do after it`()
        throws
    {
        let book = Playbook()
        book.upgrade()
        book.bytes(.upstream, FrameBytes.frame(.close, [0x03, 0xE9] + Array("restart".utf8)))
        book.bytes(.downstream, FrameBytes.frame(.close, [0x03, 0xE9], maskKey: 0xABCD))
        book.tell(.broken(.upstream, isReset: true, detail: ""))
        book.end()
        let closed = try #require(book.closed())
        #expect(closed.cause == .closeHandshake)
        #expect(closed.origin == .server)
        #expect(closed.serverClose == ClosedRecord.CloseFrame(code: 1001, reason: "restart"))
        #expect(closed.clientClose == ClosedRecord.CloseFrame(code: 1001, reason: ""))
    }

    @Test func `a close frame without an answer is said to be unanswered`() throws {
        let book = Playbook()
        book.upgrade()
        book.bytes(.downstream, FrameBytes.frame(.close, [], maskKey: 1))
        book.tell(.inputClosed(.downstream))
        book.end()
        let closed = try #require(book.closed())
        #expect(closed.cause == .closeUnanswered)
        #expect(closed.clientClose?.code == 1005)
        #expect(closed.serverClose == nil)
    }

    @Test func `the last word of the kernel is in the record`() throws {
        let book = Playbook()
        book.upgrade()
        book.tell(
            .legClosed(
                .upstream,
                LegProgress(written: 100, acknowledged: 60, unsent: 30, isKnown: true)
            )
        )
        book.tell(.legClosed(.downstream, LegProgress(written: 5, acknowledged: 5, isKnown: true)))
        let closed = try #require(book.closed())
        #expect(closed.upstream.acknowledged == 60)
        #expect(closed.upstream.unsent == 30)
        #expect(closed.downstream.received == UInt64(Wire.request.count))
    }

    @Test func `bytes that arrive when the receiver is gone are called undeliverable`() throws {
        let book = Playbook()
        book.upgrade()
        book.tell(.legClosed(.upstream, LegProgress()))
        let frame = FrameBytes.frame(.text, [0x41], maskKey: 1)
        book.bytes(.downstream, frame)
        book.tell(.legClosed(.downstream, LegProgress()))
        let outcomes = book.records().compactMap { record -> OutcomeRecord? in
            if case .outcome(let outcome) = record { outcome } else { nil }
        }
        #expect(outcomes.map(\.kind) == [.undeliverable])
        #expect(outcomes.first?.byteCount == UInt64(frame.count))
        #expect(outcomes.first?.direction == .clientToServer)
    }

    @Test func `at shutdown both sides hear 1001, masked for the server`() throws {
        let book = Playbook()
        book.upgrade()
        book.tell(.shutdown(maskKey: 0x0102_0304))
        let writes = book.take()
        #expect(writes.count == 2)
        for case .write(let leg, let buffer) in writes {
            let bytes = Array(buffer.readableBytesView)
            let head = try #require(try FrameHeader(bytes.span.bytes))
            #expect(head.opcode == .close)
            #expect(head.isMasked == (leg == .upstream))
            var payload = Array(bytes[head.byteCount...])
            if let key = head.maskKey {
                Masking.apply(key: key, to: &payload, range: 0..<payload.count, offset: 0)
            }
            #expect(payload.prefix(2) == [0x03, 0xE9])
        }
        book.bytes(.upstream, FrameBytes.frame(.close, [0x03, 0xE9]))
        book.expect([])
        book.bytes(.downstream, FrameBytes.frame(.close, [0x03, 0xE9], maskKey: 1))
        book.expect([.close(.downstream), .close(.upstream)])
        book.end()
        #expect(try #require(book.closed()).origin == .proxy)
        #expect(try #require(book.closed()).cause == .shutdown)
    }

    @Test func `at shutdown a frame that is under way is finished first`() {
        let book = Playbook()
        book.upgrade()
        let frame = FrameBytes.frame(.text, Array("under way".utf8))
        book.bytes(.upstream, Array(frame.prefix(4)))
        _ = book.take()
        book.tell(.shutdown(maskKey: 1))
        #expect(
            book.take().allSatisfy { if case .write(.downstream, _) = $0 { false } else { true } }
        )
        book.bytes(.upstream, Array(frame.dropFirst(4)))
        let after = book.take()
        #expect(after.first == Wire.write(.downstream, Array(frame.dropFirst(4))))
        #expect(after.count == 2)
    }

    @Test func `at shutdown plain connections are closed at once`() {
        let book = Playbook()
        book.connect()
        book.tell(.shutdown(maskKey: 1))
        book.expect([.close(.downstream), .close(.upstream)])
    }

    @Test func `a client that ended its side during the dial is served all the same`() {
        let book = Playbook()
        book.tell(.accepted(local: "", remote: ""))
        book.bytes(.downstream, Wire.get)
        book.tell(.inputClosed(.downstream))
        book.expect([.dial])
        book.tell(.dialled(local: "", remote: ""))
        book.expect([
            Wire.write(.upstream, Wire.get), .closeOutput(.upstream), .setReading(.upstream, true),
        ])
        book.bytes(.upstream, Wire.ok)
        book.expect([.handshakeEnded, Wire.write(.downstream, Wire.ok)])
        book.tell(.inputClosed(.upstream))
        book.end()
        #expect(book.take().last == .finished)
    }

    @Test(arguments: [true, false])
    func `a dial outlives its client and leaves nothing behind`(succeeds: Bool) {
        let book = Playbook()
        book.tell(.accepted(local: "", remote: ""))
        book.tell(.broken(.downstream, isReset: true, detail: ""))
        book.tell(.legClosed(.downstream, LegProgress()))
        book.expect([.dial, .close(.downstream)])
        if succeeds {
            book.tell(.dialled(local: "", remote: ""))
            book.expect([.reset(.upstream)])
            book.tell(.legClosed(.upstream, LegProgress()))
        } else {
            book.tell(.dialFailed(DialFailure(kind: .refused, detail: "")))
        }
        #expect(book.take().last == .finished)
        #expect(book.closed()?.cause == .reset)
    }
}
