import ReferencePeers
import Testing
import Vocabulary

/// What a dashboard does about peers that break the rules.
@Suite(.timeLimit(.minutes(1)))
struct DashboardHandlerTests {
    /// Speaks to a fresh dashboard until it ends the connection.
    private func answer(to bytes: [UInt8]) async throws -> String {
        try await withDashboard { address in
            let answer = try await RawClient.exchange(bytes, with: (address.host, address.port))
            return String(decoding: answer, as: UTF8.self)
        }
    }

    private let close = RawClient.frame(0x88, [0x03, 0xE8])

    /// The bytes of a server's close frame as they decode when they are not UTF-8.
    private func closeFrame(_ code: UInt16) -> String {
        String(decoding: [0x88, 0x02, UInt8(code >> 8), UInt8(code & 0xFF)], as: UTF8.self)
    }

    struct Case: CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var code: UInt16
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "no mask", bytes: RawClient.frame(0x81, [0x7B], masked: false), code: 1002),
        Case(name: "RSV1 without an extension", bytes: RawClient.frame(0xC1, []), code: 1002),
        Case(name: "a reserved opcode", bytes: RawClient.frame(0x83, []), code: 1002),
        Case(name: "a fragmented ping", bytes: RawClient.frame(0x09, []), code: 1002),
        Case(name: "a long ping", bytes: [0x89, 0xFE, 0, 126, 0, 0, 0, 0], code: 1002),
        Case(name: "a continuation of nothing", bytes: RawClient.frame(0x80, []), code: 1002),
        Case(
            name: "a text inside a fragmented text",
            bytes: RawClient.frame(0x01, [0x7B]) + RawClient.frame(0x81, [0x7B]),
            code: 1002
        ),
        Case(name: "text that is not UTF-8", bytes: RawClient.frame(0x81, [0xFF]), code: 1007),
        Case(
            name: "one byte over 16 MiB",
            bytes: [0x82, 0xFF, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0],
            code: 1009
        ),
        Case(
            name: "a length of 64 bits",
            bytes: [0x82, 0xFF] + [UInt8](repeating: 0xFF, count: 8) + [0, 0, 0, 0],
            code: 1009
        ),
    ])
    func `who breaks the protocol is told so and disconnected`(_ row: Case) async throws {
        let answer = try await answer(to: RawClient.handshake + row.bytes)
        #expect(answer.hasPrefix("HTTP/1.1 101 "))
        #expect(answer.hasSuffix(closeFrame(row.code)))
    }

    @Test(arguments: [
        (RawClient.frame(0x81, Array("nonsense".utf8)), "the message is not JSON"),
        (RawClient.frame(0x81, Array("{}".utf8)), "not an object with a"),
        (RawClient.frame(0x82, Array("{}".utf8)), "binary messages are not understood"),
    ])
    func `a bad message is answered with an error and the connection goes on`(
        bytes: [UInt8],
        sentence: String
    ) async throws {
        let good = RawClient.frame(0x81, Array(#"{"type":"a","sequence":7}"#.utf8))
        let answer = try await answer(to: RawClient.handshake + bytes + good + close)
        #expect(answer.contains(#"{"type":"error","#))
        #expect(answer.contains(sentence))
        #expect(answer.contains(#"{"type":"ack","stream":"a","last_sequence":7,"#))
        #expect(answer.hasSuffix(closeFrame(1000)))
    }

    @Test
    func `a fragmented message with a ping inside is one message`() async throws {
        let answer = try await answer(
            to: RawClient.handshake
                + RawClient.frame(0x01, Array(#"{"type":"a","#.utf8))
                + RawClient.frame(0x89, Array("hello".utf8))
                + RawClient.frame(0x80, Array(#""sequence":1}"#.utf8))
                + close
        )
        #expect(answer.contains("\u{5}hello"))
        #expect(answer.contains(#""last_sequence":1,"#))
    }

    @Test
    func `what comes in one piece is acknowledged once a stream`() async throws {
        let frames = (1...5).flatMap { sequence in
            RawClient.frame(0x81, Array(#"{"type":"a","sequence":\#(sequence)}"#.utf8))
        }
        let answer = try await answer(to: RawClient.handshake + frames + close)
        #expect(answer.contains(#""last_sequence":5,"#))
        #expect(answer.components(of: #""type":"ack""#) <= 2)
    }

    @Test
    func `what is not HTTP is answered 400`() async throws {
        let answer = try await answer(to: Array("hello\r\n\r\n".utf8))
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        ranges(of: text).count
    }
}
