import CaptureFormat
import RelayCore
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

@Suite struct RelayTests {
    @Test func `dials for the client and reads only when both legs are there`() {
        let book = Playbook()
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        book.expect([.dial])
        book.tell(.dialled(local: "p:2", remote: "s:80"))
        book.expect([.setReading(.downstream, true), .setReading(.upstream, true)])
    }

    @Test func `hands on the very bytes that came, before a frame is whole`() {
        let book = Playbook()
        book.upgrade()
        let frame = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 99)
        for byte in frame {
            book.bytes(.downstream, [byte])
            book.expect([Wire.write(.upstream, [byte])])
        }
        #expect(book.recordedBytes(.clientToServer).suffix(frame.count) == frame[...])
    }

    @Test(arguments: Seeds.some(60))
    func `without faults the relay is the identity, and the capture holds the same bytes`(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let client = Self.clientStream(&generator)
        let server = Self.serverStream(&generator)
        let book = Playbook(keepsSecrets: true)
        book.connect()
        var rest: [Leg: ArraySlice<UInt8>] = [.downstream: client[...], .upstream: server[...]]
        var out: [Leg: [UInt8]] = [:]
        // The client's request comes first; from then on either side may be ahead of the other.
        for leg in [Leg.downstream, .upstream] {
            let head = rest[leg]?.prefix(leg == .downstream ? Wire.request.count : 0) ?? []
            if !head.isEmpty { book.bytes(leg, Array(head)) }
            rest[leg] = rest[leg]?.dropFirst(head.count)
        }
        while let leg = Leg.allCases.filter({ rest[$0]?.isEmpty == false }).randomElement(
            using: &generator
        ) {
            let count = Int.random(in: 1...300, using: &generator)
            book.bytes(leg, Array(rest[leg]?.prefix(count) ?? []))
            rest[leg] = rest[leg]?.dropFirst(count)
        }
        for case .write(let leg, let buffer) in book.take() {
            out[leg, default: []] += buffer.readableBytesView
        }
        #expect(out[.upstream] == client, "SEED=\(seed)")
        #expect(out[.downstream] == server, "SEED=\(seed)")
        #expect(book.recordedBytes(.clientToServer) == client, "SEED=\(seed)")
        #expect(book.recordedBytes(.serverToClient) == server, "SEED=\(seed)")
    }

    @Test func `back-pressure on one leg stops reading on the other`() {
        let book = Playbook()
        book.upgrade()
        book.tell(.writable(.upstream, false))
        book.expect([.setReading(.downstream, false)])
        book.tell(.writable(.upstream, true))
        book.expect([.setReading(.downstream, true)])
        book.tell(.writable(.downstream, false))
        book.expect([.setReading(.upstream, false)])
    }

    @Test func `progress is recorded when something changed`() {
        let book = Playbook()
        book.upgrade()
        let legs = (LegProgress(written: 5, isKnown: true), LegProgress(written: 7, isKnown: true))
        for _ in 0..<3 { book.tell(.progress(downstream: legs.0, upstream: legs.1)) }
        let found = book.records().compactMap { record -> ProgressRecord? in
            if case .progress(let progress) = record { progress } else { nil }
        }
        #expect(found.count == 1)
        #expect(found.first?.downstream.received == UInt64(Wire.request.count))
        #expect(found.first?.upstream.written == 7)
    }

    private static func clientStream(_ generator: inout SeededGenerator) -> [UInt8] {
        Wire.request + frames(&generator, isMasked: true)
    }

    private static func serverStream(_ generator: inout SeededGenerator) -> [UInt8] {
        Wire.accepted + frames(&generator, isMasked: false)
    }

    private static func frames(_ generator: inout SeededGenerator, isMasked: Bool) -> [UInt8] {
        (0..<Int.random(in: 1...20, using: &generator)).flatMap { _ in
            FrameBytes.frame(
                Opcode(rawValue: UInt8.random(in: 0...15, using: &generator)),
                generator.bytes(Int.random(in: 0...400, using: &generator)),
                isFinal: Bool.random(using: &generator),
                reservedBits: UInt8.random(in: 0...7, using: &generator),
                maskKey: isMasked ? UInt32.random(in: .min ... .max, using: &generator) : nil,
                length: FrameBytes.LengthForm.allCases.randomElement(using: &generator) ?? .minimal
            )
        }
    }
}
