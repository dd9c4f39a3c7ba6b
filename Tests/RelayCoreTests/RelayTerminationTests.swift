import CaptureFormat
import RelayCore
import Telemetry
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

/// The end of a connection that somebody asks for, and how a connection looks from outside.
@Suite struct RelayTerminationTests {
    private let bye = Termination.close(code: 4001, reason: "bye")
    private let payload: [UInt8] = [0x0F, 0xA1] + Array("bye".utf8)

    private func plain() -> RelayCommand {
        Wire.write(.downstream, FrameBytes.frame(.close, payload))
    }
    private func masked() -> RelayCommand {
        Wire.write(.upstream, FrameBytes.frame(.close, payload, maskKey: 7))
    }

    @Test func `both sides hear the close frame, and both legs close when both have answered`()
        throws
    {
        let book = Playbook()
        book.upgrade()
        book.tell(.terminated(bye, maskKey: 7))
        book.expect([masked(), plain()])
        book.bytes(.upstream, FrameBytes.frame(.close, [0x0F, 0xA1]))
        book.expect([])
        #expect(book.snapshot.state == .closing)
        book.bytes(.downstream, FrameBytes.frame(.close, [0x0F, 0xA1], maskKey: 9))
        book.expect([.close(.downstream), .close(.upstream)])
        book.end()
        // The close frames of the peers answer ours: neither of them began.
        let closed = try #require(book.closed())
        #expect(closed.origin == .proxy)
        #expect(closed.cause == .fault)
        #expect(closed.detail == "control-close")
        #expect(book.endingText == "proxy fault control-close")
    }

    @Test func `a frame that is under way is finished first`() {
        let book = Playbook()
        book.upgrade()
        let frame = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 1)
        book.bytes(.downstream, Array(frame.prefix(8)))
        _ = book.take()
        book.tell(.terminated(bye, maskKey: 7))
        book.expect([plain()])
        book.bytes(.downstream, Array(frame.dropFirst(8)))
        book.expect([Wire.write(.upstream, Array(frame.dropFirst(8))), masked()])
    }

    @Test func `a side that has said close already is told nothing more`() throws {
        let book = Playbook()
        book.upgrade()
        book.bytes(.downstream, FrameBytes.frame(.close, [0x03, 0xE8], maskKey: 1))
        _ = book.take()
        book.tell(.terminated(bye, maskKey: 7))
        book.expect([plain()])
        book.bytes(.upstream, FrameBytes.frame(.close, [0x03, 0xE8]))
        book.expect([.close(.downstream), .close(.upstream)])
        book.end()
        #expect(try #require(book.closed()).origin == .client)
    }

    @Test(arguments: [
        (Termination.fin, "control-fin"), (.reset, "control-reset"),
        (.close(code: 1001, reason: ""), "control-close"),
    ])
    func `before there are frames, the legs end at once`(
        how: Termination,
        detail: String
    ) throws {
        let book = Playbook()
        book.connect()
        book.tell(.terminated(how, maskKey: 1))
        let wanted: (Leg) -> RelayCommand = { how == .reset ? .reset($0) : .close($0) }
        book.expect([wanted(.downstream), wanted(.upstream)])
        book.end()
        #expect(try #require(book.closed()).detail == detail)
    }

    @Test func `a connection says how it stands from its beginning to its end`() {
        let book = Playbook()
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        #expect(book.snapshot.state == .handshake)
        #expect(book.snapshot.client == "c:1")
        #expect(book.snapshot.server.isEmpty)
        book.tell(.dialled(local: "p:2", remote: "s:80"))
        book.bytes(.downstream, Wire.request)
        #expect(book.snapshot.state == .handshake)
        #expect(!book.snapshot.isWebSocket)
        book.bytes(.upstream, Wire.accepted)
        let frame = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 1)
        book.bytes(.downstream, frame)
        let open = book.snapshot
        #expect(open.state == .open)
        #expect(open.isWebSocket)
        #expect(open.opened == Instant(nanoseconds: 7))
        #expect(open.server == "s:80")
        #expect(open.clientToServer.frames.text == 1)
        #expect(open.clientToServer.frames.payloadByteCount == 5)
        let byteCount = UInt64(Wire.request.count + frame.count)
        #expect(open.clientToServer.receivedByteCount == byteCount)
        #expect(open.clientToServer.forwardedByteCount == byteCount)
        #expect(open.serverToClient.frames.frameCount == 0)
        book.tell(.terminated(.fin, maskKey: 1))
        #expect(book.snapshot.state == .closing)
    }

    @Test func `a frame in parts counts once, its payload as it comes`() {
        let book = Playbook()
        book.upgrade()
        let frame = FrameBytes.frame(.binary, [1, 2, 3, 4], maskKey: 1)
        for (index, byte) in frame.enumerated() {
            book.bytes(.downstream, [byte])
            let frames = book.snapshot.clientToServer.frames
            #expect(frames.binary == (index < 5 ? 0 : 1))
            #expect(frames.payloadByteCount == UInt64(max(index - 5, 0)))
        }
        #expect(book.snapshot.clientToServer.frames.messageCount == 1)
    }
}
