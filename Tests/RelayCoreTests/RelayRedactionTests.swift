import CaptureFormat
import RelayCore
import TestKit
import Testing
import Vocabulary
import WebSocketWire

@Suite struct RelayRedactionTests {
    private static func book() throws -> Playbook {
        Playbook(redactedPointers: [try JSONPointer("/api_key")])
    }

    private static let secret = Array(#"{"api_key":"s3cret","a":1}"#.utf8)
    private static let blanked = Array(#"{"api_key":"******","a":1}"#.utf8)

    @Test func `forwards every byte at once and as it came, and records it without secrets`() throws
    {
        let frame = FrameBytes.frame(.text, Self.secret, maskKey: 0x0A0B_0C0D)
        for way in DripFeed.ways(frame) {
            let book = try Self.book()
            book.upgrade()
            for piece in way {
                book.bytes(.downstream, piece)
                book.expect([Wire.write(.upstream, piece)])
            }
            let expected = FrameBytes.frame(.text, Self.blanked, maskKey: 0x0A0B_0C0D)
            #expect(book.recordedBytes(.clientToServer).suffix(frame.count) == expected[...])
            let marked = book.records().reduce(0) { count, record in
                guard case .frame(let frame) = record else { return count }
                return count + frame.blanked.reduce(0) { $0 + $1.range.count }
            }
            #expect(marked == 6)
        }
    }

    @Test func `each direction is read for itself`() throws {
        let book = try Self.book()
        book.upgrade()
        book.bytes(
            .downstream,
            FrameBytes.frame(.text, Array(#"{"api_"#.utf8), isFinal: false, maskKey: 1)
        )
        book.bytes(.upstream, FrameBytes.frame(.text, Self.secret))
        book.bytes(
            .downstream,
            FrameBytes.frame(.continuation, Array(#"key":12}"#.utf8), maskKey: 1)
        )
        #expect(book.recordedBytes(.serverToClient).suffix(26) == Self.blanked[...])
        #expect(
            book.recordedBytes(.clientToServer).suffix(14)
                == FrameBytes.frame(.continuation, Array(#"key":0 }"#.utf8), maskKey: 1)[...]
        )
    }

    @Test func `early bytes are blanked as a whole, and their frames by value`() throws {
        let book = try Self.book()
        book.connect()
        let frame = FrameBytes.frame(.text, Self.secret, maskKey: 0)
        book.bytes(.downstream, Wire.request + frame.prefix(20))
        book.bytes(.downstream, Array(frame.dropFirst(20)))
        book.bytes(.upstream, Wire.accepted)
        let stars = [UInt8](repeating: UInt8(ascii: "*"), count: frame.count)
        #expect(book.recordedBytes(.clientToServer).suffix(frame.count) == stars[...])
        let frames = book.records().compactMap { record -> FrameRecord? in
            if case .frame(let frame) = record { frame } else { nil }
        }
        #expect(frames.count { $0.isReread } == frames.count)
        #expect(frames.reduce(0) { $0 + $1.payload.count } == Self.secret.count)
        #expect(frames.flatMap(\.blanked).reduce(0) { $0 + $1.range.count } == 6)
        #expect(!book.holds("s3cret"))
    }

    @Test func `what is not understood is blanked as a whole`() throws {
        let book = try Self.book()
        book.upgrade()
        let absurd: [UInt8] = [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0]
        book.bytes(.upstream, FrameBytes.frame(.text, [0x41]) + absurd + Self.secret)
        #expect(book.recordedBytes(.serverToClient).suffix(4) == Array("****".utf8)[...])
        #expect(!book.holds("s3cret"))
    }

    @Test func `the record of the end repeats no secret reason`() throws {
        let book = try Self.book()
        book.upgrade()
        let payload = [0x03, 0xE8] + Array(#"{"api_key":"s3cret"}"#.utf8)
        book.bytes(.downstream, FrameBytes.frame(.close, payload, maskKey: 0xFFEE_DDCC))
        book.bytes(.upstream, FrameBytes.frame(.close, payload))
        book.tell(.inputClosed(.upstream))
        book.end()
        #expect(book.closed()?.clientClose?.reason == #"{"api_key":"******"}"#)
        #expect(book.closed()?.serverClose?.reason == #"{"api_key":"******"}"#)
        #expect(book.closed()?.clientClose?.code == 1000)
    }

    @Test func `without pointers nothing is marked`() {
        let book = Playbook()
        book.upgrade()
        book.bytes(.upstream, FrameBytes.frame(.text, Self.secret))
        #expect(book.recordedBytes(.serverToClient).suffix(Self.secret.count) == Self.secret[...])
    }
}

extension Playbook {
    /// Whether the recorded bytes of a direction contain a text, masked ones with key 0 included.
    func holds(_ text: String) -> Bool {
        Direction.allCases.contains {
            String(decoding: recordedBytes($0), as: UTF8.self).contains(text)
        }
    }
}
