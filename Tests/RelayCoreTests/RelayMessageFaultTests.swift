import CaptureFormat
import Faults
import RelayCore
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

/// Faults on messages in a relay: what is recorded explains what is written, to the byte.
@Suite struct RelayMessageFaultTests {
    private func plan(
        _ type: String,
        _ attributes: [String: AttributeValue] = [:],
        _ direction: Direction = .clientToServer,
        id: UInt64 = 1
    ) throws -> FaultPlan {
        FaultPlan(
            seed: 1,
            toxics: [
                Toxic(
                    id: id,
                    name: "it",
                    stream: "",
                    direction: direction,
                    toxicity: 1,
                    fault: try #require(Fault(type: type)).with(attributes)
                )
            ]
        )
    }

    private func text(_ text: String, _ direction: Direction = .clientToServer) -> [UInt8] {
        FrameBytes.frame(
            .text,
            Array(text.utf8),
            maskKey: direction == .clientToServer ? 0x0A0B_0C0D : nil
        )
    }

    private func rewrites(_ book: Playbook) -> [RewriteRecord] {
        book.records().compactMap { if case .rewrite(let it) = $0 { it } else { nil } }
    }

    private func written(_ commands: [RelayCommand], on leg: Leg) -> [UInt8] {
        commands.flatMap { command -> [UInt8] in
            guard case .write(leg, let buffer) = command else { return [] }
            return Array(buffer.readableBytesView)
        }
    }

    /// docs/capture-format.md, section 6.
    private func sent(_ direction: Direction, _ book: Playbook) -> [UInt8] {
        let received = book.recordedBytes(direction)
        var out: [UInt8] = []
        var position = 0
        for record in rewrites(book) where record.direction == direction {
            out += received[position..<Int(record.offset)]
            out += record.sent
            position = Int(record.offset + record.byteCount)
        }
        out += received[position...]
        for case .outcome(let outcome) in book.records() where outcome.direction == direction {
            switch outcome.kind {
            case .undeliverable: out.removeLast(Int(outcome.byteCount))
            case .injected: out += outcome.sent
            }
        }
        return out
    }

