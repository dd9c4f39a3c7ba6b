import CaptureFormat
import Recording
import RelayCore
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

@Suite struct RelayHandshakeTests {
    @Test func `plain HTTP passes, keep-alive and all`() {
        let book = Playbook()
        book.connect()
        for _ in 0..<3 {
            book.bytes(.downstream, Wire.get)
            book.bytes(.upstream, Wire.ok)
        }
        #expect(book.recordedBytes(.clientToServer) == Wire.get + Wire.get + Wire.get)
        #expect(book.recordedBytes(.serverToClient) == Wire.ok + Wire.ok + Wire.ok)
        #expect(book.take().filter { $0 == .handshakeEnded }.count == 1)
    }

    @Test func `an upgrade after plain requests is recognised`() throws {
        let book = Playbook()
        book.connect()
        book.bytes(.downstream, Wire.get)
        book.bytes(.upstream, Wire.ok)
        book.bytes(.downstream, Wire.request)
        book.bytes(.upstream, Wire.accepted + FrameBytes.frame(.text, [0x41]))
        let handshake = try #require(Self.handshake(in: book))
        #expect(handshake.isAccepted)
        #expect(handshake.clientFramesStart == UInt64(Wire.get.count + Wire.request.count))
        #expect(handshake.serverFramesStart == UInt64(Wire.ok.count + Wire.accepted.count))
        #expect(handshake.problems == [])
        #expect(Self.frameCount(in: book) == 1)
    }

    @Test func `frames sent before the answer are forwarded at once and named later`() throws {
        let book = Playbook()
        book.connect()
        let early =
            FrameBytes.frame(.text, [0x41, 0x42], maskKey: 5)
            + FrameBytes.frame(.text, [0x43], maskKey: 6)
        book.bytes(.downstream, Wire.request + early.prefix(5))
        book.expect([Wire.write(.upstream, Wire.request + early.prefix(5))])
        book.bytes(.downstream, Array(early.dropFirst(5).prefix(7)))
        book.bytes(.upstream, Wire.accepted)
        book.bytes(.downstream, Array(early.dropFirst(12)))
        let frames = book.records().compactMap { record -> FrameRecord? in
            if case .frame(let frame) = record { frame } else { nil }
        }
        #expect(frames.map(\.frame) == [1, 1, 2, 2])
        #expect(frames.map(\.isReread) == [true, true, true, false])
        #expect(frames.first?.offset == UInt64(Wire.request.count))
        let recorded = book.recordedBytes(.clientToServer)
        #expect(Array(recorded.suffix(early.count)) == early)
    }

    @Test(arguments: [-1, 0, 1])
    func `early bytes are held to be named up to their limit`(excess: Int) {
        let book = Playbook()
        book.connect()
        book.bytes(.downstream, Wire.request)
        let total = ConnectionRecorder.earlyByteCountMax + excess
        let frame = FrameBytes.frame(
            .binary,
            [UInt8](repeating: 1, count: total - 14),
            maskKey: 1,
            length: .sixtyFourBits
        )
        book.bytes(.downstream, frame)
        book.bytes(.upstream, Wire.accepted)
        #expect(Self.frameCount(in: book) == (excess > 0 ? 0 : 1))
        #expect(Array(book.recordedBytes(.clientToServer).suffix(frame.count)) == frame)
    }

    @Test func `a refused upgrade leaves an HTTP connection`() throws {
        let book = Playbook()
        book.connect()
        book.bytes(.downstream, Wire.request)
        book.bytes(.upstream, Wire.refused)
        book.bytes(.downstream, Wire.request)
        book.bytes(.upstream, Wire.accepted)
        let all = book.records().compactMap { record -> HandshakeRecord? in
            if case .handshake(let handshake) = record { handshake } else { nil }
        }
        #expect(all.map(\.isAccepted) == [false, true])
        #expect(all.map(\.status) == [401, 101])
    }

    @Test func `the values of credentials are blanked, their places marked, their bytes forwarded`()
        throws
    {
        let book = Playbook()
        book.connect()
        book.bytes(.downstream, Wire.request)
        book.expect([Wire.write(.upstream, Wire.request)])
        book.bytes(.upstream, Wire.accepted)
        let recorded = String(decoding: book.recordedBytes(.clientToServer), as: UTF8.self)
        #expect(!recorded.contains("token=abc"))
        #expect(recorded.contains("Cookie: *********\r\n"))
        let handshake = try #require(Self.handshake(in: book))
        #expect(handshake.requestHeaders.contains(HeaderField(name: "Cookie", value: "*********")))
        let open = Playbook(keepsSecrets: true)
        open.connect()
        open.bytes(.downstream, Wire.request)
        #expect(open.recordedBytes(.clientToServer) == Wire.request)
    }

    @Test func `what is no HTTP is forwarded all the same`() {
        let book = Playbook()
        book.connect()
        let noise: [UInt8] = [0, 1, 2, 0x0A, 0x0A, 0xFF] + Array("no header\r\n\r\n".utf8)
        book.bytes(.downstream, noise)
        book.bytes(.downstream, noise)
        book.expect([Wire.write(.upstream, noise), Wire.write(.upstream, noise)])
        #expect(book.recordedBytes(.clientToServer) == noise + noise)
    }

