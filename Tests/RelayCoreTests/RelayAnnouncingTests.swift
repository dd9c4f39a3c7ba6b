import CaptureFormat
import RelayCore
import Telemetry
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

/// Where a client is: what a PROXY header says of it, and what servers are told.
@Suite struct RelayAnnouncingTests {
    private static let header = Array("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n".utf8)
    private static let arrival = RelayEvent.accepted(
        local: "p:1",
        remote: "c:1",
        awaitsHeader: true
    )
    private static let announcement = RelayEvent.announced(
        origin: "192.0.2.1:4711",
        header: header
    )

    private func opened(_ book: Playbook) -> [OpenedRecord] {
        book.records().compactMap { record in
            if case .opened(let opened) = record { opened } else { nil }
        }
    }

    @Test func `a client is recorded and the server dialled once its header is there`() throws {
        let book = Playbook()
        book.tell(Self.arrival)
        book.expect([])
        book.tell(Self.announcement)
        book.expect([.dial])
        #expect(opened(book).count == 1)
        let record = try #require(opened(book).first)
        #expect(record.remote == "c:1")
        #expect(record.announced == "192.0.2.1:4711")
        #expect(record.preface == Self.header)
        #expect(book.snapshot.client == "192.0.2.1:4711")
        book.tell(.dialled(local: "p:2", remote: "s:80", header: [1, 2]))
        #expect(opened(book).last?.preface == [1, 2])
    }

    @Test func `with TLS behind the header the server is dialled once TLS is spoken`() {
        let book = Playbook(securesClients: true)
        book.tell(Self.arrival)
        book.tell(Self.announcement)
        book.expect([])
        book.tell(
            .secured(
                SecuredRecord(
                    connection: ConnectionID(rawValue: 1),
                    leg: .downstream,
                    version: "TLSv1.3"
                )
            )
        )
        book.expect([.dial])
        #expect(book.snapshot.clientTLS == "TLSv1.3")
        #expect(book.snapshot.serverTLS == "")
    }

    @Test func `a header that does not count ends the connection, and its bytes are kept`() {
        let book = Playbook()
        book.tell(Self.arrival)
        book.tell(.misannounced(detail: "it is wrong", header: [1, 2, 3]))
        book.expect([.handshakeEnded, .close(.downstream)])
        book.tell(.legClosed(.downstream, LegProgress()))
        #expect(opened(book).map(\.preface) == [[1, 2, 3]])
        #expect(book.closed()?.origin == .client)
        #expect(book.closed()?.cause == .proxyHeader)
        #expect(book.closed()?.detail == "it is wrong")
    }

    @Test func `a forged header ends the connection with both legs`() {
        let book = Playbook()
        book.connect()
        book.tell(.misannounced(detail: "it is forged", header: Self.header))
        book.expect([.handshakeEnded, .close(.downstream), .close(.upstream)])
        book.end()
        #expect(opened(book).map(\.preface) == [[], []])
        #expect(book.closed()?.cause == .proxyHeader)
    }

    @Test(arguments: [
        (RelayEvent.handshakeTimeout, ClosedRecord.Cause.handshakeTimeout),
        (.shutdown(maskKey: 1), .shutdown), (.cut, .shutdown),
        (.broken(.downstream, isReset: true, detail: "reset"), .reset),
        (.terminated(.fin, maskKey: 1), .fault), (.ended(cause: "asked"), .fault),
    ])
    func `a client that never says where it is is recorded all the same, and nobody is dialled`(
        event: RelayEvent,
        cause: ClosedRecord.Cause
    ) {
        let book = Playbook()
        book.tell(Self.arrival)
        book.tell(event)
        // Too late: the connection is over.
        book.tell(Self.announcement)
        #expect(!book.take().contains(.dial))
        book.tell(.legClosed(.downstream, LegProgress()))
        #expect(opened(book).map(\.announced) == [""])
        #expect(book.closed()?.cause == cause)
        #expect(book.take().last == .finished)
    }

    @Test func `a timeout says what was waited for`() {
        let book = Playbook()
        book.tell(Self.arrival)
        book.tell(.handshakeTimeout)
        book.tell(.legClosed(.downstream, LegProgress()))
        #expect(book.closed()?.detail == "the client sent no whole PROXY header")
    }

    // MARK: X-Forwarded-For