    @Test
    func `a plan from the start waits for the upgrade, also when frames come with its answer`()
        throws
    {
        let book = Playbook(faults: try plan("ws_drop", ["count": .integer(1)], .serverToClient))
        book.connect()
        book.bytes(.downstream, Wire.request)
        let frames = text("first", .serverToClient) + text("second", .serverToClient)
        book.bytes(.upstream, Wire.accepted + frames)
        let commands = book.take()
        #expect(
            written(commands, on: .downstream)
                == Wire.accepted + text("second", .serverToClient)
        )
        let record = try #require(rewrites(book).first)
        #expect(record.kind == .dropped)
        #expect(record.offset == UInt64(Wire.accepted.count))
        #expect(record.byteCount == 7)
        #expect(record.cause == "it")
    }

    @Test func `compressed frames that come with the answer can be read`() throws {
        let book = Playbook(
            faults: try plan("ws_drop", ["match_regex": .text("first")], .serverToClient)
        )
        book.connect()
        book.bytes(.downstream, Wire.request)
        let deflater = Deflater(keepsContext: true)
        let frames = ["the first message", "the second message"].flatMap {
            FrameBytes.frame(.text, deflater.message(Array($0.utf8)), reservedBits: 4)
        }
        let answer = String(decoding: Wire.accepted, as: UTF8.self).replacing(
            "\r\n\r\n",
            with: "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        )
        book.bytes(.upstream, Array(answer.utf8) + frames)
        let written = written(book.take(), on: .downstream)
        #expect(written == Array(answer.utf8) + text("the second message", .serverToClient))
        #expect(rewrites(book).map(\.kind) == [.dropped, .recoded])
    }

    @Test func `a fault that comes amid a message begins with the next one`() throws {
        let book = Playbook()
        book.upgrade()
        let whole = text("began before")
        book.bytes(.downstream, Array(whole.prefix(9)))
        book.tell(.plan(try plan("ws_drop")))
        book.bytes(.downstream, Array(whole.dropFirst(9)) + text("dropped"))
        #expect(written(book.take(), on: .upstream) == whole)
        #expect(rewrites(book).map(\.byteCount) == [UInt64(text("dropped").count)])
    }

    @Test(arguments: [
        ("ws_drop", ["every_n": AttributeValue.integer(2)]),
        ("ws_corrupt", ["mode": .text("truncate"), "bytes": .integer(2)]),
        ("ws_duplicate", ["copies": .integer(2)]),
        ("ws_reorder", ["every_n": .integer(3)]),
        ("ws_inject", ["text": .text("ghost")]),
        ("ws_fragment", ["size": .integer(2)]),
        ("ws_cut", ["skip": .integer(2), "bytes": .integer(5), "how": .text("fin")]),
        ("ws_cut", ["skip": .integer(2), "bytes": .integer(5), "how": .text("blackhole")]),
        ("ws_close", ["skip": .integer(2)]),
    ])
    func `what is recorded explains what was written`(
        type: String,
        attributes: [String: AttributeValue]
    ) throws {
        for direction in Direction.allCases {
            let book = Playbook()
            book.upgrade()
            book.tell(.plan(try plan(type, attributes, direction)))
            for number in 0..<7 {
                book.bytes(direction.sourceLeg, text("message \(number)", direction))
            }
            let upgrade = direction == .clientToServer ? Wire.request : Wire.accepted
            var commands = book.take()
            book.tell(.cut)
            book.end()
            commands += book.take()
            // Secrets in the upgrade are blanked in the record.
            #expect(
                written(commands, on: direction.targetLeg)
                    == Array(sent(direction, book).dropFirst(upgrade.count))
            )
        }
    }

    @Test func `what each fault did is counted once`() throws {
        let book = Playbook()
        book.upgrade()
        book.tell(.plan(try plan("ws_drop", ["count": .integer(3)])))
        for number in 0..<5 { book.bytes(.downstream, text("message \(number)")) }
        #expect(book.faultCounts == ["it": 3])
    }

    @Test func `ws_close waits for the answer, and passes it on`() throws {
        let book = Playbook()
        book.upgrade()
        book.tell(
            .plan(try plan("ws_close", ["handshake": .integer(1000)], .serverToClient))
        )
        book.bytes(.upstream, text("unheard", .serverToClient))
        let goodbye = FrameBytes.frame(.close, [0x03, 0xE9])
        #expect(written(book.take(), on: .downstream) == goodbye)
        let answer = FrameBytes.frame(.close, [0x03, 0xE9], maskKey: 5)
        book.bytes(.downstream, answer)
        let commands = book.take()
        #expect(written(commands, on: .upstream) == answer)
        #expect(commands.contains(.close(.downstream)) && commands.contains(.close(.upstream)))
        book.end()
        guard case .closed(let closed)? = book.records().last else {
            Issue.record("no end")
            return
        }
        #expect(closed.detail == "" || closed.detail == "it")
    }

    @Test func `ws_close does not wait for ever`() throws {
        let book = Playbook()
        book.upgrade()
        book.tell(
            .plan(try plan("ws_close", ["handshake": .integer(50)], .serverToClient))
        )
        book.bytes(.upstream, text("unheard", .serverToClient))
        let wakes = book.take().compactMap { command -> Instant? in
            if case .wake(let time) = command { time } else { nil }
        }
        book.wait(until: try #require(wakes.last))
        book.tell(.woke)
        #expect(book.take().contains(.close(.downstream)))
        book.end()
        guard case .closed(let closed)? = book.records().last else {
            Issue.record("no end")
            return
        }
        #expect(closed.cause == .fault)
        #expect(closed.detail == "it")
    }

    @Test func `ws_refuse answers the upgrade, and the server never hears of it`() throws {
        let book = Playbook(
            faults: try plan(
                "ws_refuse",
                ["status": .integer(503), "body": .text("not now\n"), "count": .integer(1)]
            )
        )
        book.connect()
        book.bytes(.downstream, Wire.request)
        let commands = book.take()
        #expect(written(commands, on: .upstream) == [])
        let answer = String(decoding: written(commands, on: .downstream), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        #expect(answer.hasSuffix("\r\n\r\nnot now\n"))
        #expect(commands.contains(.close(.downstream)) && commands.contains(.close(.upstream)))
        book.end()
        guard case .closed(let closed)? = book.records().last else {
            Issue.record("no end")
            return
        }
        #expect(closed.cause == .fault)
        #expect(closed.detail == "it")
    }

    @Test func `ws_refuse resets a connection that has just come`() throws {
        let book = Playbook(faults: try plan("ws_refuse", ["how": .text("reset")]))
        book.tell(.accepted(local: "p:1", remote: "c:1"))
        let commands = book.take()
        #expect(commands.contains(.reset(.downstream)))
        #expect(!commands.contains(.dial))
    }

    @Test func `ws_stall_handshake holds the answer, and nothing behind it is lost`() throws {
        let book = Playbook(
            faults: try plan("ws_stall_handshake", ["delay": .integer(100)], .serverToClient)
        )
        book.connect()
        book.bytes(.downstream, Wire.request)
        book.bytes(.upstream, Wire.accepted + text("early", .serverToClient))
        let commands = book.take()
        #expect(written(commands, on: .downstream) == [])
        let wakes = commands.compactMap { command -> Instant? in
            if case .wake(let time) = command { time } else { nil }
        }
        book.wait(until: try #require(wakes.last))
        book.tell(.woke)
        #expect(
            written(book.take(), on: .downstream)
                == Wire.accepted + text("early", .serverToClient)
        )
        book.bytes(.upstream, text("later", .serverToClient))
        #expect(written(book.take(), on: .downstream) == text("later", .serverToClient))
    }

    @Test func `what faults made of secrets is not recorded`() throws {
        let book = Playbook(redactedPointers: [try JSONPointer("/key")])
        book.upgrade()
        book.tell(.plan(try plan("ws_duplicate")))
        book.bytes(.downstream, text("{\"key\":\"secret\"}"))
        let record = try #require(rewrites(book).first)
        #expect(record.isBlanked)
        #expect(record.sent.allSatisfy { $0 == UInt8(ascii: "*") })
        let twice = text("{\"key\":\"secret\"}")
        #expect(written(book.take(), on: .upstream) == twice + twice)
    }
}
