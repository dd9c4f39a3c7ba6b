import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// Damaged streams by the thousand, each read in buffers of two sizes.
@Suite struct WireFuzzTests {
    private static let count: UInt64 = 20_000

    private static let corpus: [[UInt8]] = {
        let request = Array(
            """
            GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nCookie: secret=1\r\n\r\n\
            POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nAuthorization: Bearer x\r\n\r\nhello\
            POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\n0\r\nT: t\r\n\r\n
            """.utf8
        )
        let text = Array(String(repeating: "to be or not to be, ", count: 30).utf8)
        let frames =
            FrameBytes.frame(.text, Array("Hello".utf8), maskKey: 0x3D21_FA37)
            + FrameBytes.frame(.text, text, isFinal: false)
            + FrameBytes.frame(.continuation, [UInt8](repeating: 7, count: 700))
            + FrameBytes.frame(.close, [0x03, 0xE8])
        // RFC 7692 §7.2.3: compressed, stored, and two blocks of "Hello".
        let deflated: [[UInt8]] = [
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
            [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
            [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
        ]
        return [request, Array(frames.prefix(900)), frames] + deflated
    }()

    @Test func `changed streams are read to their end, and the same in any buffers`() throws {
        for bytes in Self.corpus { try WireProbe.examine(bytes, pieceByteCount: 1) }
        for seed in Seeds.some(Int(Self.count)) {
            var mutator = CaptureMutator(seed: seed, corpus: Self.corpus)
            let bytes = mutator.next()
            do throws(WireProbe.Violation) {
                try WireProbe.examine(bytes, pieceByteCount: Int(1 + seed % 37))
            } catch {
                Issue.record("SEED=\(seed): \(error)")
                return
            }
        }
    }
}
