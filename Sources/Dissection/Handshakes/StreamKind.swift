internal import WebSocketWire

/// What the first bytes of a stream are taken for.
enum StreamKind: Equatable {
    /// Not enough bytes to tell.
    case undecided
    /// A request of HTTP/1.
    case request
    /// A response of HTTP/1.
    case response
    case tls
    /// HTTP/2 without TLS.
    case http2
    /// A PROXY protocol header of so many bytes, and something behind it.
    case proxyHeader(Int)
    case other

    /// Judges what one side has sent first.
    static func of(_ bytes: RawSpan) -> StreamKind {
        guard bytes.byteCount > 0 else { return .undecided }
        if let kind = secure(bytes) ?? proxied(bytes) { return kind }
        switch begins(bytes, "PRI * HTTP/2") {
        case true: return .http2
        case nil: return .undecided
        default: break
        }
        switch (HTTPStart.isRequest(bytes), HTTPStart.isResponse(bytes)) {
        case (true, _): return .request
        case (_, true): return .response
        case (false, false): return .other
        default: return .undecided
        }
    }

    /// RFC 8446 §5.1: content types 20 to 23, and a version of 3.0 to 3.4.
    private static func secure(_ bytes: RawSpan) -> StreamKind? {
        guard (20...23).contains(bytes.byte(at: 0)) else { return nil }
        guard bytes.byteCount >= 3 else { return .undecided }
        return bytes.byte(at: 1) == 3 && bytes.byte(at: 2) <= 4 ? .tls : .other
    }

    /// The header that HAProxy and others put before a connection's first byte.
    private static func proxied(_ bytes: RawSpan) -> StreamKind? {
        let signature: [UInt8] = [
            0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
        ]
        if bytes.byte(at: 0) == signature[0] {
            for (index, byte) in signature.enumerated() where index < bytes.byteCount {
                guard bytes.byte(at: index) == byte else { return .other }
            }
            guard bytes.byteCount >= 16 else { return .undecided }
            return .proxyHeader(16 + Int(bytes.byte(at: 14)) << 8 + Int(bytes.byte(at: 15)))
        }
        guard begins(bytes, "PROXY ") == true else { return nil }
        for index in 0..<min(bytes.byteCount, 107) where bytes.byte(at: index) == 0x0A {
            return .proxyHeader(index + 1)
        }
        return bytes.byteCount < 107 ? .undecided : .other
    }

    /// Whether the bytes begin so; `nil` when they are too few and agree as far as they go.
    private static func begins(_ bytes: RawSpan, _ text: String) -> Bool? {
        for (index, byte) in text.utf8.enumerated() {
            guard index < bytes.byteCount else { return nil }
            guard bytes.byte(at: index) == byte else { return false }
        }
        return true
    }
}
