private import Crypto

/// An upgrade request with its answer (RFC 6455 §4).
public struct Handshake: Equatable, Sendable {
    /// What the client asked.
    public let request: HTTPHead
    /// What the server answered.
    public let response: HTTPHead

    /// Pairs a request with its answer.
    public init(request: HTTPHead, response: HTTPHead) {
        self.request = request
        self.response = response
    }

    /// Whether both sides speak frames from now on.
    public var isAccepted: Bool {
        response.status == 101 && response.hasToken("websocket", in: "Upgrade")
    }

    /// What breaks RFC 6455 §4, one sentence each; empty when all is well.
    public var problems: [String] {
        requestProblems + (isAccepted ? responseProblems : [])
    }

    /// The `Sec-WebSocket-Accept` that answers a key (RFC 6455 §4.2.2): Base64 of SHA-1 of key and
    /// GUID.
    public static func accept(key: String) -> String {
        let digest = Insecure.SHA1.hash(
            data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        )
        return base64(Array(digest))
    }

    private var requestProblems: [String] {
        var found: [String] = []
        if request["Host"] == nil { found.append("the request has no Host (RFC 6455 §4.1)") }
        let version = request["Sec-WebSocket-Version"]
        if version != "13" {
            found.append(
                "the request's Sec-WebSocket-Version is \(version ?? "missing"), not 13 (RFC "
                    + "6455 §4.1)"
            )
        }
        guard let key = request["Sec-WebSocket-Key"] else {
            return found + ["the request has no Sec-WebSocket-Key (RFC 6455 §4.1)"]
        }
        // 16 bytes in Base64 are 22 digits and two signs of padding.
        if key.utf8.count != 24 || !key.hasSuffix("==") {
            found.append(
                "the request's Sec-WebSocket-Key is not 16 bytes in Base64 (RFC 6455 §4.1)"
            )
        }
        return found
    }

    private var responseProblems: [String] {
        var found: [String] = []
        if !response.hasToken("upgrade", in: "Connection") {
            found.append("the answer has no 'Connection: Upgrade' (RFC 6455 §4.2.2)")
        }
        if let key = request["Sec-WebSocket-Key"] {
            let accept = response["Sec-WebSocket-Accept"]
            if accept != Self.accept(key: key) {
                found.append(
                    "the answer's Sec-WebSocket-Accept is \(accept ?? "missing"), not the one of "
                        + "the key (RFC 6455 §4.2.2)"
                )
            }
        }
        if let chosen = response["Sec-WebSocket-Protocol"],
            !request.list("Sec-WebSocket-Protocol").contains(chosen)
        {
            found.append(
                "the answer chooses subprotocol '\(chosen)', which was not offered (RFC 6455 §4.1)"
            )
        }
        let offered = Set(request.list("Sec-WebSocket-Extensions").map(Self.extensionName))
        for name in response.list("Sec-WebSocket-Extensions").map(Self.extensionName)
        where !offered.contains(name) {
            found.append(
                "the answer uses extension '\(name)', which was not offered (RFC 6455 §4.1)"
            )
        }
        return found
    }

    private static func extensionName(_ element: String) -> String {
        String(element.prefix { $0 != ";" && $0 != " " })
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let padded = Array(group) + [UInt8](repeating: 0, count: 3 - group.count)
            let value = padded.reduce(0) { $0 << 8 | Int($1) }
            for digit in 0..<4 {
                let isPadding = digit > group.count
                out.append(isPadding ? UInt8(ascii: "=") : digits[value >> (18 - 6 * digit) & 0x3F])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension HTTPHead {
    /// The header lines with the values of secrets replaced by as many asterisks.
    public var blankedFields: [Field] {
        fields.map { field in
            guard SecretFinder.isSecret(name: field.name) else { return field }
            return Field(
                name: field.name,
                value: String(repeating: "*", count: field.value.utf8.count)
            )
        }
    }
}
