internal import CaptureFormat
internal import Vocabulary
internal import WebSocketWire

/// The proxy's own close frames (RFC 6455 §5.5.1), one a side.
struct Goodbye: Equatable {
    /// The status code (RFC 6455 §7.4.1).
    var code: UInt16
    /// The reason; 123 bytes at most.
    var reason: String
    /// For the frame to the server.
    var maskKey: UInt32
    /// What the end of the connection is put down to.
    var ending: ClosedRecord.Cause
    /// Why the frames were sent, in one word of captures.
    var cause: String

    /// What the proxy says when it stops: 1001, "going away".
    static func goingAway(maskKey: UInt32) -> Goodbye {
        Goodbye(
            code: 1001,
            reason: "proxy shutting down",
            maskKey: maskKey,
            ending: .shutdown,
            cause: "shutdown"
        )
    }

    /// The frame, masked for a server and plain for a client (RFC 6455 §5.1).
    func frame(isMasked: Bool) -> [UInt8] {
        var payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
        // RFC 6455 §5.5: a control frame's payload has 125 bytes at most.
        precondition(payload.count <= 125, "a close frame of \(payload.count) bytes")
        var head: [UInt8] = [0x88, UInt8(payload.count)]
        if isMasked {
            head[1] |= 0x80
            for index in 0..<4 {
                head.append(UInt8(truncatingIfNeeded: maskKey >> (8 * UInt32(index))))
            }
            Masking.apply(key: maskKey, to: &payload, range: 0..<payload.count, offset: 0)
        }
        return head + payload
    }
}