    @Test(arguments: [
        (
            DialFailure(kind: .refused, detail: "connection refused"), "502 Bad Gateway",
            ClosedRecord.Cause.upstreamRefused
        ),
        (
            DialFailure(kind: .unresolved, detail: "no such name"), "502 Bad Gateway",
            .upstreamUnresolved
        ),
        (DialFailure(kind: .timeout, detail: "too late"), "504 Gateway Timeout", .upstreamTimeout),
    ])
    func `an upstream that cannot be reached is answered for`(
        failure: DialFailure,
        status: String,
        cause: ClosedRecord.Cause
    ) throws {
        let book = Playbook()
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.tell(.dialFailed(failure))
        book.expect([.dial, .setReading(.downstream, true)])
        book.bytes(.downstream, Wire.request)
        let commands = book.take()
        guard
            case .write(.downstream, let buffer) = commands.first(where: {
                if case .write = $0 { true } else { false }
            })
        else {
            Issue.record("no answer in \(commands)")
            return
        }
        let answer = String(buffer: buffer)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(answer.hasSuffix("wsproxy cannot reach server:80: \(failure.detail)\n"))
        #expect(commands.last == .close(.downstream))
        book.tell(.legClosed(.downstream, LegProgress()))
        #expect(book.take() == [.finished])
        #expect(try #require(book.closed()).cause == cause)
    }

    @Test func `an upstream that cannot be reached can be answered by a reset`() {
        let book = Playbook(policy: .reset)
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.tell(.dialFailed(DialFailure(kind: .refused, detail: "")))
        book.expect([.dial, .reset(.downstream)])
    }

    @Test func `a silent client and a silent server are told apart`() throws {
        let idle = Playbook()
        idle.connect()
        idle.tell(.handshakeTimeout)
        idle.end()
        #expect(try #require(idle.closed()).origin == .client)

        let deaf = Playbook()
        deaf.connect()
        deaf.bytes(.downstream, Wire.request)
        _ = deaf.take()
        deaf.tell(.handshakeTimeout)
        let wrote504 = deaf.take().contains { command in
            if case .write(.downstream, let buffer) = command {
                String(buffer: buffer).contains("504")
            } else {
                false
            }
        }
        #expect(wrote504)
        deaf.end()
        let closed = try #require(deaf.closed())
        #expect(closed.origin == .server)
        #expect(closed.cause == .handshakeTimeout)
    }

    @Test func `the server is not dialled before the client speaks TLS`() {
        let book = Playbook(securesClients: true)
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.expect([])
        book.tell(.secured(Self.secured(.downstream)))
        book.expect([.dial])
    }

    @Test func `a client that does not finish the TLS handshake is told of`() throws {
        let book = Playbook(securesClients: true)
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.tell(.handshakeTimeout)
        book.expect([.close(.downstream)])
        book.tell(.legClosed(.downstream, LegProgress()))
        let closed = try #require(book.closed())
        #expect(closed.origin == .client)
        #expect(closed.cause == .handshakeTimeout)
        #expect(closed.detail == "the client did not finish the TLS handshake")
    }

    @Test func `a client that speaks TLS and nothing else sent no whole request`() throws {
        let book = Playbook(securesClients: true)
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.tell(.secured(Self.secured(.downstream)))
        book.tell(.dialled(local: "p:2", remote: "s:1"))
        book.tell(.handshakeTimeout)
        book.end()
        #expect(try #require(book.closed()).detail == "the client sent no whole request")
    }

    @Test func `a server that refuses the proxy's certificate late is answered for`() throws {
        for isRequestFirst in [true, false] {
            let book = Playbook()
            book.connect()
            if isRequestFirst { book.bytes(.downstream, Wire.request) }
            _ = book.take()
            book.tell(.insecure(.upstream, detail: "unknown ca"))
            if !isRequestFirst {
                book.expect([.close(.upstream), .setReading(.downstream, true)])
                book.tell(.legClosed(.upstream, LegProgress()))
                book.expect([])
                book.bytes(.downstream, Wire.request)
            }
            let wrote502 = book.take().contains { command in
                if case .write(.downstream, let buffer) = command {
                    String(buffer: buffer).contains("502 Bad Gateway")
                } else {
                    false
                }
            }
            #expect(wrote502)
            book.end()
            let closed = try #require(book.closed())
            #expect(closed.cause == .tlsFailure)
            #expect(closed.detail == "unknown ca")
        }
    }

    @Test func `the timeout means nothing once the handshake is over`() {
        let book = Playbook()
        book.upgrade()
        book.tell(.handshakeTimeout)
        book.expect([])
    }

    private static func secured(_ leg: Leg) -> SecuredRecord {
        SecuredRecord(connection: ConnectionID(rawValue: 1), leg: leg, version: "TLSv1.3")
    }

    private static func handshake(in book: Playbook) -> HandshakeRecord? {
        for case .handshake(let handshake) in book.records() { return handshake }
        return nil
    }

    private static func frameCount(in book: Playbook) -> Int {
        book.records().filter { if case .frame = $0 { true } else { false } }.count
    }
}