    /// Requests, and what goes on; `^` stands where the line is put.
    private static let streams: [String] = [
        "GET / HTTP/1.1\r\nHost: x\r\n^\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n^\r\nGET /2 HTTP/1.1\r\nHost: x\r\n^\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n^\r\n\n\r\n\r\n\rGET / HTTP/1.1\r\n"
            + "X-Forwarded-For: 192.0.2.7\r\n^\r\n",
        "GET / HTTP/1.1\nHost: x\n^\nGET / HTTP/1.1\nHost: y\n^\n",
        "\r\nGET / HTTP/1.1\r\nHost: x\r\n^\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n^\r\n2\r\n\n\r\r\n0\r\n\r\n"
            + "GET / HTTP/1.1\r\nHost: x\r\n^\r\n",
    ]
    private static let line = "X-Forwarded-For: 192.0.2.1\r\n"

    /// What goes on to the server of bytes that come in runs, and the records of what was put in.
    private func forwarded(
        _ runs: [ArraySlice<UInt8>]
    ) -> (bytes: [UInt8], rewrites: [RewriteRecord]) {
        let book = Playbook(addsForwardedFor: true)
        book.tell(.accepted(local: "p:1", remote: "192.0.2.1:5"))
        book.tell(.dialled(local: "p:2", remote: "s:80"))
        for run in runs { book.bytes(.downstream, Array(run)) }
        book.tell(.inputClosed(.downstream))
        var bytes: [UInt8] = []
        for case .write(.upstream, let buffer) in book.take() {
            bytes += Array(buffer.readableBytesView)
        }
        book.end()
        let rewrites = book.records().compactMap { record in
            if case .rewrite(let rewrite) = record { rewrite } else { nil }
        }
        #expect(!book.records().contains { if case .outcome = $0 { true } else { false } })
        return (bytes, rewrites)
    }

    @Test(arguments: streams)
    func `a line is the last of each request's head, wherever the bytes are cut`(stream: String) {
        let sent = Array(stream.utf8.filter { $0 != UInt8(ascii: "^") })
        let expected = Array(stream.replacing("^", with: Self.line).utf8)
        let cuts = (0...sent.count).flatMap { first in
            [[sent[..<first], sent[first...]]]
                + (first..<min(first + 3, sent.count)).map {
                    [sent[..<first], sent[first..<$0], sent[$0...]]
                }
        }
        let single = [sent.indices.map { sent[$0...$0] }]
        for runs in cuts + single {
            let filled = runs.filter { !$0.isEmpty }
            let (bytes, rewrites) = forwarded(filled)
            #expect(bytes == expected, "cut at \(filled.map(\.startIndex))")
            #expect(rewrites.allSatisfy { $0.kind == .inserted && $0.byteCount == 0 })
            #expect(rewrites.allSatisfy { $0.cause == "forwarded-for" })
            #expect(rewrites.map(\.sent) == rewrites.map { _ in Array(Self.line.utf8) })
            // What was put in stands in the record where it went on.
            var rebuilt: [UInt8] = []
            var position = 0
            for rewrite in rewrites {
                rebuilt += sent[position..<Int(rewrite.offset)] + rewrite.sent
                position = Int(rewrite.offset)
            }
            #expect(rebuilt + sent[position...] == expected)
        }
    }

    @Test func `a head that is never whole goes on as it came`() {
        let half = Array("GET / HTTP/1.1\r\nHost: x\r\n\r".utf8)
        #expect(forwarded([half[...]]).bytes == half)
        #expect(forwarded([half[...]]).rewrites.isEmpty)
    }

    @Test(arguments: [
        ("192.0.2.1:5", "192.0.2.1"), ("[2001:db8::1]:5", "2001:db8::1"),
        ("[::ffff:192.0.2.1]:5", "192.0.2.1"),
    ])
    func `an address is written as the header's readers expect it`(remote: String, host: String) {
        let book = Playbook(addsForwardedFor: true)
        book.tell(.accepted(local: "p:1", remote: remote))
        book.tell(.dialled(local: "p:2", remote: "s:80"))
        book.bytes(.downstream, Wire.get)
        let line = ByteBuffer(string: "X-Forwarded-For: \(host)\r\n")
        #expect(book.take().contains(.write(.upstream, line)))
    }

    @Test func `frames go on untouched`() {
        let book = Playbook(keepsSecrets: true, addsForwardedFor: true)
        book.upgrade()
        let frame = FrameBytes.frame(.text, Array("GET / HTTP/1.1\r\n\r\n".utf8), maskKey: 7)
        book.bytes(.downstream, frame)
        book.expect([Wire.write(.upstream, frame)])
        #expect(book.recordedBytes(.clientToServer) == Wire.request + frame)
    }
}
