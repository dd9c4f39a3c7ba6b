import Exports
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct HeadDissectionTests {
    private func head(
        _ bytes: [UInt8],
        _ direction: Direction,
        isWhole: Bool = true
    ) -> [String] {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.raw(c1, direction, bytes, isWhole: isWhole)
        }
        let text = inspected(entries, named(direction == .clientToServer ? "c1→1" : "c1←1"))
        let lines = text.first?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
        return lines.drop { !$0.hasPrefix("Head") }.prefix { !$0.isEmpty }.map(String.init)
    }

    @Test func `A short masked head is taken apart bit by bit`() {
        let frame = FrameBytes.frame(.text, Array("hi".utf8), maskKey: 0x37FA_213D)
        #expect(
            head(frame, .clientToServer) == [
                "Head, 6 bytes: 81 82 3d 21 fa 37",
                "  1... ....    FIN     ends its message",
                "  .000 ....    RSV     none",
                "  .... 0001    opcode  1, text",
                "  1... ....    MASK    masked, as a client must",
                "  .000 0010    length  2 bytes",
                "  3d 21 fa 37  key",
            ]
        )
    }

    @Test func `A long head of a compressed fragment, masked by a server`() {
        let frame = FrameBytes.frame(
            .binary,
            [1],
            isFinal: false,
            reservedBits: 6,
            maskKey: 1,
            length: .sixtyFourBits
        )
        #expect(
            head(frame, .serverToClient) == [
                "Head, 14 bytes: 62 ff 00 00 00 00 00 00 00 01 01 00 00 00",
                "  0... ....    FIN     more follows",
                "  .110 ....    RSV     RSV1, RSV2 (RSV1: the message is compressed, RFC 7692 §6)",
                "  .... 0010    opcode  2, binary",
                "  1... ....    MASK    masked, which a server must not (RFC 6455 §5.1)",
                "  .111 1111    length  127: the next 64 bits say it",
                "  00 00 00 00 00 00 00 01         1 byte, which fits into fewer bits (RFC 6455 §5.2)",
                "  01 00 00 00  key",
            ]
        )
    }

    @Test func `A cut head is taken apart as far as it goes`() {
        #expect(
            head([0x81], .clientToServer, isWhole: false).last
                == "                       the head ends here"
        )
        #expect(
            head([0x8B, 0xFE, 0x01], .clientToServer, isWhole: false).suffix(2) == [
                "  01                   not whole",
                "                       the head is cut: 3 of 8 bytes arrived",
            ]
        )
    }
}
